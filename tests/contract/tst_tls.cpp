// SPDX-License-Identifier: MIT
// TLS with peers that do not speak it, or not as they should.
#include <memory>
#include <vector>

#include <sys/socket.h>

#include <QSslServer>
#include <QSslSocket>
#include <QTest>

#include "dispatchers.h"
#include "tlsworld.h"

using namespace Halyard;
using std::chrono::milliseconds;
using Wire::ErrorCode;

Q_DECLARE_METATYPE(Halyard::Wire::ErrorCode)

class tst_Tls : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aPlainClientIsNamed_data();
    void aPlainClientIsNamed();
    void aTlsClientAtAPlainServer();
    void aStrangerIsTurnedAwayInGoodOrder_data();
    void aStrangerIsTurnedAwayInGoodOrder();
    void aForeignTlsClientFailsAtOnce();
    void aPlainServerThatAnswersIsNamed_data();
    void aPlainServerThatAnswersIsNamed();
    void aTlsServerThatAnswersAPlainClientIsNamed();
    void aProtocolMayBeginLikeTls();
    void aServerThatClosesIsNamed_data();
    void aServerThatClosesIsNamed();
    void aSilentServerTimesOut();
    void aClientThatLeavesIsNamed_data();
    void aClientThatLeavesIsNamed();
    void halfAClientHelloTimesOut();
    void garbageInARecordIsRefused();
    void tls12IsRefusedUnlessAllowed_data();
    void tls12IsRefusedUnlessAllowed();
    void silentPeersDelayNobody();
    void anEndWithoutClosingMessageIsALoss();

private:
    [[nodiscard]] TestClient connectTo(quint16 port, TransportOptions options = {}) const
    {
        options.tls.pin = m_identity.leafPin;
        return {QStringLiteral("tls"), QString::fromLatin1(RightHost), port, options};
    }

    const Identity m_identity;
};

void tst_Tls::aPlainClientIsNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("a frame") << QByteArray("VSTP and more");
    QTest::newRow("one byte") << QByteArray("V");
    QTest::newRow("zero") << QByteArray(1, '\0');
    QTest::newRow("an alert") << QByteArray("\x15\x03\x01");
}

void tst_Tls::aPlainClientIsNamed()
{
    QFETCH(const QByteArray, bytes);
    TestServer there(QStringLiteral("tls"), withTls(m_identity.tls));
    TestClient here(QStringLiteral("tcp"), QString::fromLatin1(RightHost), there.port(), {});
    QCOMPARE(here.outcome(), ErrorCode::None);
    here.transport->write(view(bytes));
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(there.accepted()->error);
    QCOMPARE(there.accepted()->error->code, ErrorCode::PlainPeerOnTlsPort);
    QCOMPARE(there.accepted()->log, QStringList({"failed", "closed"}));
    // And the peer, if it is one of ours, knows it as well.
    QTRY_COMPARE(here.recorder->closed, 1);
    QVERIFY(here.recorder->error);
    QCOMPARE(here.recorder->error->code, ErrorCode::PlainPeerOnTlsPort);
}

void tst_Tls::aTlsClientAtAPlainServer()
{
    TestServer there(QStringLiteral("tcp"));
    TestClient here = connectTo(there.port());
    QCOMPARE(here.outcome(), ErrorCode::TlsPeerOnPlainPort);
    QCOMPARE(here.recorder->log, QStringList({"failed", "closed"}));
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(there.accepted()->error);
    QCOMPARE(there.accepted()->error->code, ErrorCode::TlsPeerOnPlainPort);
    QVERIFY(there.accepted()->received.isEmpty());
}

