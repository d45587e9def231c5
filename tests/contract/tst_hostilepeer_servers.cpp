// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include "besiegedserver.h"
#include "endpoint/client.h"

using namespace Halyard;
using namespace std::chrono_literals;
using Wire::Vstp::FrameType;

namespace {

constexpr qint64 KiB = 1'024;
constexpr qint64 MiB = 1'048'576;

QByteArray replyBytes(quint64 id, const QByteArray &payload, bool end = true)
{
    QByteArray headers = headerBytes("re", QByteArray::number(id));
    if (end)
        headers += headerBytes("end", "1");
    return frameBytes(FrameType::Data, headers, payload);
}

ClientOptions quickOptions()
{
    ClientOptions options;
    options.reconnect.enabled = false;
    options.connection.engine.frameGrace = 300ms;
    return options;
}

} // namespace

/// Servers that misbehave towards our client: each fault has its own error, every open call fails, nothing
/// hangs, and what they can make us hold is bounded.
class tst_HostilePeerServers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void neverAccepts();
    void noRoomInItsQueue();
    void closesAtOnce_data();
    void closesAtOnce();
    void silentBeforeWelcome();
    void silentBeforeTls();
    void brokenBytes_data();
    void brokenBytes();
    void slowFrame();
    void silentAfterWelcome();
    void everyWayForACallToFail();
    void answersAnythingAnyhow();
    void neverReads();
    void asksUsThingsInstead();
    void comesBack();

private:
    void openClient(const ClientOptions &options = quickOptions(), const QString &query = {})
    {
        m_client = std::make_unique<Client>(options);
        connect(m_client.get(), &Client::errorOccurred, this,
            [this](const Error &error) { m_errors.append(error); });
        connect(m_client.get(), &Client::messageReceived, this,
            [this](const Message &message) { m_received.append(message); });
        const QUrl url(QStringLiteral("tcp://127.0.0.1:%1%2").arg(m_listener->port()).arg(query));
        QVERIFY(m_client->open(url));
    }
    void accept()
    {
        QVERIFY(turnUntil([this] { return (m_server = m_listener->accept()).has_value(); }));
    }
    /// A client with Halyard's conventions, as if the server were one of us.
    void openAndWelcome(const ClientOptions &options = quickOptions())
    {
        openClient(options);
        accept();
        QTRY_COMPARE(frameCount(m_server->received(), FrameType::Hello), 1);
        m_server->write(welcomeBytes());
        QTRY_COMPARE(m_client->state(), Client::State::Open);
    }

    std::unique_ptr<HostileListener> m_listener;
    std::optional<HostilePeer> m_server;
    std::unique_ptr<Client> m_client;
    QList<Error> m_errors;
    QList<Message> m_received;
};

void tst_HostilePeerServers::init()
{
    m_errors.clear();
    m_received.clear();
    m_listener = std::make_unique<HostileListener>();
}

void tst_HostilePeerServers::cleanup()
{
    m_client.reset();
    m_server.reset();
    m_listener.reset();
}

void tst_HostilePeerServers::neverAccepts()
{
    // The kernel has answered, nobody reads: a silent peer like any other.
    ClientOptions options = quickOptions();
    options.connection.engine.handshakeTimeout = 200ms;
    openClient(options);
    QTRY_COMPARE(m_client->state(), Client::State::Open); // as plain vstp, which may be silent
    QVERIFY(!m_client->connection()->capabilities().requests);
}

void tst_HostilePeerServers::noRoomInItsQueue()
{
    m_listener = std::make_unique<HostileListener>(0);
    const HostilePeer first = HostilePeer::connectTo(m_listener->port());
    const HostilePeer second = HostilePeer::connectTo(m_listener->port());
    ClientOptions options = quickOptions();
    options.transport.connectTimeout = 300ms;
    openClient(options);
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), ErrorCode::ConnectTimedOut);
    QVERIFY2(
        m_errors[0].detail().contains(QString::number(m_listener->port())), qPrintable(m_errors[0].detail()));
    QCOMPARE(m_client->state(), Client::State::Idle);
}

