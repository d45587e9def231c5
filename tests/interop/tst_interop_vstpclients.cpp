// SPDX-License-Identifier: MIT
#include <memory>

#include <QPromise>
#include <QSignalSpy>
#include <QTest>

#include "endpoint/server.h"
#include "peerframe.h"
#include "rustpeer.h"

using namespace Halyard;
using Wire::Vstp::FrameType;

namespace {

constexpr qsizetype MaxFrameBytes = 8'388'608;
constexpr qsizetype OverheadBytes = 15;

PeerFrame dataFrame(const QByteArray &payload) { return {FrameType::Data, 0, {}, payload}; }

PeerFrame hello() { return {FrameType::Hello, 0, {{"halyard", "1"}, {"features", "stream,cancel"}}, {}}; }

PeerFrame request(const QByteArray &route, int id, const QByteArray &payload)
{
    return {FrameType::Data, 0, {{"route", route}, {"id", QByteArray::number(id)}}, payload};
}

/// Headers of a printed frame as the test wrote them.
QByteArray header(const QJsonObject &printed, const QByteArray &key)
{
    const QJsonArray headers = printed["headers"].toArray();
    for (const QJsonValue &entry : headers) {
        if (QByteArray::fromHex(entry[0].toString().toLatin1()) == key)
            return QByteArray::fromHex(entry[1].toString().toLatin1());
    }
    return {};
}

} // namespace

/// Clients of the published crate against our server, over TCP.
class tst_InteropVstpClients : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void framesOfEveryType();
    void headersAtTheirLimits();
    void framesAtTheLimit_data();
    void framesAtTheLimit();
    void oneByteMore();
    void oneByteAtATime();
    void manyFramesInOneWrite();
    void acknowledgementComesFirst();
    void goodbyeWaitsForAnswersInHand();
    void conventionsSpokenByAStranger();
    void brokenFrameIsNamed();
    void resetInsideAFrame();

private:
    [[nodiscard]] QJsonObject frameOf(RustPeer &peer, int connection = 1)
    {
        return peer.next("frame", connection)["frame"].toObject();
    }

    std::unique_ptr<Server> m_server;
    std::unique_ptr<RustPeer> m_clients;
    QList<Message> m_received;
    QList<Error> m_ends; // of each connection that closed
};

void tst_InteropVstpClients::init()
{
    m_received.clear();
    m_ends.clear();
    m_server = std::make_unique<Server>();
    connect(m_server.get(), &Server::messageReceived, this, [this](Connection *from, const Message &message) {
        m_received.append(message);
        if (message.kind() == MessageKind::Event)
            QVERIFY(from->send(message));
    });
    connect(m_server.get(), &Server::connectionClosed, this,
        [this](Connection *connection) { m_ends.append(connection->error()); });
    m_server->handle("sum", [](const Request &request) {
        int sum = 0;
        for (const QByteArray &number : request.payload().split(' '))
            sum += number.toInt();
        return Reply(QByteArray::number(sum));
    });
    const auto listening = m_server->listen(QUrl("tcp://127.0.0.1:0"));
    QVERIFY2(listening, listening ? "" : qPrintable(listening.error().toString()));
    m_clients = std::make_unique<RustPeer>(QStringList {"client"});
}

void tst_InteropVstpClients::cleanup()
{
    QCOMPARE(m_clients->finish(), 0);
    QTRY_COMPARE(m_server->connectionCount(), 0);
    m_server.reset();
    m_clients.reset();
}