void tst_Tls::aStrangerIsTurnedAwayInGoodOrder_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ErrorCode>("expected");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("plain at TLS") << "tls" << pattern(100'000) << ErrorCode::PlainPeerOnTlsPort
                                  << QByteArray::fromHex("15030300020246");
    QTest::newRow("TLS at plain") << "tcp"
                                  << "\x16\x03\x01" + pattern(100'000) << ErrorCode::TlsPeerOnPlainPort
                                  << QByteArray("This port is plain TCP, without TLS.\r\n");
}

void tst_Tls::aStrangerIsTurnedAwayInGoodOrder()
{
    QFETCH(const QString, scheme);
    QFETCH(const QByteArray, bytes);
    QFETCH(const ErrorCode, expected);
    QFETCH(const QByteArray, answer);
    TransportOptions options = withTls(m_identity.tls);
    options.lingerTimeout = milliseconds(200);
    TestServer there(scheme, options);
    for (const bool closes : {true, false}) {
        QTcpSocket here;
        QByteArray read;
        QList<QAbstractSocket::SocketError> errors;
        connect(&here, &QTcpSocket::errorOccurred, &here, [&](auto error) { errors.append(error); });
        connect(&here, &QTcpSocket::readyRead, &here, [&] { read += here.readAll(); });
        here.connectToHost(QHostAddress::LocalHost, there.port());
        here.write(bytes); // far more than the first byte, and nobody reads it
        const std::size_t index = closes ? 0 : 1;
        QVERIFY(there.accepted(index));
        QTRY_COMPARE(read, answer); // not lost by a reset
        if (closes)
            here.close();
        QTRY_COMPARE(there.accepted(index)->closed, 1); // soon, whatever the stranger does
        QVERIFY(there.accepted(index)->error);
        QCOMPARE(there.accepted(index)->error->code, expected);
        QVERIFY(there.accepted(index)->received.isEmpty());
        QVERIFY(errors.isEmpty() || errors == QList {QAbstractSocket::RemoteHostClosedError});
    }
}

void tst_Tls::aForeignTlsClientFailsAtOnce()
{
    TestServer there(QStringLiteral("tcp"));
    QSslSocket here;
    QStringList errors;
    connect(&here, &QSslSocket::errorOccurred, &here, [&] { errors.append(here.errorString()); });
    here.connectToHostEncrypted(QStringLiteral("127.0.0.1"), there.port());
    QTRY_VERIFY(!errors.isEmpty());
    QVERIFY2(errors[0].contains(u"wrong version number"), qPrintable(errors[0])); // not just an end
}

void tst_Tls::aPlainServerThatAnswersIsNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << QByteArray("220 ready\r\n");
    QTest::newRow("one byte") << QByteArray("V");
    QTest::newRow("like a record at first") << QByteArray("\x16\x00", 2);
}

void tst_Tls::aPlainServerThatAnswersIsNamed()
{
    QFETCH(const QByteArray, bytes);
    PlainServer there([&](QTcpSocket &socket) { socket.write(bytes); });
    TestClient here = connectTo(there.serverPort());
    QCOMPARE(here.outcome(), ErrorCode::TlsPeerOnPlainPort);
    QCOMPARE(here.recorder->log, QStringList({"failed", "closed"}));
}

void tst_Tls::aTlsServerThatAnswersAPlainClientIsNamed()
{
    PlainServer there([](QTcpSocket &socket) {
        socket.write(QByteArray("\x15\x03\x01\x00\x02\x02\x46", 7)); // a fatal alert
    });
    TestClient here(QStringLiteral("tcp"), QString::fromLatin1(RightHost), there.serverPort(), {});
    QTRY_COMPARE(here.recorder->closed, 1);
    QVERIFY(here.recorder->error);
    QCOMPARE(here.recorder->error->code, ErrorCode::PlainPeerOnTlsPort);
}

void tst_Tls::aProtocolMayBeginLikeTls()
{
    TransportOptions options;
    options.refuseTls = false;
    TestServer there(QStringLiteral("tcp"), options);
    TestClient here(QStringLiteral("tcp"), QString::fromLatin1(RightHost), there.port(), options);
    QCOMPARE(here.outcome(), ErrorCode::None);
    here.transport->write(view("\x16\x03\x01"));
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->received, "\x16\x03\x01");
}

