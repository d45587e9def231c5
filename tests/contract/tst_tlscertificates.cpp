// SPDX-License-Identifier: MIT
// Which certificates are accepted, and what is said of the others.
#include <QRegularExpression>
#include <QTemporaryFile>
#include <QTest>

#include "dispatchers.h"
#include "tlsworld.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using std::chrono::hours;
using std::chrono::system_clock;
using Wire::ErrorCode;

Q_DECLARE_METATYPE(Halyard::Wire::ErrorCode)

class tst_TlsCertificates : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theErrorsHaveAnOrder_data();
    void theErrorsHaveAnOrder();
    void aPinReplacesAllChecks_data();
    void aPinReplacesAllChecks();
    void aWrongPinIsFatal_data();
    void aWrongPinIsFatal();
    void nothingIsExchangedWithAWrongPin();
    void insecureAcceptsAnythingAndWarns();
    void insecureDoesNotOutweighAPin();
    void anAuthorityFromAFile();
    void theSystemsStoreIsAskedWithoutAFile();
    void theSystemsStoreDoesNotTrustUs();
    void whatIsKnownOfAnOpenConnection();
    void aServerCanPinItsClients();
    void listeningNeedsAUsableCertificate();
    void aPinThatCannotBeReadIsAnError();
    void certificatesAreReplacedWhileListening();

private:
    const Identity m_good;
    const Identity m_other;
    const Identity m_expired {system_clock::now() - hours(100)};
    const Identity m_notYet {system_clock::now() + hours(100)};
};

void tst_TlsCertificates::theErrorsHaveAnOrder_data()
{
    QTest::addColumn<int>("server"); // 0 good, 1 expired, 2 not yet valid
    QTest::addColumn<bool>("trusted");
    QTest::addColumn<QString>("host");
    QTest::addColumn<ErrorCode>("expected");
    const QString right = QString::fromLatin1(RightHost);
    const QString wrong = QString::fromLatin1(WrongHost);
    QTest::newRow("all is well") << 0 << true << right << ErrorCode::None;
    QTest::newRow("by name") << 0 << true << "localhost" << ErrorCode::None;
    QTest::newRow("untrusted") << 0 << false << right << ErrorCode::CertificateUntrusted;
    QTest::newRow("mismatch") << 0 << true << wrong << ErrorCode::CertificateHostMismatch;
    QTest::newRow("mismatch, untrusted") << 0 << false << wrong << ErrorCode::CertificateHostMismatch;
    QTest::newRow("expired") << 1 << true << right << ErrorCode::CertificateExpired;
    QTest::newRow("expired, untrusted") << 1 << false << right << ErrorCode::CertificateExpired;
    QTest::newRow("expired, mismatch, untrusted") << 1 << false << wrong << ErrorCode::CertificateExpired;
    QTest::newRow("not yet valid") << 2 << true << right << ErrorCode::CertificateExpired;
    QTest::newRow("not yet valid, mismatch") << 2 << true << wrong << ErrorCode::CertificateExpired;
}

void tst_TlsCertificates::theErrorsHaveAnOrder()
{
    QFETCH(const int, server);
    QFETCH(const bool, trusted);
    QFETCH(const QString, host);
    QFETCH(const ErrorCode, expected);
    const Identity &identity = server == 0 ? m_good : server == 1 ? m_expired : m_notYet;
    if (server == 1)
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("has expired")));
    TestServer there(QStringLiteral("tls"), withTls(identity.tls));
    TestClient here(QStringLiteral("tls"), host, there.port(), trusting(trusted ? identity : m_other));
    QCOMPARE(here.outcome(), expected);
    if (expected == ErrorCode::None)
        return;
    QCOMPARE(here.recorder->log, QStringList({"failed", "closed"}));
    QCOMPARE(here.recorder->error->origin, Wire::ErrorOrigin::Peer);
    QVERIFY(!here.recorder->error->detail.empty());
    // The other side hears of it, too, and never of a connection.
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(!there.accepted()->log.contains("read"));
}

void tst_TlsCertificates::aPinReplacesAllChecks_data()
{
    QTest::addColumn<bool>("expired");
    QTest::addColumn<bool>("ofKey");
    QTest::addColumn<QString>("host");
    for (const bool expired : {false, true}) {
        for (const bool ofKey : {false, true}) {
            for (const char *host : {RightHost, WrongHost})
                QTest::addRow("%s, %s, %s", expired ? "expired" : "good", ofKey ? "key" : "leaf", host)
                    << expired << ofKey << QString::fromLatin1(host);
        }
    }
}