void tst_InteropVstpClients::framesOfEveryType()
{
    m_clients->connectTo(1, m_server->serverPort());
    m_clients->send(1, {toJson({FrameType::Hello, 0, {}, {}})});
    QVERIFY(isPrinted(frameOf(*m_clients), {FrameType::Welcome, 0, {}, {}}));

    const PeerFrame ping {FrameType::Ping, 0, {{"k", "v"}, {"", QByteArray("\0\xff", 2)}}, "are you there"};
    m_clients->send(1, {toJson(ping)});
    PeerFrame pong = ping;
    pong.type = FrameType::Pong;
    QVERIFY(isPrinted(frameOf(*m_clients), pong));

    // None of these calls for an answer; the DATA behind them shows that none came and nothing closed.
    m_clients->send(1,
        {toJson({FrameType::Welcome, 0, {}, {}}), toJson({FrameType::Pong, 0, {}, "late"}),
            toJson({FrameType::Ack, 1, {{"msg-id", "1"}}, {}}),
            toJson({FrameType::Err, 0, {{"code", "busy"}}, "try later"}), toJson(dataFrame("still here"))});
    QVERIFY(isPrinted(frameOf(*m_clients), dataFrame("still here")));
    QCOMPARE(m_received.size(), 2);
    QCOMPARE(m_received[0].kind(), MessageKind::Error);
    QCOMPARE(m_received[0].payload(), QByteArray("try later"));
    QCOMPARE(m_received[1].payload(), QByteArray("still here"));

    // Flags that mean nothing on a stream pass unharmed.
    m_clients->send(1, {toJson({FrameType::Data, 0x32, {}, "flags"})});
    QCOMPARE(frameOf(*m_clients)["size"].toInt(), 5);

    m_clients->act(1, "finish"); // BYE, half-close
    QVERIFY(!m_clients->next("ended", 1).isEmpty());
    QTRY_COMPARE(m_ends.size(), 1);
    QVERIFY2(!m_ends[0], qPrintable(m_ends[0].toString()));
}

void tst_InteropVstpClients::headersAtTheirLimits()
{
    m_clients->connectTo(1, m_server->serverPort());
    QList<PeerFrame> frames(5);
    frames[0].headers = {{QByteArray(255, 'k'), QByteArray(255, 'v')}};
    frames[1].headers = {{{}, {}}, {"a", "1"}, {"a", "2"}, {QByteArray("\0\xff", 2), QByteArray("\x80")}};
    for (int i = 0; i < 255; ++i)
        frames[2].headers.append({QByteArray(100, char('a' + i % 26)), QByteArray(155, 'x')});
    frames[2].payload = "behind 65 535 bytes of headers";
    for (int i = 0; i < 256; ++i)
        frames[3].headers.append({QByteArray::number(i), {}});
    frames[4].headers = {{"id", "1"}, {"re", "x"}, {"end", "1"}}; // only headers to a plain peer
    for (const PeerFrame &frame : std::as_const(frames)) {
        m_clients->send(1, {toJson(frame)});
        QVERIFY(isPrinted(frameOf(*m_clients), frame));
    }
    QCOMPARE(m_received[3].headers().count(), 256);

    // A route is told apart from the other headers, and comes back in front.
    m_clients->send(1, {toJson({FrameType::Data, 0, {{"k", "v"}, {"route", "nowhere"}}, "x"})});
    QVERIFY(isPrinted(frameOf(*m_clients), {FrameType::Data, 0, {{"route", "nowhere"}, {"k", "v"}}, "x"}));
    QCOMPARE(m_received.back().route(), "nowhere");

    // One header more than 256: refused by name, here and to the peer.
    frames[3].headers.append(qMakePair(QByteArray("one"), QByteArray("more")));
    m_clients->send(1, {toJson(frames[3])});
    const QJsonObject err = frameOf(*m_clients);
    QCOMPARE(err["type"].toInt(), int(FrameType::Err));
    QCOMPARE(header(err, "code"), QByteArray::number(int(ErrorCode::TooManyHeaders)));
    QVERIFY(!m_clients->next("ended", 1).isEmpty());
    QTRY_COMPARE(m_ends.size(), 1);
    QCOMPARE(m_ends[0].code(), ErrorCode::TooManyHeaders);
    QCOMPARE(m_ends[0].origin(), ErrorOrigin::Peer);
}

void tst_InteropVstpClients::framesAtTheLimit_data()
{
    QTest::addColumn<qsizetype>("frameBytes");
    QTest::newRow("one byte less") << MaxFrameBytes - 1;
    QTest::newRow("at the limit") << MaxFrameBytes;
}

void tst_InteropVstpClients::framesAtTheLimit()
{
    QFETCH(const qsizetype, frameBytes);
    PeerFrame frame;
    m_clients->connectTo(1, m_server->serverPort());
    m_clients->send(1, {toJson(frame, frameBytes - OverheadBytes, 99)});
    frame.payload = patternBytes(frameBytes - OverheadBytes, 99);
    QVERIFY(isPrinted(frameOf(*m_clients), frame));
    QVERIFY(m_received.value(0).payload() == frame.payload);
}