void tst_Tls::aServerThatClosesIsNamed_data()
{
    QTest::addColumn<bool>("atOnce");
    QTest::addColumn<bool>("reset");
    QTest::newRow("at once") << true << false;
    QTest::newRow("at the first byte") << false << false;
    QTest::newRow("by reset") << false << true;
}

void tst_Tls::aServerThatClosesIsNamed()
{
    QFETCH(const bool, atOnce);
    QFETCH(const bool, reset);
    PlainServer there([&](QTcpSocket &socket) {
        if (atOnce)
            socket.disconnectFromHost();
        else
            connect(&socket, &QTcpSocket::readyRead, &socket, [&socket, reset] {
                if (!reset)
                    (void)socket.readAll();
                socket.disconnectFromHost();
            });
    });
    TestClient here = connectTo(there.serverPort());
    QCOMPARE(here.outcome(), ErrorCode::ClosedBeforeReady);
    QVERIFY2(here.recorder->error->detail.find("without TLS") != std::string::npos,
        here.recorder->error->detail.c_str());
}

void tst_Tls::aSilentServerTimesOut()
{
    PlainServer there([](QTcpSocket &) {});
    TransportOptions options;
    options.handshakeTimeout = milliseconds(50);
    TestClient here = connectTo(there.serverPort(), options);
    QCOMPARE(here.outcome(), ErrorCode::HandshakeTimedOut);
}

void tst_Tls::aClientThatLeavesIsNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("without a word") << QByteArray();
    QTest::newRow("within the hello") << QByteArray("\x16\x03\x01\x02");
}

void tst_Tls::aClientThatLeavesIsNamed()
{
    QFETCH(const QByteArray, bytes);
    TestServer there(QStringLiteral("tls"), withTls(m_identity.tls));
    QTcpSocket here;
    here.connectToHost(QHostAddress::LocalHost, there.port());
    here.write(bytes);
    here.disconnectFromHost();
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(there.accepted()->error);
    QCOMPARE(there.accepted()->error->code, ErrorCode::ClosedBeforeReady);
}

void tst_Tls::halfAClientHelloTimesOut()
{
    TransportOptions options = withTls(m_identity.tls);
    options.handshakeTimeout = milliseconds(50);
    TestServer there(QStringLiteral("tls"), options);
    QTcpSocket here;
    here.connectToHost(QHostAddress::LocalHost, there.port());
    here.write("\x16\x03\x01\x02");
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(there.accepted()->error);
    QCOMPARE(there.accepted()->error->code, ErrorCode::HandshakeTimedOut);
}

void tst_Tls::garbageInARecordIsRefused()
{
    TestServer there(QStringLiteral("tls"), withTls(m_identity.tls));
    QTcpSocket here;
    here.connectToHost(QHostAddress::LocalHost, there.port());
    here.write(QByteArray("\x16\x03\x01\x00\x10", 5) + QByteArray(16, 'g'));
    QVERIFY(there.accepted());
    QTRY_COMPARE(there.accepted()->closed, 1);
    QVERIFY(there.accepted()->error);
    QCOMPARE(there.accepted()->error->code, ErrorCode::TlsHandshakeFailed);
}

void tst_Tls::tls12IsRefusedUnlessAllowed_data()
{
    QTest::addColumn<bool>("allowed");
    QTest::newRow("refused") << false;
    QTest::newRow("allowed") << true;
}