void tst_HostilePeerServers::closesAtOnce_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("close") << "close";
    QTest::newRow("reset") << "reset";
    QTest::newRow("BYE") << "bye";
}

void tst_HostilePeerServers::closesAtOnce()
{
    QFETCH(const QString, how);
    openClient();
    accept();
    QTRY_COMPARE(frameCount(m_server->received(), FrameType::Hello), 1);
    if (how == "close")
        m_server->close();
    else if (how == "reset")
        m_server->reset();
    else
        m_server->write(frameBytes(FrameType::Bye));
    QTRY_COMPARE(m_errors.size(), 1);
    QVERIFY2(m_errors[0].code() == ErrorCode::ClosedBeforeReady
            || (how == "reset" && m_errors[0].code() == ErrorCode::ConnectionLost),
        qPrintable(m_errors[0].toString()));
    QTRY_COMPARE(m_client->state(), Client::State::Idle);
}

void tst_HostilePeerServers::silentBeforeWelcome()
{
    // A byte at a time it pretends to be about to say something.
    openClient();
    accept();
    m_server->write(welcomeBytes().first(9));
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), ErrorCode::FrameTooSlow);
}

void tst_HostilePeerServers::silentBeforeTls()
{
    ClientOptions options = quickOptions();
    options.transport.handshakeTimeout = 300ms;
    m_client = std::make_unique<Client>(options);
    connect(
        m_client.get(), &Client::errorOccurred, this, [this](const Error &error) { m_errors.append(error); });
    QVERIFY(m_client->open(QUrl(QStringLiteral("tls://127.0.0.1:%1").arg(m_listener->port()))));
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), ErrorCode::HandshakeTimedOut);
    QCOMPARE(m_client->state(), Client::State::Idle);
}

void tst_HostilePeerServers::brokenBytes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ErrorCode>("code");
    QByteArray flipped = replyBytes(1, "answer");
    flipped.back() = char(flipped.back() ^ 1);
    const QByteArray large = frameBytes(FrameType::Data, {}, QByteArray(3'000, 'x'));
    QTest::newRow("garbage") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n") << ErrorCode::BadMagic;
    QTest::newRow("a frame one byte too large") << large.first(11) << ErrorCode::PayloadTooLarge;
    QTest::newRow("checksum") << flipped << ErrorCode::CrcMismatch;
    QTest::newRow("type 0") << frameBytes(FrameType(0)) << ErrorCode::UnknownFrameType;
    QTest::newRow("1 000 headers") << frameBytes(FrameType::Data, QByteArray(2'000, '\0'))
                                   << ErrorCode::TooManyHeaders;
    QTest::newRow("headers that leave their block")
        << frameBytes(FrameType::Data, QByteArray::fromHex("01ff")) << ErrorCode::BadHeaders;
}

void tst_HostilePeerServers::brokenBytes()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const ErrorCode, code);
    ClientOptions options = quickOptions();
    options.connection.engine.maxFrameBytesIn = 3'014; // large: 3 015
    openAndWelcome(options);
    QSignalSpy answered(m_client->call("first"), &Call::finished);
    QSignalSpy lost(m_client->call("second"), &Call::failed);
    QTRY_COMPARE(frameCount(m_server->received(), FrameType::Data), 2);
    m_server->write(replyBytes(1, "good") + bytes);
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), code);
    QCOMPARE(m_errors[0].origin(), ErrorOrigin::Peer);
    QVERIFY(!m_errors[0].detail().isEmpty());
    QCOMPARE(answered.size(), 1); // what came before it counts
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost[0][0].value<Error>().code(), code);
    QTRY_COMPARE(m_client->state(), Client::State::Idle);
}