void tst_TlsCertificates::aPinReplacesAllChecks()
{
    QFETCH(const bool, expired);
    QFETCH(const bool, ofKey);
    QFETCH(const QString, host);
    const Identity &identity = expired ? m_expired : m_good;
    if (expired)
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("has expired")));
    TestServer there(QStringLiteral("tls"), withTls(identity.tls));
    TestClient here(
        QStringLiteral("tls"), host, there.port(), pinning(ofKey ? identity.keyPin : identity.leafPin));
    QCOMPARE(here.outcome(), ErrorCode::None);
    here.transport->write(view("pinned"));
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->received, "pinned");
}

void tst_TlsCertificates::aWrongPinIsFatal_data()
{
    QTest::addColumn<bool>("ofKey");
    QTest::addColumn<bool>("trusted");
    for (const bool ofKey : {false, true}) {
        for (const bool trusted : {false, true})
            QTest::addRow("%s, %s", ofKey ? "key" : "leaf", trusted ? "trusted" : "untrusted")
                << ofKey << trusted;
    }
}

void tst_TlsCertificates::aWrongPinIsFatal()
{
    QFETCH(const bool, ofKey);
    QFETCH(const bool, trusted);
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    TransportOptions options = pinning(ofKey ? m_other.keyPin : m_other.leafPin);
    if (trusted)
        options.tls.caCertificates = m_good.tls.certificateChain;
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), options);
    QCOMPARE(here.outcome(), ErrorCode::CertificatePinMismatch);
    QCOMPARE(here.recorder->log, QStringList({"failed", "closed"}));
}

void tst_TlsCertificates::nothingIsExchangedWithAWrongPin()
{
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    connect(there.listener.get(), &Listener::pendingAvailable, this, [&] {
        // A server that speaks first, as soon as its side of the handshake is done.
        Transport *transport = there.transports.back().get();
        connect(transport, &Transport::opened, this, [transport] { transport->write(view("hello")); });
    });
    TransportOptions options = pinning(m_other.leafPin);
    options.tls.caCertificates = m_good.tls.certificateChain;
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), options);
    QCOMPARE(here.outcome(), ErrorCode::CertificatePinMismatch);
    QVERIFY(here.recorder->received.isEmpty());
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(there.accepted()->received.isEmpty());
}

void tst_TlsCertificates::insecureAcceptsAnythingAndWarns()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("has expired")));
    TestServer there(QStringLiteral("tls"), withTls(m_expired.tls));
    TransportOptions options;
    options.tls.insecure = true;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("insecure: the certificate of")));
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(WrongHost), there.port(), options);
    QCOMPARE(here.outcome(), ErrorCode::None);
}

void tst_TlsCertificates::insecureDoesNotOutweighAPin()
{
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    TransportOptions options = pinning(m_other.leafPin);
    options.tls.insecure = true;
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), options);
    QCOMPARE(here.outcome(), ErrorCode::CertificatePinMismatch);
}

void tst_TlsCertificates::anAuthorityFromAFile()
{
    const QString folder = QStringLiteral(HALYARD_TEST_DATA "/tls/");
    TlsOptions serverTls;
    QTemporaryFile key; // nobody else can read this one: no warning
    QVERIFY(key.open());
    QFile original(folder + QStringLiteral("signed.key"));
    QVERIFY(original.open(QIODevice::ReadOnly) && key.write(original.readAll()) > 0 && key.flush());
    QVERIFY(loadCertificate(serverTls, folder + QStringLiteral("signed.pem"), key.fileName()));
    TestServer there(QStringLiteral("tls"), withTls(serverTls));

    TransportOptions options;
    QVERIFY(loadCaCertificates(options.tls, folder + QStringLiteral("authority.pem")));
    for (const char *host : {RightHost, "localhost"}) {
        TestClient here(QStringLiteral("tls"), QString::fromLatin1(host), there.port(), options);
        QCOMPARE(here.outcome(), ErrorCode::None);
    }
    TestClient elsewhere(QStringLiteral("tls"), QString::fromLatin1(WrongHost), there.port(), options);
    QCOMPARE(elsewhere.outcome(), ErrorCode::CertificateHostMismatch);
    QVERIFY(loadCaCertificates(options.tls, folder + QStringLiteral("rsa.pem")));
    TestClient other(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), options);
    QCOMPARE(other.outcome(), ErrorCode::CertificateUntrusted);
}

void tst_TlsCertificates::theSystemsStoreIsAskedWithoutAFile()
{
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
    QSslConfiguration trusting = before;
    trusting.addCaCertificates(m_good.tls.certificateChain);
    QSslConfiguration::setDefaultConfiguration(trusting); // Qt's copy of the store
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), {});
    const ErrorCode outcome = here.outcome();
    QSslConfiguration::setDefaultConfiguration(before);
    QCOMPARE(outcome, ErrorCode::None);
}

