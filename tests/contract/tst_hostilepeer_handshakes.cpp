// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <vector>

#include <sys/socket.h>

#include <QSignalSpy>
#include <QSslSocket>
#include <QTest>
#include <QTimer>

#include "../unit/protocol/xorsecurity.h"
#include "besiegedserver.h"
#include "protocol/securedengine.h"

using namespace Halyard;
using namespace std::chrono_literals;
using Wire::Vstp::FrameType;

namespace {

constexpr qint64 KiB = 1'024;
constexpr qint64 MiB = 1'048'576;

/// The beginning of a ClientHello that says it is so long, with nothing that could be judged before its end.
QByteArray helloOf(int size)
{
    QByteArray hello("\x01\0\0\0\x03\x03", 6);
    hello[1] = char(size >> 16);
    hello[2] = char(size >> 8);
    hello[3] = char(size);
    return hello + QByteArray(size - 2, '\x07');
}

/// Handshake messages in TLS records, 16 KiB at most in each.
QByteArray recordsOf(const QByteArray &messages)
{
    QByteArray records;
    for (qsizetype at = 0; at < messages.size();) {
        const QByteArray piece = messages.mid(at, 16 * KiB);
        records += "\x16\x03\x01";
        records += char(piece.size() >> 8);
        records += char(piece.size());
        records += piece;
        at += piece.size();
    }
    return records;
}

/// vstp under the security that has none.
class SealedVstpFactory final : public Wire::ProtocolFactory
{
public:
    [[nodiscard]] std::string_view name() const override { return "vstp"; }
    [[nodiscard]] Wire::Recognition recognise(Wire::ByteView) const override
    {
        return Wire::Recognition::Yes;
    }
    [[nodiscard]] std::unique_ptr<Wire::Engine> makeEngine(const Wire::EngineSetup &setup) const override
    {
        return std::make_unique<Wire::SecuredEngine>(
            m_plain->makeEngine(setup), std::make_unique<Wire::Test::XorSecurity>(setup.role), setup.limits);
    }
    [[nodiscard]] const Wire::Framing *framing() const override { return nullptr; }
    [[nodiscard]] std::unique_ptr<Wire::Dissector> makeDissector() const override
    {
        return m_plain->makeDissector();
    }

private:
    const std::shared_ptr<const Wire::ProtocolFactory> m_plain
        = Wire::ProtocolRegistry::standard().make("vstp", {}).value();
};

ServerOptions sealedOptions()
{
    Wire::ProtocolDescription sealed = *Wire::ProtocolRegistry::standard().find("vstp");
    sealed.make = [](const Wire::OptionValues &) { return std::make_shared<const SealedVstpFactory>(); };
    ServerOptions options;
    options.registry.add(std::move(sealed));
    return options;
}

QByteArray handshakeFrame(const QByteArray &body)
{
    QByteArray frame(4, '\0');
    frame[2] = char(body.size() >> 8);
    frame[3] = char(body.size());
    return frame + body;
}

} // namespace

/// Clients that never get through a handshake, and what they may cost meanwhile.
class tst_HostilePeerHandshakes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void slowTls();
    void endlessTlsHello();
    void helloAtTheLimit();
    void largeHelloWithin();
    void surplusBehindAHandshake();
    void handshakeFrameTooLarge();
    void noAnswerToTheChallenge();
    void muchAndGone_data();
    void muchAndGone();
};

