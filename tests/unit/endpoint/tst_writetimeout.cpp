// SPDX-License-Identifier: MIT
// ConnectionOptions::writeTimeout: peers that never read are given up, and no others.
#include <QTcpSocket>
#include <QTimer>

#include "faultysession.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using At = FaultyPair::At;

class tst_WriteTimeout : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void aServersPeerThatNeverReads_data();
    static void aServersPeerThatNeverReads();
    static void aClientsPeerThatNeverReads_data() { kinds(); }
    static void aClientsPeerThatNeverReads();
    static void answersThatNobodyTakes_data();
    static void answersThatNobodyTakes();
    static void whatTricklesOutGoesOn_data() { kinds(); }
    static void whatTricklesOutGoesOn();
    static void aSlowReaderIsServed();
    static void nothingPendingIsNoReason();
    static void zeroIsOff();

private:
    static void kinds()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"memory", "tcp", "tls"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
};

namespace {

/// More than all buffers on the way take.
template <class Sender>
void pour(Sender *sender)
{
    const QByteArray much(100'000, 'x');
    const QPointer<Sender> alive(sender);
    for (int i = 0; i < 1'000 && alive && alive->send(u"news"_s, much); ++i)
        QCoreApplication::processEvents();
}

ConnectionOptions givingUpAfter(std::chrono::milliseconds timeout)
{
    ConnectionOptions options;
    options.writeTimeout = timeout;
    options.engine.closeTimeout = 50ms;
    return options;
}

} // namespace

void tst_WriteTimeout::aServersPeerThatNeverReads_data() { kinds(); }

void tst_WriteTimeout::aServersPeerThatNeverReads()
{
    QFETCH(const QString, kind);
    ServerOptions options;
    options.connection = givingUpAfter(200ms);
    FaultyPair pair(kind, At::Server, {}, options);
    QVERIFY(pair.ends->open());
    pair.ends->client->connection()->setReceivingPaused(true);
    QSignalSpy errors(pair.ends->atServer, &Connection::errorOccurred);
    pour(pair.ends->atServer);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, 30'000);
    const auto error = errors[0][0].value<Error>();
    QCOMPARE(error.code(), ErrorCode::WriteTimedOut);
    QCOMPARE(error.origin(), ErrorOrigin::Peer);
    QVERIFY2(error.detail().contains(u"200 ms"_s), qPrintable(error.detail()));
    QTRY_COMPARE(pair.ends->server->connectionCount(), 0);
}

void tst_WriteTimeout::aClientsPeerThatNeverReads()
{
    QFETCH(const QString, kind);
    ClientOptions options;
    options.connection = givingUpAfter(200ms);
    FaultyPair pair(kind, At::Client, {}, {}, options);
    QVERIFY(pair.ends->open());
    pair.ends->atServer->setReceivingPaused(true);
    QSignalSpy errors(pair.ends->client.get(), &Client::errorOccurred);
    const auto lost = pair.ends->client->request(u"sum"_s);
    pour(pair.ends->client.get());
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, 30'000);
    QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::WriteTimedOut);
    QCOMPARE(resultOf(lost).error().code(), ErrorCode::CallLost);
}

void tst_WriteTimeout::answersThatNobodyTakes_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<int>("requests");
    QTest::addColumn<int>("bytes");
    QTest::newRow("vstp") << u"vstp"_s << 5 << 7'000'000;
    QTest::newRow("tfserver") << u"tfserver"_s << 5 << 7'000'000;
    QTest::newRow("network-protocol") << u"network-protocol"_s << 1 << 16'700'000; // one at a time
}