void tst_TlsCertificates::theSystemsStoreDoesNotTrustUs()
{
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), {});
    QCOMPARE(here.outcome(), ErrorCode::CertificateUntrusted);
}

void tst_TlsCertificates::whatIsKnownOfAnOpenConnection()
{
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    TestClient here(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), trusting(m_good));
    QCOMPARE(here.outcome(), ErrorCode::None);
    const TransportInfo info = here.transport->info();
    QCOMPARE(info.name, "tls");
    QCOMPARE(info.tlsVersion, "TLS 1.3");
    QVERIFY(info.cipher.startsWith("TLS_"));
    QCOMPARE(info.peerCertificate, m_good.tls.certificateChain.first());
    QTRY_VERIFY(there.accepted() && there.accepted()->opened);
    QCOMPARE(there.transports[0]->info().cipher, info.cipher);
    QVERIFY(there.transports[0]->info().peerCertificate.isNull());
}

void tst_TlsCertificates::aServerCanPinItsClients()
{
    TlsOptions serverTls = m_good.tls;
    serverTls.pin = m_other.keyPin;
    TestServer there(QStringLiteral("tls"), withTls(serverTls));
    TransportOptions known = trusting(m_good);
    known.tls.certificateChain = m_other.tls.certificateChain;
    known.tls.privateKey = m_other.tls.privateKey;
    TestClient first(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), known);
    QCOMPARE(first.outcome(), ErrorCode::None);
    QTRY_VERIFY(there.accepted(0) && there.accepted(0)->opened);

    TransportOptions stranger = trusting(m_good);
    stranger.tls.certificateChain = m_good.tls.certificateChain;
    stranger.tls.privateKey = m_good.tls.privateKey;
    for (const TransportOptions &options : {stranger, trusting(m_good)}) {
        const std::size_t index = there.recorders.size();
        TestClient next(QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), options);
        QVERIFY(there.accepted(index));
        QTRY_COMPARE(there.accepted(index)->closed, 1);
        QVERIFY(there.accepted(index)->error);
        QCOMPARE(there.accepted(index)->error->code, ErrorCode::CertificatePinMismatch);
        QVERIFY(!there.accepted(index)->opened);
    }
}

void tst_TlsCertificates::listeningNeedsAUsableCertificate()
{
    const auto listen = [](const TlsOptions &tls) {
        auto listener = TransportFactory::listener(QUrl(QStringLiteral("tls://127.0.0.1:0")), withTls(tls));
        const auto result = (*listener)->listen();
        return result ? ErrorCode::None : result.error().code;
    };
    QCOMPARE(listen({}), ErrorCode::NoCertificate);
    QCOMPARE(listen(m_good.tls), ErrorCode::None);
    TlsOptions without = m_good.tls;
    without.privateKey.clear();
    QCOMPARE(listen(without), ErrorCode::BadCertificate);
    TlsOptions mixed = m_good.tls;
    mixed.privateKey = m_other.tls.privateKey;
    QCOMPARE(listen(mixed), ErrorCode::BadCertificate);
    TlsOptions badPin = m_good.tls;
    badPin.pin = "sha256:short";
    QCOMPARE(listen(badPin), ErrorCode::InvalidArgument);
}

void tst_TlsCertificates::aPinThatCannotBeReadIsAnError()
{
    const auto made
        = TransportFactory::connector(QUrl(QStringLiteral("tls://localhost")), pinning("md5:00112233"));
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::InvalidArgument);
}

void tst_TlsCertificates::certificatesAreReplacedWhileListening()
{
    TestServer there(QStringLiteral("tls"), withTls(m_good.tls));
    TestClient before(
        QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), pinning(m_good.leafPin));
    QCOMPARE(before.outcome(), ErrorCode::None);

    const auto refused = there.listener->setTls({});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::NoCertificate);
    TestClient still(
        QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), pinning(m_good.leafPin));
    QCOMPARE(still.outcome(), ErrorCode::None);

    QVERIFY(there.listener->setTls(m_other.tls));
    TestClient after(
        QStringLiteral("tls"), QString::fromLatin1(RightHost), there.port(), pinning(m_other.leafPin));
    QCOMPARE(after.outcome(), ErrorCode::None);
    before.transport->write(view("still there"));
    QTRY_COMPARE(there.accepted(0)->received, "still there");

    TestServer plain(QStringLiteral("tcp"));
    QCOMPARE(plain.listener->setTls(m_good.tls).error().code, ErrorCode::InvalidArgument);
}

HALYARD_TEST_WITH_DISPATCHER(tst_TlsCertificates)
#include "tst_tlscertificates.moc"