void tst_HostilePeerServers::slowFrame()
{
    openAndWelcome();
    QSignalSpy lost(m_client->call("slow"), &Call::failed);
    const QByteArray reply = replyBytes(1, QByteArray(1'000, 'x'));
    qsizetype sent = 0;
    QTimer drip;
    connect(&drip, &QTimer::timeout, this,
        [&] { sent += qMax(qsizetype(0), m_server->write(reply.mid(sent, sent < 900 ? 1 : 0))); });
    drip.start(5ms);
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), ErrorCode::FrameTooSlow);
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost[0][0].value<Error>().code(), ErrorCode::FrameTooSlow);
}

void tst_HostilePeerServers::silentAfterWelcome()
{
    ClientOptions options = quickOptions();
    options.connection.engine.heartbeatInterval = 100ms;
    openAndWelcome(options);
    QSignalSpy lost(m_client->call("never"), &Call::failed);
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), ErrorCode::HeartbeatTimedOut);
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost[0][0].value<Error>().code(), ErrorCode::HeartbeatTimedOut);
    QVERIFY(frameCount(m_server->received(), FrameType::Ping) >= 1);
}

void tst_HostilePeerServers::everyWayForACallToFail()
{
    openAndWelcome();
    QHash<QString, Error> ends;
    const auto watch = [&](Call *call) {
        connect(call, &Call::failed, this,
            [&, route = call->route()](const Error &error) { ends[route] = error; });
        return call;
    };
    CallOptions impatient;
    impatient.timeout = 200ms;
    watch(m_client->call("timed out", {}, impatient));
    Call *cancelled = watch(m_client->call("cancelled"));
    Call *refused = watch(m_client->call("refused"));
    Call *own = watch(m_client->call("application"));
    watch(m_client->call("lost"));
    QTRY_COMPARE(frameCount(m_server->received(), FrameType::Data), 5);
    cancelled->cancel();
    m_server->write(frameBytes(FrameType::Err,
        headerBytes("re", QByteArray::number(refused->id())) + headerBytes("code", "403"), "no more"));
    m_server->write(frameBytes(FrameType::Err,
        headerBytes("re", QByteArray::number(own->id())) + headerBytes("code", "4711"), "out of ink"));
    QTRY_COMPARE(ends.size(), 4);
    m_server->reset();
    QTRY_COMPARE(ends.size(), 5);
    QCOMPARE(ends["timed out"].code(), ErrorCode::CallTimedOut);
    QCOMPARE(ends["cancelled"].code(), ErrorCode::CallCancelled);
    QCOMPARE(ends["refused"].code(), ErrorCode::CallRefused);
    QCOMPARE(ends["refused"].origin(), ErrorOrigin::Peer);
    QCOMPARE(ends["application"].number(), quint16(4711));
    QCOMPARE(ends["lost"].code(), ErrorCode::CallLost);

    watch(m_client->call("not connected"));
    QTRY_COMPARE(ends.size(), 6);
    QCOMPARE(ends["not connected"].code(), ErrorCode::NotConnected);
}

void tst_HostilePeerServers::answersAnythingAnyhow()
{
    openAndWelcome();
    Call *call = m_client->call("once");
    QSignalSpy finished(call, &Call::finished);
    QTRY_COMPARE(frameCount(m_server->received(), FrameType::Data), 1);
    const quint64 id = call->id();
    // For calls never made, twice, items behind the end, an error behind the answer, late PONGs, a second
    // WELCOME.
    m_server->write(replyBytes(id + 7, "whose?") + replyBytes(id, "the answer") + replyBytes(id, "again")
        + replyBytes(id, "an item", false)
        + frameBytes(FrameType::Err, headerBytes("re", QByteArray::number(id)), "no")
        + frameBytes(FrameType::Pong, {}, QByteArray(8, '\xff')) + welcomeBytes()
        + frameBytes(FrameType::Data, {}, "an event"));
    QTRY_COMPARE(m_received.size(), 1);
    QCOMPARE(m_received[0].payload(), QByteArray("an event"));
    QCOMPARE(finished.size(), 1);
    QCOMPARE(finished[0][0].value<Reply>().payload(), QByteArray("the answer"));
    QVERIFY(m_errors.isEmpty());
    QCOMPARE(m_client->state(), Client::State::Open);
}