void tst_HostilePeerHandshakes::slowTls()
{
    ServerOptions options;
    options.transport.handshakeTimeout = 400ms;
    const auto besieged = BesiegedServer::overTls(options);
    constexpr int Count = 20;
    const QByteArray hello = recordsOf(helloOf(10'000));
    std::vector<HostilePeer> slow;
    for (int i = 0; i < Count; ++i)
        slow.push_back(besieged->attack());
    // Never silent, and never finished: a byte of the hello from each, now and then.
    qsizetype sent = 0;
    QTimer drip;
    connect(&drip, &QTimer::timeout, this, [&] {
        for (HostilePeer &peer : slow)
            peer.write(hello.mid(sent, 1));
        ++sent;
    });
    drip.start(2ms);
    QVERIFY(besieged->goodClient().goesOn());
    QVERIFY(besieged->hasEnded(Count));
    drip.stop();
    QVERIFY(sent > 10);
    for (const Error &error : besieged->ends())
        QCOMPARE(error.code(), ErrorCode::HandshakeTimedOut);
    QVERIFY(besieged->isAlone());
    QVERIFY(besieged->goodClient().goesOn());
}

void tst_HostilePeerHandshakes::endlessTlsHello()
{
    ServerOptions options;
    options.maxHandshakes = 100;
    const auto besieged = BesiegedServer::overTls(options);
    QVERIFY(besieged->goodClient().goesOn());
    const QByteArray records = recordsOf(helloOf(120'000));
    const qint64 before = allocatedBytes();
    qint64 most = 0;
    constexpr int Count = 40;
    std::vector<HostilePeer> peers;
    for (int i = 0; i < Count; ++i)
        peers.push_back(besieged->attack());
    std::vector<qsizetype> sent(Count, 0);
    QVERIFY(turnUntil([&] {
        for (std::size_t i = 0; i < Count; ++i) {
            if (sent[i] < records.size())
                sent[i] += qMax(qsizetype(0), peers[i].write(records.mid(sent[i], 2'000)));
        }
        most = qMax(most, allocatedBytes() - before);
        return besieged->ends().size() >= Count;
    }));
    for (const Error &error : besieged->ends()) {
        QCOMPARE(error.code(), ErrorCode::InputBudgetExceeded);
        QVERIFY2(error.detail().contains("16384"), qPrintable(error.detail()));
    }
    // TLS itself costs some 50 KiB for each connection, and OpenSSL sets aside what a hello announces, up to
    // 128 KiB; the limit is on what is then filled.
    qInfo("%lld bytes at most for each", most / Count);
    QVERIFY2(most / Count < 192 * KiB, qPrintable(QString::number(most / Count)));
    QVERIFY(besieged->isAlone());
    QVERIFY(besieged->goodClient().goesOn());
    QVERIFY2(allocatedBytes() - before < MiB, qPrintable(QString::number(allocatedBytes() - before)));
}

void tst_HostilePeerHandshakes::helloAtTheLimit()
{
    // What has come is within the limit: only time ends it.
    ServerOptions options;
    options.transport.handshakeTimeout = 300ms;
    const auto besieged = BesiegedServer::overTls(options);
    HostilePeer peer = besieged->attack();
    const QByteArray records = recordsOf(helloOf(20'000)).first(16'384);
    QCOMPARE(peer.write(records), records.size());
    QVERIFY(besieged->hasEnded(1));
    QCOMPARE(besieged->ends()[0].code(), ErrorCode::HandshakeTimedOut);
}

void tst_HostilePeerHandshakes::largeHelloWithin()
{
    // A client in good order that sends much at once behind its handshake is not mistaken for one of those.
    ServerOptions options;
    options.transport.maxHandshakeBytes = 1'024;
    const auto besieged = BesiegedServer::overTls(options);
    int received = 0;
    connect(&besieged->server(), &Server::messageReceived, this, [&] { ++received; });
    QSslSocket client;
    client.setPeerVerifyMode(QSslSocket::VerifyNone);
    const QByteArray frame = frameBytes(FrameType::Data, {}, QByteArray(100 * KiB, 'x'));
    connect(&client, &QSslSocket::encrypted, this, [&] {
        client.write(frameBytes(FrameType::Hello));
        for (int i = 0; i < 10; ++i)
            client.write(frame);
    });
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), besieged->port());
    QTRY_COMPARE(received, 10);
    QVERIFY(besieged->ends().isEmpty());
}

void tst_HostilePeerHandshakes::surplusBehindAHandshake()
{
    // The server knows the name and looks for the secret; meanwhile the client pours.
    const auto options = sealedOptions();
    Server server(options);
    QList<Error> ends;
    connect(&server, &Server::connectionRefused, this,
        [&](const QString &, const Error &error) { ends.append(error); });
    QSignalSpy asked(&server, &Server::credentialsNeeded);
    QVERIFY(server.listen(QUrl(QStringLiteral("tcp://127.0.0.1:0"))));
    const qint64 before = allocatedBytes();
    qint64 most = 0;
    constexpr int Count = 40;
    std::vector<HostilePeer> peers;
    for (int i = 0; i < Count; ++i) {
        peers.push_back(HostilePeer::connectTo(server.serverPort()));
        peers.back().write(handshakeFrame("I am mallory"));
    }
    QTRY_COMPARE(asked.size(), Count);
    QCOMPARE(asked[0][1].toString(), "mallory");
    const QByteArray flood(8 * KiB, '\0');
    QVERIFY(turnUntil([&] {
        for (HostilePeer &peer : peers)
            peer.write(flood);
        most = qMax(most, allocatedBytes() - before);
        return ends.size() >= Count;
    }));
    for (const Error &error : ends) {
        QCOMPARE(error.code(), ErrorCode::InputBudgetExceeded);
        QVERIFY2(error.detail().contains("16384"), qPrintable(error.detail()));
    }
    // The buffer doubles, and the old one is there while the new one is filled.
    qInfo("%lld bytes at most for each", most / Count);
    QVERIFY2(most / Count < 64 * KiB, qPrintable(QString::number(most / Count)));
    QTRY_COMPARE(server.connectionCount(), 0);
}

void tst_HostilePeerHandshakes::handshakeFrameTooLarge()
{
    const auto options = sealedOptions();
    Server server(options);
    QList<Error> ends;
    connect(&server, &Server::connectionRefused, this,
        [&](const QString &, const Error &error) { ends.append(error); });
    QVERIFY(server.listen(QUrl(QStringLiteral("tcp://127.0.0.1:0"))));
    HostilePeer peer = HostilePeer::connectTo(server.serverPort());
    peer.write(handshakeFrame(QByteArray(20'000, 'x')).first(4)); // from its header alone
    QTRY_COMPARE(ends.size(), 1);
    QCOMPARE(ends[0].code(), ErrorCode::PayloadTooLarge);
    QTRY_VERIFY(peer.isEnded());
}

void tst_HostilePeerHandshakes::noAnswerToTheChallenge()
{
    ServerOptions options = sealedOptions();
    options.connection.engine.handshakeTimeout = 200ms;
    Server server(options);
    QList<Error> ends;
    connect(&server, &Server::connectionRefused, this,
        [&](const QString &, const Error &error) { ends.append(error); });
    connect(&server, &Server::credentialsNeeded, this, [](Connection *connection, const QString &identity) {
        connection->provide(Wire::Credentials {identity.toStdString(), Wire::Bytes(4)});
    });
    QVERIFY(server.listen(QUrl(QStringLiteral("tcp://127.0.0.1:0"))));
    HostilePeer peer = HostilePeer::connectTo(server.serverPort());
    peer.write(handshakeFrame("I am mallory"));
    QTRY_VERIFY(peer.received().contains("challenge"));
    QTRY_COMPARE(ends.size(), 1);
    QCOMPARE(ends[0].code(), ErrorCode::HandshakeTimedOut);
    QTRY_VERIFY(peer.isEnded());
}

void tst_HostilePeerHandshakes::muchAndGone_data()
{
    QTest::addColumn<bool>("inGoodOrder");
    QTest::newRow("with TLS's closing message") << true;
    QTest::newRow("without") << false;
}

// More than a driver hands over in one go, and the end in the same breath.
void tst_HostilePeerHandshakes::muchAndGone()
{
    QFETCH(const bool, inGoodOrder);
    const auto besieged = BesiegedServer::overTls({});
    int received = 0;
    connect(&besieged->server(), &Server::messageReceived, this, [&] { ++received; });
    QSignalSpy closed(&besieged->server(), &Server::connectionClosed);
    QSslSocket client;
    client.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), besieged->port());
    QTRY_VERIFY(client.isEncrypted());
    client.write(frameBytes(FrameType::Hello));
    QTRY_VERIFY(client.bytesAvailable() > 0);
    constexpr int Messages = 1'500;
    const QByteArray frame = frameBytes(FrameType::Data, {}, "x");
    for (int i = 0; i < Messages; ++i)
        client.write(frame);
    client.flush();
    QCOMPARE(client.encryptedBytesToWrite(), 0);
    if (inGoodOrder)
        client.disconnectFromHost();
    else
        ::shutdown(int(client.socketDescriptor()), SHUT_RDWR);
    QVERIFY(besieged->hasEnded(1));
    QCOMPARE(received, Messages);
    QCOMPARE(besieged->ends().size(), 1);
    QCOMPARE(besieged->ends()[0].code(), inGoodOrder ? ErrorCode::None : ErrorCode::ConnectionLost);
    QCOMPARE(closed.size(), 1);
    QVERIFY(besieged->goodClient().goesOn());
}

QTEST_GUILESS_MAIN(tst_HostilePeerHandshakes)
#include "tst_hostilepeer_handshakes.moc"
