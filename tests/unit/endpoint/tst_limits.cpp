// SPDX-License-Identifier: MIT
#include <QTcpSocket>
#include <QTest>

#include "endpointpair.h"

using namespace Halyard;

namespace {

/// A peer over TCP that connects and never reads.
std::unique_ptr<QTcpSocket> deafPeer(quint16 port)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->setReadBufferSize(1);
    socket->connectToHost(QStringLiteral("127.0.0.1"), port);
    return socket;
}

const QByteArray ping = QByteArray::fromHex("5654010400000000000000d8429a00");

} // namespace

/// Queues and counts of the endpoint at their limits.
class tst_Limits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void waterMarks();
    void firstMessageAlwaysFits();
    void rejectedWhenFull();
    void oldestEventsDropped();
    void closedWhenFull();
    void answersNotRead();
    void slowApplicationStopsReading();
    void maxConnections();
    void maxConnectionsPerAddress();
    void maxHandshakes();
    void unfinishedInputOfAll();
};

void tst_Limits::waterMarks()
{
    ClientOptions options;
    options.connection.queueHighBytes = 10'000;
    options.connection.queueLowBytes = 1'000;
    EndpointPair pair = EndpointPair::inMemory({}, options);
    QVERIFY(pair.open());
    QSignalSpy writable(pair.client.get(), &Client::writableChanged);
    const QByteArray payload(3'000, 'x');
    QVERIFY(pair.client->send("x", payload) == SendResult::Queued);
    QVERIFY(pair.client->send("x", payload) == SendResult::Queued);
    QVERIFY(pair.client->send("x", payload) == SendResult::Queued);
    QVERIFY(pair.client->connection()->isWritable());
    QVERIFY(pair.client->send("x", payload) == SendResult::Backpressured);
    QVERIFY(!pair.client->connection()->isWritable());
    QVERIFY(writable.isEmpty());
    QTRY_COMPARE(writable.size(), 2);
    QCOMPARE(writable.at(0).first().toBool(), false);
    QCOMPARE(writable.at(1).first().toBool(), true);
    QVERIFY(pair.client->connection()->isWritable());
}

void tst_Limits::firstMessageAlwaysFits()
{
    ClientOptions options;
    options.connection.queueHighBytes = 10;
    options.connection.queueLowBytes = 1;
    EndpointPair pair = EndpointPair::inMemory({}, options);
    QVERIFY(pair.open());
    QVERIFY(pair.client->send("x", QByteArray(100'000, 'x')) == SendResult::Queued);
    const SendOutcome second = pair.client->send("x", "y");
    QVERIFY(second == SendResult::Rejected);
    QCOMPARE(second.error().code(), ErrorCode::QueueFull);
}

void tst_Limits::rejectedWhenFull()
{
    ClientOptions options;
    options.connection.queueHighMessages = 10;
    options.connection.queueLowMessages = 5;
    EndpointPair pair = EndpointPair::inMemory({}, options);
    QVERIFY(pair.open());
    QSignalSpy error(pair.client.get(), &Client::errorOccurred);
    int received = 0;
    connect(pair.server.get(), &Server::messageReceived, this, [&] { ++received; });
    for (int i = 1; i <= 40; ++i)
        QCOMPARE(
            pair.client->send("x", "y").result(), i <= 10 ? SendResult::Queued : SendResult::Backpressured);
    QVERIFY(pair.client->send("x", "y") == SendResult::Rejected);
    QTRY_COMPARE(received, 40);
    QVERIFY(error.isEmpty());
    QVERIFY(pair.client->send("x", "y") == SendResult::Queued);
}

void tst_Limits::oldestEventsDropped()
{
    ClientOptions options;
    options.connection.queueHighMessages = 1;
    options.connection.queueLowMessages = 1;
    options.connection.overflow = OverflowPolicy::DropOldestEvent;
    EndpointPair pair = EndpointPair::inMemory({}, options);
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    QVERIFY(pair.open());
    QByteArrayList received;
    connect(pair.server.get(), &Server::messageReceived, this,
        [&](Connection *, const Message &message) { received += message.payload(); });
    QSignalSpy dropped(pair.client->connection(), &Connection::messagesDropped);
    const auto reply = pair.client->request("echo", "requests are not dropped");
    for (int i = 0; i < 10; ++i)
        QVERIFY(pair.client->send("x", QByteArray::number(i)));
    QVERIFY(resultOf(reply));
    QTRY_COMPARE(received.size(), 3);
    QCOMPARE(received, (QByteArrayList {"7", "8", "9"}));
    quint64 count = 0;
    for (const auto &signal : dropped)
        count += signal.first().toULongLong();
    QCOMPARE(count, 7U);
}

void tst_Limits::closedWhenFull()
{
    ClientOptions options;
    options.connection.queueHighMessages = 1;
    options.connection.queueLowMessages = 1;
    options.connection.overflow = OverflowPolicy::Close;
    EndpointPair pair = EndpointPair::inMemory({}, options);
    QVERIFY(pair.open());
    QSignalSpy error(pair.client.get(), &Client::errorOccurred);
    while (pair.client->send("x", "y")) { }
    QTRY_COMPARE(error.size(), 1);
    QCOMPARE(error.first().first().value<Error>().code(), ErrorCode::QueueFull);
}

void tst_Limits::answersNotRead()
{
    ServerOptions options;
    options.connection.maxQueuedAnswerBytes = 1'000'000;
    EndpointPair pair(options);
    pair.server->handle("blob", [](const Request &) { return QByteArray(400'000, 'x'); });
    // A client that can ask but whose application never takes what comes: its own limit stops it from
    // reading.
    QVERIFY(pair.open());
    QSignalSpy error(pair.atServer, &Connection::errorOccurred);
    pair.client->connection()->blockSignals(true);
    for (int i = 0; i < 50; ++i)
        pair.client->request("blob");
    // All 50 are answered in one batch: more than the server may keep for one connection.
    QTRY_COMPARE(error.size(), 1);
    QCOMPARE(error.first().first().value<Error>().code(), ErrorCode::OutputNotRead);
}

void tst_Limits::slowApplicationStopsReading()
{
    ServerOptions options;
    options.connection.maxUndeliveredBytes = 100'000;
    EndpointPair pair(options);
    QList<Request> open;
    pair.server->handle("keep", [&](const Request &request) { open += request; });
    QVERIFY(pair.open());
    QList<QFuture<Result<Reply>>> replies;
    for (int i = 0; i < 100; ++i)
        replies += pair.client->request("keep", QByteArray(9'000, 'x'));
    QTRY_VERIFY(open.size() >= 11);
    QTest::qWait(50);
    // 100 000 bytes of open requests, and what one turn had read beyond: then nothing more was taken.
    const auto held = open.size();
    QVERIFY2(held < 100, qPrintable(QString::number(held)));
    while (!open.isEmpty() || !std::all_of(replies.begin(), replies.end(), [](const auto &reply) {
        return reply.isFinished();
    })) {
        const QList<Request> now = std::exchange(open, {});
        for (const Request &request : now)
            request.respond(Reply("ok"));
        QTest::qWait(1);
    }
    for (const auto &reply : std::as_const(replies))
        QVERIFY(reply.result());
}

void tst_Limits::maxConnections()
{
    ServerOptions options;
    options.maxConnections = 2;
    EndpointPair pair(options);
    QVERIFY(pair.open());
    ClientOptions clientOptions = pair.client->options();
    Client second(clientOptions);
    QVERIFY(second.open(pair.url));
    QTRY_COMPARE(second.state(), Client::State::Open);
    Client third(clientOptions); // waits in the kernel's queue
    QVERIFY(third.open(pair.url));
    QTest::qWait(50);
    QCOMPARE(third.state(), Client::State::Connecting);
    QCOMPARE(pair.server->connectionCount(), 2);
    second.close();
    QTRY_COMPARE(third.state(), Client::State::Open);
}

void tst_Limits::maxConnectionsPerAddress()
{
    ServerOptions options;
    options.maxConnectionsPerAddress = 2;
    EndpointPair pair(options);
    QVERIFY(pair.open());
    QSignalSpy refused(pair.server.get(), &Server::connectionRefused);
    Client second(pair.client->options());
    QVERIFY(second.open(pair.url));
    QTRY_COMPARE(second.state(), Client::State::Open);
    Client third(pair.client->options());
    QSignalSpy error(&third, &Client::errorOccurred);
    QVERIFY(third.open(pair.url));
    QTRY_COMPARE(refused.size(), 1);
    QCOMPARE(refused.first().at(1).value<Error>().code(), ErrorCode::TooManyConnections);
    QTRY_COMPARE(error.size(), 1);
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    QVERIFY(resultOf(second.request("echo", "served as before")));
}

void tst_Limits::maxHandshakes()
{
    ServerOptions options;
    options.maxHandshakes = 2;
    options.connection.engine.handshakeTimeout = std::chrono::milliseconds(200);
    EndpointPair pair(options);
    const auto silent1 = deafPeer(pair.url.port());
    const auto silent2 = deafPeer(pair.url.port());
    QTRY_COMPARE(pair.server->connectionCount(), 2);
    QSignalSpy refused(pair.server.get(), &Server::connectionRefused);
    QVERIFY(pair.open()); // once one of the silent ones was given up
    QVERIFY(!refused.isEmpty());
    QCOMPARE(refused.first().at(1).value<Error>().code(), ErrorCode::HandshakeTimedOut);
}

void tst_Limits::unfinishedInputOfAll()
{
    ServerOptions options;
    options.maxUnfinishedInputBytes = 1'500'000; // buffers grow by doubling: 1 MiB each
    EndpointPair pair(options);
    QVERIFY(pair.open());
    QList<ErrorCode> errors;
    connect(pair.server.get(), &Server::connectionClosed, this,
        [&](Connection *connection) { errors += connection->error().code(); });
    std::vector<std::unique_ptr<QTcpSocket>> peers;
    // Each begins a frame of 900 000 bytes and sends two thirds of it.
    for (int i = 0; i < 2; ++i) {
        auto peer = deafPeer(pair.url.port());
        QVERIFY(peer->waitForConnected());
        peer->write(ping);
        peer->write(QByteArray::fromHex("56540103000000000dbba0"));
        peer->write(QByteArray(600'000, 'x'));
        peer->flush();
        peers.push_back(std::move(peer));
    }
    QTRY_VERIFY(!errors.isEmpty());
    QCOMPARE(errors, QList<ErrorCode> {ErrorCode::InputBudgetExceeded});
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    QVERIFY(resultOf(pair.client->request("echo", "served as before")));
}

QTEST_GUILESS_MAIN(tst_Limits)
#include "tst_limits.moc"