void tst_InteropVstpClients::oneByteMore()
{
    m_clients->connectTo(1, m_server->serverPort());
    m_clients->send(
        1, {toJson(dataFrame("before")), toJson(PeerFrame(), MaxFrameBytes - OverheadBytes + 1, 1)});
    QVERIFY(isPrinted(frameOf(*m_clients), dataFrame("before")));
    // The ERR arrives although we read no more of what comes: it is not lost to a reset.
    const QJsonObject err = frameOf(*m_clients);
    QCOMPARE(err["type"].toInt(), int(FrameType::Err));
    QCOMPARE(header(err, "code"), QByteArray::number(int(ErrorCode::PayloadTooLarge)));
    QTRY_COMPARE(m_ends.size(), 1);
    QCOMPARE(m_ends[0].code(), ErrorCode::PayloadTooLarge);
    QVERIFY2(m_ends[0].detail().contains("8388609"), qPrintable(m_ends[0].detail()));
}

void tst_InteropVstpClients::oneByteAtATime()
{
    const PeerFrame frame {FrameType::Data, 0, {{"key", "value"}}, patternBytes(300, 3)};
    m_clients->connectTo(1, m_server->serverPort(), true);
    m_clients->act(1, "drip", {{"piece", 1}, {"frames", QJsonArray {toJson(frame), toJson(dataFrame({}))}}});
    QVERIFY(isPrinted(frameOf(*m_clients), frame));
    QVERIFY(isPrinted(frameOf(*m_clients), dataFrame({})));
}