void tst_HostilePeerServers::neverReads()
{
    ClientOptions options = quickOptions();
    options.connection.queueHighBytes = 256 * KiB;
    options.connection.queueLowBytes = 64 * KiB;
    openAndWelcome(options);
    const qint64 before = allocatedBytes();
    int backpressured = 0;
    SendOutcome outcome = SendResult::Queued;
    // With turns between, so that the kernel gets what it takes.
    for (int i = 0; i < 10'000 && outcome; ++i) {
        outcome = m_client->send("news", QByteArray(10 * KiB, 'n'));
        backpressured += outcome == SendResult::Backpressured ? 1 : 0;
        if (i % 16 == 0)
            QCoreApplication::processEvents();
    }
    QCOMPARE(outcome.result(), SendResult::Rejected);
    QCOMPARE(outcome.error().code(), ErrorCode::QueueFull);
    QVERIFY(backpressured > 10);
    QVERIFY(!m_client->connection()->isWritable());
    QVERIFY2(allocatedBytes() - before < 2 * MiB, qPrintable(QString::number(allocatedBytes() - before)));
    QVERIFY(m_errors.isEmpty()); // Rejected is no error of the connection

    // It reads after all: the queue drains, and tells.
    QSignalSpy writable(m_client.get(), &Client::writableChanged);
    QTRY_VERIFY((m_server->discard(MiB), !writable.isEmpty() && writable.back()[0].toBool()));
    QVERIFY(m_client->send("news", "once more"));
}

void tst_HostilePeerServers::asksUsThingsInstead()
{
    ClientOptions options = quickOptions();
    options.connection.engine.maxOpenRequests = 4;
    openAndWelcome(options);
    QList<Request> held;
    m_client->handle("hold", [&](const Request &request) { held.append(request); });
    for (quint64 id = 1; id <= 6; ++id)
        m_server->write(requestBytes("hold", id));
    const QList<ErrorCode> refusals {ErrorCode::CallRefused, ErrorCode::CallRefused};
    QTRY_COMPARE(errCodes(m_server->received()), refusals);
    m_server->write(frameBytes(FrameType::Data, headerBytes("id", "1") + headerBytes("cancel", "1")));
    m_server->write(requestBytes("no such thing", 9));
    QTRY_COMPARE(errCodes(m_server->received()).size(), 3);
    QCOMPARE(errCodes(m_server->received())[2], ErrorCode::NoSuchRoute);
    QCOMPARE(held.size(), 4);
    QVERIFY(held[0].isCancelled());
    held.clear(); // nobody has answered
    QTRY_COMPARE(errCodes(m_server->received()).size(), 6);
    QCOMPARE(errCodes(m_server->received()).back(), ErrorCode::HandlerFailed);
    QVERIFY(m_errors.isEmpty());
}

void tst_HostilePeerServers::comesBack()
{
    // A server that resets every connection at once: tries are made again, but never in a spin.
    ClientOptions options = quickOptions();
    options.reconnect.enabled = true;
    options.reconnect.first = 50ms;
    options.reconnect.longest = 100ms;
    openClient(options);
    QSignalSpy scheduled(m_client.get(), &Client::reconnectScheduled);
    for (int i = 0; i < 5; ++i) {
        accept();
        // Not before it knows that it is connected: Qt would try once more by itself.
        QTRY_COMPARE(frameCount(m_server->received(), FrameType::Hello), 1);
        m_server->reset();
        QTRY_COMPARE(m_errors.size(), i + 1);
    }
    accept();
    QCOMPARE(scheduled.size(), 5);
    m_server->write(welcomeBytes());
    QTRY_COMPARE(m_client->state(), Client::State::Open);

    // An error that another try cannot mend ends it.
    m_server->write(QByteArray(100, '?'));
    QTRY_COMPARE(m_client->state(), Client::State::Idle);
    QCOMPARE(m_errors.back().code(), ErrorCode::BadMagic);
}

QTEST_GUILESS_MAIN(tst_HostilePeerServers)
#include "tst_hostilepeer_servers.moc"