void tst_WriteTimeout::answersThatNobodyTakes()
{
    QFETCH(const QString, protocol);
    QFETCH(const int, requests);
    QFETCH(const int, bytes);
    ServerOptions options;
    options.connection = givingUpAfter(200ms);
    EndpointPair pair(options, {}, QUrl(protocol + u"+tcp://127.0.0.1:0"_s));
    pair.server->handle(u"blob"_s, [&pair, bytes](const Request &) {
        pair.client->connection()->setReceivingPaused(true); // not before it has looked the route up
        return Reply(QByteArray(bytes, 'x'));
    });
    QVERIFY(pair.open());
    QSignalSpy errors(pair.atServer, &Connection::errorOccurred);
    for (int i = 0; i < requests; ++i)
        (void)pair.client->request(u"blob"_s);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, 30'000);
    QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::WriteTimedOut);
    QTRY_COMPARE(pair.server->connectionCount(), 0);
}

void tst_WriteTimeout::whatTricklesOutGoesOn()
{
    QFETCH(const QString, kind);
    constexpr int Messages = 200;
    ServerOptions options;
    options.connection = givingUpAfter(1s);
    FaultyPair pair(kind, At::Server, {}, options);
    QVERIFY(pair.ends->open());
    QSignalSpy errors(pair.ends->atServer, &Connection::errorOccurred);
    QSignalSpy received(pair.ends->client.get(), &Client::messageReceived);
    pair.latest->setPlan({.maxWriteBytes = 1'000, .outputDelay = 10ms}); // so it takes twice the time
    for (int i = 0; i < Messages; ++i)
        QVERIFY(pair.ends->atServer->send(u"news"_s, QByteArray(1'000, 'x')));
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), Messages, 60'000);
    QVERIFY(errors.isEmpty());
}

// The system tells only now and then that there is room again: what counts is what the peer has taken of what
// the system holds.
void tst_WriteTimeout::aSlowReaderIsServed()
{
    ServerOptions options;
    options.connection = givingUpAfter(1s);
    Server server(options);
    const auto address = server.listen(QUrl(u"vstp+tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    QSignalSpy opened(&server, &Server::connectionOpened);
    QTcpSocket reader;
    reader.setReadBufferSize(1);
    reader.connectToHost(QHostAddress::LocalHost, address->port());
    reader.write(
        QByteArray::fromHex("565401010000000000000090a29464")); // HELLO of a plain peer: no heartbeats
    QTRY_COMPARE(opened.size(), 1);
    reader.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 65'536); // or it tells seldom, too
    auto *connection = opened[0][0].value<Connection *>();
    QSignalSpy errors(connection, &Connection::errorOccurred);
    pour(connection);
    qsizetype taken = 0;
    QTimer sip;
    connect(&sip, &QTimer::timeout, &reader, [&] {
        reader.setReadBufferSize(20'000);
        taken += reader.readAll().size();
    });
    sip.start(50ms);
    QTRY_VERIFY_WITH_TIMEOUT(taken > 1'500'000 || !errors.isEmpty(), 60'000);
    QVERIFY(errors.isEmpty());
}

void tst_WriteTimeout::nothingPendingIsNoReason()
{
    ServerOptions options;
    options.connection = givingUpAfter(20ms);
    options.connection.idleTimeout = 1s;
    EndpointPair pair(options);
    pair.server->handle(u"echo"_s, [](const Request &request) { return request.payload(); });
    QVERIFY(pair.open());
    QSignalSpy errors(pair.atServer, &Connection::errorOccurred);
    (void)resultOf(pair.client->request(u"echo"_s, "all of it is taken"));
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::IdleTimedOut);
}

void tst_WriteTimeout::zeroIsOff()
{
    ServerOptions options;
    options.connection = givingUpAfter(0ms);
    options.connection.idleTimeout = 500ms;
    EndpointPair pair(options);
    QVERIFY(pair.open());
    QSignalSpy errors(pair.atServer, &Connection::errorOccurred);
    pair.client->connection()->setReceivingPaused(true);
    pour(pair.atServer);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 1, 30'000);
    QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::IdleTimedOut);
}

QTEST_GUILESS_MAIN(tst_WriteTimeout)
#include "tst_writetimeout.moc"