void tst_InteropVstpClients::manyFramesInOneWrite()
{
    QJsonArray frames;
    for (int i = 0; i < 3'000; ++i)
        frames.append(toJson(dataFrame(QByteArray::number(i))));
    m_clients->connectTo(1, m_server->serverPort(), true);
    m_clients->send(1, frames);
    for (int i = 0; i < frames.size(); ++i)
        QVERIFY(isPrinted(frameOf(*m_clients), dataFrame(QByteArray::number(i))));
}

void tst_InteropVstpClients::acknowledgementComesFirst()
{
    m_clients->connectTo(1, m_server->serverPort());
    const PeerFrame with {FrameType::Data, Wire::Vstp::ReqAck, {{"k", "v"}, {"msg-id", "7"}}, "x"};
    const PeerFrame without {FrameType::Data, Wire::Vstp::ReqAck, {}, "y"};
    m_clients->send(1, {toJson(with), toJson(without)});
    // Both may be read in one turn: each ACK goes before its echo, not necessarily before the other's.
    QStringList order;
    for (int i = 0; i < 4; ++i) {
        const QJsonObject frame = frameOf(*m_clients);
        const bool isAck = frame["type"].toInt() == int(FrameType::Ack);
        order.append(QLatin1String(isAck ? "ack" + header(frame, "msg-id")
                                         : QByteArray::fromHex(frame["payload"].toString().toLatin1())));
    }
    QCOMPARE(order[0], "ack7");
    QVERIFY2(order.indexOf("ack") < order.indexOf("y"), qPrintable(order.join(u' ')));
    QVERIFY2(order.indexOf("x") < order.indexOf("y"), qPrintable(order.join(u' ')));
}

void tst_InteropVstpClients::goodbyeWaitsForAnswersInHand()
{
    QPromise<Reply> promise;
    m_server->handle("later", [&](const Request &) {
        promise.start();
        return promise.future();
    });
    m_clients->connectTo(1, m_server->serverPort());
    m_clients->send(1, {toJson(hello()), toJson(request("later", 1, "?"))});
    QCOMPARE(frameOf(*m_clients)["type"].toInt(), int(FrameType::Welcome));
    m_clients->act(1, "finish"); // BYE and the end of its stream, with an answer due
    QVERIFY(!m_clients->next("finished", 1).isEmpty());
    QTRY_VERIFY(promise.future().isRunning());
    promise.addResult(Reply("late, but there"));
    promise.finish();
    QVERIFY(
        isPrinted(frameOf(*m_clients), {FrameType::Data, 0, {{"re", "1"}, {"end", "1"}}, "late, but there"}));
    QVERIFY(!m_clients->next("ended", 1).isEmpty());
    QTRY_COMPARE(m_ends.size(), 1);
    QVERIFY2(!m_ends[0], qPrintable(m_ends[0].toString()));
}

void tst_InteropVstpClients::conventionsSpokenByAStranger()
{
    m_server->handleStream("count", [](const Request &request, const ReplyStream &stream) {
        for (int i = 0; i < request.payload().toInt(); ++i)
            QVERIFY(stream.write(QByteArray::number(i)));
        stream.end("done");
    });
    m_clients->connectTo(1, m_server->serverPort());
    m_clients->send(1, {toJson(hello())});
    const QJsonObject welcome = frameOf(*m_clients);
    QCOMPARE(welcome["type"].toInt(), int(FrameType::Welcome));
    QCOMPARE(header(welcome, "halyard"), QByteArray("1"));

    m_clients->send(1, {toJson(request("sum", 1, "20 22"))});
    QVERIFY(isPrinted(frameOf(*m_clients), {FrameType::Data, 0, {{"re", "1"}, {"end", "1"}}, "42"}));

    m_clients->send(1, {toJson(request("count", 2, "2"))});
    QVERIFY(isPrinted(frameOf(*m_clients), {FrameType::Data, 0, {{"re", "2"}}, "0"}));
    QVERIFY(isPrinted(frameOf(*m_clients), {FrameType::Data, 0, {{"re", "2"}}, "1"}));
    QVERIFY(isPrinted(frameOf(*m_clients), {FrameType::Data, 0, {{"re", "2"}, {"end", "1"}}, "done"}));

    m_clients->send(1, {toJson(request("nothing here", 3, {}))});
    const QJsonObject err = frameOf(*m_clients);
    QCOMPARE(err["type"].toInt(), int(FrameType::Err));
    QCOMPARE(header(err, "re"), QByteArray("3"));
    QCOMPARE(header(err, "code"), QByteArray::number(int(ErrorCode::NoSuchRoute)));
}

void tst_InteropVstpClients::brokenFrameIsNamed()
{
    m_clients->connectTo(1, m_server->serverPort(), true);
    QByteArray broken = encoded(dataFrame("broken"));
    broken.back() = char(broken.back() ^ 1);
    m_clients->act(1, "write", {{"hex", QString::fromLatin1((encoded(dataFrame("good")) + broken).toHex())}});
    QJsonObject err = frameOf(*m_clients);
    if (isPrinted(err, dataFrame("good"))) // both may be read in one turn; then the echo has come too late
        err = frameOf(*m_clients);
    QCOMPARE(header(err, "code"), QByteArray::number(int(ErrorCode::CrcMismatch)));
    QVERIFY(!m_clients->next("ended", 1).isEmpty());
    QTRY_COMPARE(m_ends.size(), 1);
    QCOMPARE(m_ends[0].code(), ErrorCode::CrcMismatch);
    QCOMPARE(m_received.value(0).payload(), QByteArray("good")); // what came before it counts
}

void tst_InteropVstpClients::resetInsideAFrame()
{
    m_clients->connectTo(1, m_server->serverPort(), true);
    m_clients->connectTo(2, m_server->serverPort());
    const QByteArray begun = encoded(dataFrame("whole")) + encoded(dataFrame("never whole")).chopped(4);
    m_clients->act(1, "write", {{"hex", QString::fromLatin1(begun.toHex())}});
    QVERIFY(isPrinted(frameOf(*m_clients), dataFrame("whole")));
    m_clients->act(1, "reset");
    QTRY_COMPARE(m_ends.size(), 1);
    QCOMPARE(m_ends[0].code(), ErrorCode::ConnectionLost);
    m_clients->send(2, {toJson(dataFrame("others are served"))});
    QVERIFY(isPrinted(frameOf(*m_clients, 2), dataFrame("others are served")));
}

QTEST_GUILESS_MAIN(tst_InteropVstpClients)
#include "tst_interop_vstpclients.moc"
