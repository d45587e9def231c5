// SPDX-License-Identifier: MIT
// Logs are read by others: whatever is logged, with every category on, is neither payload nor header nor
// password nor key.
#include <stdexcept>

#include <QLoggingCategory>
#include <QTcpSocket>

#include "endpointpair.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Marker("Zw7marker9Qx");

/// All that was logged since init().
QStringList logged;

void enableOurs(QLoggingCategory *category)
{
    if (!QByteArrayView(category->categoryName()).startsWith("halyard."))
        return;
    for (const QtMsgType type : {QtDebugMsg, QtInfoMsg, QtWarningMsg, QtCriticalMsg})
        category->setEnabled(type, true);
}

void keepLogged(QtMsgType, const QMessageLogContext &context, const QString &text)
{
    if (QByteArrayView(context.category).startsWith("halyard."))
        logged += text;
}

/// Whether something was logged, and nothing of it is the secret: as it is, in hex or in base64.
bool isLoggedWithout(const QByteArray &secret)
{
    const QString all = logged.join(u'\n');
    for (const QByteArray &form : {secret, secret.toHex(), secret.toBase64().chopped(4)}) {
        if (all.contains(QString::fromLatin1(form), Qt::CaseInsensitive))
            return false;
    }
    return !logged.isEmpty();
}

/// A client that goes to this address and is turned away.
ErrorCode failureAt(const QUrl &url)
{
    ClientOptions options;
    options.reconnect.enabled = false;
    Client client(options);
    QSignalSpy error(&client, &Client::errorOccurred);
    if (!client.open(url) || !QTest::qWaitFor([&] { return !error.isEmpty(); }))
        return ErrorCode::None;
    return error[0][0].value<Error>().code();
}

} // namespace

class tst_LoggedSecrets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void init() { logged.clear(); }
    static void calls();
    static void handlersThatThrow();
    static void brokenFrames();
    static void failuresOfTls();
    static void wrongPasswords_data();
    static void wrongPasswords();

private:
    QLoggingCategory::CategoryFilter m_filter = nullptr;
    QtMessageHandler m_handler = nullptr;
};

void tst_LoggedSecrets::initTestCase()
{
    m_filter = QLoggingCategory::installFilter(enableOurs); // rules of the environment would win over ours
    m_handler = qInstallMessageHandler(keepLogged);
}

void tst_LoggedSecrets::cleanupTestCase()
{
    qInstallMessageHandler(m_handler);
    QLoggingCategory::installFilter(m_filter);
}

void tst_LoggedSecrets::calls()
{
    EndpointPair pair;
    pair.server->handle(u"echo"_s, [](const Request &request) { return request.payload(); });
    QVERIFY(pair.open());
    CallOptions options;
    options.headers = {{"token", Marker}};
    QCOMPARE(resultOf(pair.client->request(u"echo"_s, Marker, options))->payload(), Marker);
    QVERIFY(!resultOf(pair.client->request(u"nowhere"_s, Marker, options)));
    QVERIFY(isLoggedWithout(Marker));
    QVERIFY(!logged.filter(u"listening"_s).isEmpty()); // the quiet categories are on
}

void tst_LoggedSecrets::handlersThatThrow()
{
    EndpointPair pair;
    pair.server->handle(u"bad"_s, [](const Request &request) -> QByteArray {
        throw std::runtime_error(request.payload().toStdString());
    });
    QVERIFY(pair.open());
    CallOptions options;
    options.headers = {{"token", Marker}};
    const auto reply = resultOf(pair.client->request(u"bad"_s, Marker, options));
    QCOMPARE(reply.error().code(), ErrorCode::HandlerFailed);
    QVERIFY(isLoggedWithout(Marker));
    QVERIFY(!logged.filter(u"threw"_s).isEmpty());
}

void tst_LoggedSecrets::brokenFrames()
{
    EndpointPair pair;
    QSignalSpy refused(pair.server.get(), &Server::connectionRefused);
    // A frame whose checksum is wrong, with the marker as payload and in a header; and no frame at all.
    const QByteArray header = "\x05" + QByteArray(1, char(Marker.size())) + "token" + Marker;
    QByteArray frame = QByteArray::fromHex("56540103") + '\0';
    frame += QByteArray(1, char(header.size())) + '\0';
    frame += QByteArray(3, '\0') + char(Marker.size()) + header + Marker + "crc?";
    int count = 0;
    for (const QByteArray &bytes : {frame, Marker + Marker}) {
        QTcpSocket peer;
        peer.connectToHost(u"127.0.0.1"_s, quint16(pair.url.port()));
        QVERIFY(peer.waitForConnected());
        peer.write(bytes);
        ++count;
        QTRY_COMPARE(refused.size(), count);
    }
    QCOMPARE(refused[0][1].value<Error>().code(), ErrorCode::CrcMismatch);
    QCOMPARE(refused[1][1].value<Error>().code(), ErrorCode::BadMagic);
    QVERIFY(isLoggedWithout(Marker));
}

void tst_LoggedSecrets::failuresOfTls()
{
    ServerOptions options;
    QVERIFY(useDevelopmentCertificate(options.transport.tls));
    const EndpointPair pair(options, {}, QUrl(u"tls://127.0.0.1:0"_s));
    QCOMPARE(failureAt(pair.url), ErrorCode::CertificateUntrusted);
    QTcpSocket plain;
    QSignalSpy refused(pair.server.get(), &Server::connectionRefused);
    plain.connectToHost(u"127.0.0.1"_s, quint16(pair.url.port()));
    QVERIFY(plain.waitForConnected());
    plain.write(Marker + Marker);
    QTRY_VERIFY(!refused.isEmpty());
    QVERIFY(isLoggedWithout(Marker));
    QVERIFY(isLoggedWithout(options.transport.tls.privateKey.toDer()));
    const QByteArrayList lines = options.transport.tls.privateKey.toPem().split('\n');
    QVERIFY(lines.size() > 3);
    for (const QByteArray &line : lines.mid(1, lines.size() - 3))
        QVERIFY(isLoggedWithout(line));
}

void tst_LoggedSecrets::wrongPasswords_data()
{
    QTest::addColumn<QString>("encryption");
    QTest::newRow("E1") << u"E1"_s;
    QTest::newRow("E2") << u"E2"_s;
}

void tst_LoggedSecrets::wrongPasswords()
{
    QFETCH(const QString, encryption);
    ServerOptions options;
    options.credentials = CredentialSource::list({{u"alice"_s, Password("right" + Marker)}});
    const EndpointPair pair(options, {}, QUrl(u"tfserver+tcp://127.0.0.1:0"_s));
    QSignalSpy refused(pair.server.get(), &Server::connectionRefused);
    const QString url = u"tfserver+tcp://alice:wrong%1@127.0.0.1:%2?encryption=%3"_s.arg(
        QString::fromLatin1(Marker), QString::number(pair.url.port()), encryption);
    ClientOptions clientOptions;
    clientOptions.reconnect.enabled = false;
    Client client(clientOptions);
    QVERIFY(client.open(QUrl(url)));
    // E1 is believed by the client at first: the server says no to what it asks.
    QTRY_VERIFY((client.request(u"nothing"_s), !refused.isEmpty()));
    QCOMPARE(refused[0][1].value<Error>().code(), ErrorCode::AuthenticationFailed);
    QTRY_COMPARE(client.state(), Client::State::Idle);
    QVERIFY(isLoggedWithout(Marker));
}

QTEST_GUILESS_MAIN(tst_LoggedSecrets)
#include "tst_loggedsecrets.moc"
