// SPDX-License-Identifier: MIT
#include <functional>

#include <QTest>

#include "endpoint/options.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Change = std::function<void(ConnectionOptions &)>;
using ServerChange = std::function<void(ServerOptions &)>;
Q_DECLARE_METATYPE(Change)
Q_DECLARE_METATYPE(ServerChange)

class tst_Options : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaultsAreThoseOfTheDocument();
    void defaultsAreValid();
    void refused_data();
    void refused();
    void refusedByServers_data();
    void refusedByServers();
    void reconnectWaitsDouble();
    void reconnectsOnlyWhereItHelps();
    void reconnectPolicyIsChecked();
};

void tst_Options::defaultsAreThoseOfTheDocument()
{
    const ConnectionOptions connection;
    QCOMPARE(connection.queueHighBytes, 1'024 * 1'024);
    QCOMPARE(connection.queueLowBytes, 256 * 1'024);
    QCOMPARE(connection.queueHighMessages, 1'024);
    QCOMPARE(connection.queueLowMessages, 256);
    QCOMPARE(connection.queueRejectFactor, 4);
    QCOMPARE(connection.overflow, OverflowPolicy::Reject);
    QCOMPARE(connection.maxUndeliveredBytes, 16 * 1'024 * 1'024);
    QCOMPARE(connection.readBytesPerTurn, 256 * 1'024);
    QCOMPARE(connection.deliveredMessagesPerTurn, 256);
    QCOMPARE(connection.deliveredBytesPerTurn, 1'024 * 1'024);
    QCOMPARE(connection.outputAheadBytes, 64 * 1'024);
    QVERIFY(connection.idleTimeout == 0ms);
    QVERIFY(connection.writeTimeout == 60s);
    QVERIFY(connection.answerTimeout == 0ms);
    QVERIFY(connection.drainTimeout == 10s);
    QVERIFY(connection.requestTimeout == 30s);
    const ServerOptions server;
    QCOMPARE(server.maxConnections, 10'000);
    QCOMPARE(server.maxHandshakes, 256);
    QCOMPARE(server.maxConnectionsPerAddress, 1'000);
    QCOMPARE(server.maxUnfinishedInputBytes, 256 * 1'024 * 1'024);
    QVERIFY(ClientOptions().reconnect.enabled);
    QVERIFY(server.registry.find("vstp") != nullptr);
}

void tst_Options::defaultsAreValid()
{
    QVERIFY(ConnectionOptions().validate());
    QVERIFY(ClientOptions().validate());
    QVERIFY(ServerOptions().validate());
}

void tst_Options::refused_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *expected, const Change &change) {
        QTest::newRow(expected) << change << QString::fromLatin1(expected);
    };
    row("queueHighBytes: 0 is not", [](auto &o) { o.queueHighBytes = 0; });
    row("queueLowBytes: -1 is not", [](auto &o) { o.queueLowBytes = -1; });
    row("queueLowBytes: 1048577 is above queueHighBytes, which is 1048576",
        [](auto &o) { o.queueLowBytes = o.queueHighBytes + 1; });
    row("queueHighMessages: 0 is not", [](auto &o) { o.queueHighMessages = 0; });
    row("queueLowMessages: 1025 is above queueHighMessages, which is 1024",
        [](auto &o) { o.queueLowMessages = 1'025; });
    row("queueRejectFactor: 0 is not", [](auto &o) { o.queueRejectFactor = 0; });
    row("maxUndeliveredBytes: 0 is not", [](auto &o) { o.maxUndeliveredBytes = 0; });
    row("readBytesPerTurn: 0 is not", [](auto &o) { o.readBytesPerTurn = 0; });
    row("deliveredMessagesPerTurn: 0 is not", [](auto &o) { o.deliveredMessagesPerTurn = 0; });
    row("deliveredBytesPerTurn: 0 is not", [](auto &o) { o.deliveredBytesPerTurn = 0; });
    row("outputAheadBytes: 0 is not", [](auto &o) { o.outputAheadBytes = 0; });
    row("idleTimeout: -1 ms is not", [](auto &o) { o.idleTimeout = -1ms; });
    row("writeTimeout: -1 ms is not", [](auto &o) { o.writeTimeout = -1ms; });
    row("answerTimeout: -1 ms is not", [](auto &o) { o.answerTimeout = -1ms; });
    row("drainTimeout: -1 ms is not", [](auto &o) { o.drainTimeout = -1ms; });
    row("requestTimeout: 31536000001 ms is not", [](auto &o) { o.requestTimeout = 24h * 365 + 1ms; });
    row("engine.maxFrameBytesIn: 63 is not", [](auto &o) { o.engine.maxFrameBytesIn = 63; });
    row("engine.maxFrameBytesOut: 0 is not", [](auto &o) { o.engine.maxFrameBytesOut = 0; });
    row("engine.frameBytesPerSecond: 0 is not", [](auto &o) { o.engine.frameBytesPerSecond = 0; });
    row("engine.handshakeTimeout: 0 ms is not", [](auto &o) { o.engine.handshakeTimeout = 0ms; });
    row("engine.heartbeatSilentPeriods: 0 is not", [](auto &o) { o.engine.heartbeatSilentPeriods = 0; });
}

void tst_Options::refused()
{
    QFETCH(Change, change);
    QFETCH(QString, expected);
    ConnectionOptions options;
    change(options);
    const auto result = options.validate();
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::InvalidArgument);
    QVERIFY2(result.error().detail().startsWith(expected), qPrintable(result.error().detail()));
    ClientOptions client;
    client.connection = options;
    QCOMPARE(client.validate().error(), result.error());
    ServerOptions server;
    server.connection = options;
    QCOMPARE(server.validate().error(), result.error());
}

void tst_Options::refusedByServers_data()
{
    QTest::addColumn<ServerChange>("change");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *expected, const ServerChange &change) {
        QTest::newRow(expected) << change << QString::fromLatin1(expected);
    };
    row("maxConnections", [](auto &o) { o.maxConnections = 0; });
    row("maxHandshakes", [](auto &o) { o.maxHandshakes = 0; });
    row("maxConnectionsPerAddress", [](auto &o) { o.maxConnectionsPerAddress = -5; });
    row("maxUnfinishedInputBytes", [](auto &o) { o.maxUnfinishedInputBytes = 0; });
    row("transport.acceptBacklog", [](auto &o) { o.transport.acceptBacklog = 65'536; });
    row("transport.connectTimeout", [](auto &o) { o.transport.connectTimeout = 0ms; });
    row("transport.handshakeTimeout", [](auto &o) { o.transport.handshakeTimeout = 0ms; });
    row("transport.maxHandshakeBytes", [](auto &o) { o.transport.maxHandshakeBytes = 1'023; });
    row("transport.flushTimeout", [](auto &o) { o.transport.flushTimeout = -1ms; });
    row("transport.lingerTimeout", [](auto &o) { o.transport.lingerTimeout = 24h * 366; });
}

void tst_Options::refusedByServers()
{
    QFETCH(ServerChange, change);
    QFETCH(QString, expected);
    ServerOptions options;
    change(options);
    const auto result = options.validate();
    QVERIFY(!result);
    QVERIFY2(result.error().detail().startsWith(expected + u": "_s), qPrintable(result.error().detail()));
}

void tst_Options::reconnectWaitsDouble()
{
    const ReconnectPolicy policy;
    QVERIFY(policy.ceiling(0) == 1s);
    QVERIFY(policy.ceiling(1) == 2s);
    QVERIFY(policy.ceiling(4) == 16s);
    QVERIFY(policy.ceiling(5) == 30s);
    QVERIFY(policy.ceiling(std::numeric_limits<int>::max()) == 30s);
}

void tst_Options::reconnectsOnlyWhereItHelps()
{
    const auto mayRetry = [](ErrorCode code) {
        return ReconnectPolicy::mayRetry({code, ErrorOrigin::Transport});
    };
    for (const auto code : {ErrorCode::None, ErrorCode::ConnectionRefused, ErrorCode::ConnectionLost,
             ErrorCode::HeartbeatTimedOut, ErrorCode::HostNotFound, ErrorCode::ClosedBeforeReady,
             ErrorCode::WriteTimedOut})
        QVERIFY(mayRetry(code));
    for (const auto code :
        {ErrorCode::AuthenticationFailed, ErrorCode::CertificateUntrusted, ErrorCode::CertificatePinMismatch,
            ErrorCode::CrcMismatch, ErrorCode::BadMagic, ErrorCode::InvalidUrl, ErrorCode::PlainPeerOnTlsPort,
            ErrorCode::TlsPeerOnPlainPort, ErrorCode::UnknownProtocol})
        QVERIFY(!mayRetry(code));
}

void tst_Options::reconnectPolicyIsChecked()
{
    ClientOptions options;
    options.reconnect.first = 31s;
    QCOMPARE(options.validate().error().detail(),
        u"reconnect.first: 31000 is above reconnect.longest, which is 30000"_s);
    options.reconnect.first = 0ms;
    QVERIFY(!options.validate());
}

QTEST_GUILESS_MAIN(tst_Options)
#include "tst_options.moc"