void tst_Tls::tls12IsRefusedUnlessAllowed()
{
    QFETCH(const bool, allowed);

    // A client of the past at our server.
    TransportOptions options = withTls(m_identity.tls);
    options.tls.allowTls12 = allowed;
    TestServer server(QStringLiteral("tls"), options);
    QSslSocket oldClient;
    oldClient.setProtocol(QSsl::TlsV1_2);
    oldClient.setPeerVerifyMode(QSslSocket::VerifyNone);
    oldClient.connectToHostEncrypted(QStringLiteral("localhost"), server.port());
    QVERIFY(server.accepted());
    QTRY_VERIFY(server.accepted()->opened || server.accepted()->closed == 1);
    QCOMPARE(server.accepted()->opened, allowed);
    if (!allowed)
        QCOMPARE(server.accepted()->error->code, ErrorCode::TlsHandshakeFailed);

    // And our client at a server of the past.
    QSslServer oldServer;
    QSslConfiguration configuration;
    configuration.setProtocol(QSsl::TlsV1_2);
    configuration.setLocalCertificateChain(m_identity.tls.certificateChain);
    configuration.setPrivateKey(m_identity.tls.privateKey);
    oldServer.setSslConfiguration(configuration);
    QVERIFY(oldServer.listen(QHostAddress::LocalHost, 0));
    options.tls.certificateChain.clear();
    TestClient client = connectTo(oldServer.serverPort(), options);
    QCOMPARE(client.outcome(), allowed ? ErrorCode::None : ErrorCode::TlsHandshakeFailed);
    if (allowed)
        QCOMPARE(client.transport->info().tlsVersion, "TLS 1.2");
}

void tst_Tls::silentPeersDelayNobody()
{
    constexpr std::size_t Count = 200;
    TransportOptions options = withTls(m_identity.tls);
    options.handshakeTimeout = milliseconds(3'000);
    TestServer there(QStringLiteral("tls"), options);
    std::vector<std::unique_ptr<QTcpSocket>> silent;
    for (std::size_t i = 0; i < Count; ++i) {
        silent.push_back(std::make_unique<QTcpSocket>());
        silent.back()->connectToHost(QHostAddress::LocalHost, there.port());
        if (i % 2 == 1)
            silent.back()->write("\x16\x03"); // these begin and stop
    }
    QVERIFY(there.accepted(Count - 1));
    TestClient here = connectTo(there.port());
    QCOMPARE(here.outcome(), ErrorCode::None);
    here.transport->write(view("heard"));
    QVERIFY(there.accepted(Count));
    QTRY_COMPARE(there.accepted(Count)->received, "heard");
    for (std::size_t i = 0; i < Count; ++i) { // none of them was given up to get there
        QVERIFY(!there.recorders[i]->error);
        QVERIFY(!there.recorders[i]->opened);
    }
    const auto allGivenUp = [&] {
        return std::all_of(there.recorders.begin(), there.recorders.begin() + Count,
            [](const auto &recorder) { return recorder->closed == 1; });
    };
    QTRY_VERIFY_WITH_TIMEOUT(allGivenUp(), 20'000);
    QCOMPARE(there.recorders[0]->error->code, ErrorCode::HandshakeTimedOut);
    here.transport->write(view(" still"));
    QTRY_COMPARE(there.accepted(Count)->received, "heard still");
}

void tst_Tls::anEndWithoutClosingMessageIsALoss()
{
    TestServer there(QStringLiteral("tls"), withTls(m_identity.tls));
    QSslSocket here;
    here.setPeerVerifyMode(QSslSocket::VerifyNone);
    here.connectToHostEncrypted(QStringLiteral("localhost"), there.port());
    QVERIFY(there.accepted());
    QTRY_VERIFY(there.accepted()->opened && here.isEncrypted());
    here.write("cut off he");
    QTRY_COMPARE(here.encryptedBytesToWrite() + here.bytesToWrite(), 0);
    ::shutdown(int(here.socketDescriptor()), SHUT_WR);
    QTRY_COMPARE(there.accepted()->closed, 1);
    QCOMPARE(there.accepted()->received, "cut off he");
    QVERIFY(!there.accepted()->inputEnded);
    QVERIFY(there.accepted()->error);
    QCOMPARE(there.accepted()->error->code, ErrorCode::ConnectionLost);
}

HALYARD_TEST_WITH_DISPATCHER(tst_Tls)
#include "tst_tls.moc"
