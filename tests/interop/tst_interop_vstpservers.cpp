// SPDX-License-Identifier: MIT
#include <memory>

#include <QSignalSpy>
#include <QTest>

#include "endpoint/client.h"
#include "peerframe.h"
#include "rustpeer.h"

using namespace Halyard;
using Wire::Vstp::FrameType;

namespace {

constexpr qsizetype MaxFrameBytes = 8'388'608;
constexpr qsizetype OverheadBytes = 15;

PeerFrame dataFrame(const QByteArray &payload) { return {FrameType::Data, 0, {}, payload}; }

PeerFrame welcome() { return {FrameType::Welcome, 0, {{"halyard", "1"}, {"features", "stream,cancel"}}, {}}; }

ClientOptions options()
{
    ClientOptions options;
    options.reconnect.enabled = false;
    return options;
}

} // namespace

/// Our client against servers of the published crate, over TCP.
class tst_InteropVstpServers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void plainWelcome();
    void muteServer();
    void rawIsOpenAtOnce();
    void framesOfEveryType();
    void headersAtTheirLimits();
    void framesAtTheLimit_data();
    void framesAtTheLimit();
    void oneByteMore();
    void tooLargeToSend();
    void oneByteAtATime();
    void manyFramesInOneWrite();
    void conventionsSpokenByAStranger();
    void goodbyeOfTheServer();
    void serverDiesWithCallsOpen_data();
    void serverDiesWithCallsOpen();
    void nobodyListens();

private:
    void start(const QStringList &arguments) { m_peer = std::make_unique<RustPeer>(arguments); }
    [[nodiscard]] bool open(const QString &query)
    {
        const auto started = m_client->open(QUrl("tcp://" + m_peer->address() + query));
        return started
            && QTest::qWaitFor([this] { return m_client->state() == Client::State::Open; }, 30'000);
    }
    [[nodiscard]] QJsonObject frameThere() { return m_peer->next("frame")["frame"].toObject(); }

    std::unique_ptr<RustPeer> m_peer;
    std::unique_ptr<Client> m_client;
    QList<Message> m_received;
    QList<Error> m_errors;
};

void tst_InteropVstpServers::init()
{
    m_received.clear();
    m_errors.clear();
    m_client = std::make_unique<Client>(options());
    connect(m_client.get(), &Client::messageReceived, this,
        [this](const Message &message) { m_received.append(message); });
    connect(
        m_client.get(), &Client::errorOccurred, this, [this](const Error &error) { m_errors.append(error); });
}

void tst_InteropVstpServers::cleanup()
{
    m_client.reset();
    if (m_peer) {
        const int status = m_peer->finish();
        QVERIFY2(status == 0 || QByteArray(QTest::currentTestFunction()) == "serverDiesWithCallsOpen",
            qPrintable(QString::number(status)));
    }
    m_peer.reset();
}

void tst_InteropVstpServers::plainWelcome()
{
    start({"serve", "--welcome", "--echo"});
    QVERIFY(open({})); // at WELCOME; two seconds without one would be a failure of the next lines only
    const QJsonObject first = frameThere();
    QCOMPARE(first["type"].toInt(), int(FrameType::Hello));
    QCOMPARE(first["headers"][0][0].toString(), QString::fromLatin1(QByteArray("halyard").toHex()));
    QVERIFY(!m_client->connection()->capabilities().requests);

    // What this peer cannot do fails at the call.
    Call *call = m_client->call("sum", "1 2");
    QSignalSpy failed(call, &Call::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed[0][0].value<Error>().code(), ErrorCode::NotSupportedByProtocol);

    QVERIFY(m_client->send("log", "hi"));
    QVERIFY(isPrinted(frameThere(), {FrameType::Data, 0, {{"route", "log"}}, "hi"}));
    QTRY_COMPARE(m_received.size(), 1);
    QCOMPARE(m_received[0].route(), "log");
    QCOMPARE(m_received[0].payload(), QByteArray("hi"));
}

void tst_InteropVstpServers::muteServer()
{
    ClientOptions impatient = options();
    impatient.connection.engine.handshakeTimeout = std::chrono::milliseconds(100);
    m_client->setOptions(impatient);
    start({"serve-mute"});
    QVERIFY(open({}));
    QVERIFY(!m_client->connection()->capabilities().requests);
    QVERIFY(m_client->send({}, "can you hear me"));
    QCOMPARE(frameThere()["type"].toInt(), int(FrameType::Hello));
    QVERIFY(isPrinted(frameThere(), dataFrame("can you hear me")));
    // The crate closes when we do, without a word.
    QSignalSpy closed(m_client.get(), &Client::closed);
    m_client->close();
    QVERIFY(closed.wait());
    QVERIFY(isPrinted(frameThere(), {FrameType::Bye, 0, {}, {}}));
    QVERIFY2(m_errors.isEmpty(), qPrintable(m_errors.value(0).toString()));
}

void tst_InteropVstpServers::rawIsOpenAtOnce()
{
    start({"serve-mute"});
    QVERIFY(open("?peer=raw"));
    QVERIFY(m_client->send({}, "first"));
    QVERIFY(isPrinted(frameThere(), dataFrame("first"))); // no HELLO before it
}

void tst_InteropVstpServers::framesOfEveryType()
{
    start({"serve"});
    QVERIFY(open("?peer=raw"));
    QVERIFY(!m_peer->next("accepted").isEmpty());
    const PeerFrame ping {FrameType::Ping, 0, {{"k", "v"}}, "are you there"};
    m_peer->send(1,
        {toJson({FrameType::Hello, 0, {}, {}}), toJson({FrameType::Welcome, 0, {}, {}}),
            toJson({FrameType::Pong, 0, {}, "late"}), toJson({FrameType::Ack, 0, {}, {}}), toJson(ping),
            toJson({FrameType::Err, 0, {{"code", "1007"}}, "try later"}),
            toJson({FrameType::Data, Wire::Vstp::ReqAck, {{"msg-id", "9"}}, "wanted"})});
    PeerFrame pong = ping;
    pong.type = FrameType::Pong;
    QVERIFY(isPrinted(frameThere(), pong)); // and nothing for the four before it
    QVERIFY(isPrinted(frameThere(), {FrameType::Ack, 0, {{"msg-id", "9"}}, {}}));
    QTRY_COMPARE(m_received.size(), 2);
    QCOMPARE(m_received[0].kind(), MessageKind::Error);
    QCOMPARE(m_received[0].toError().number(), quint16(1007));
    QCOMPARE(m_received[0].payload(), QByteArray("try later"));
    QCOMPARE(m_received[1].payload(), QByteArray("wanted"));
    m_peer->send(1, {toJson({FrameType::Bye, 0, {}, {}})});
    QTRY_COMPARE(m_client->state(), Client::State::Idle);
    QVERIFY2(m_errors.isEmpty(), qPrintable(m_errors.value(0).toString()));
}

void tst_InteropVstpServers::headersAtTheirLimits()
{
    start({"serve", "--echo"});
    QVERIFY(open("?peer=raw"));
    Headers largest;
    for (int i = 0; i < 255; ++i)
        QVERIFY(largest.append(QByteArray(100, char('a' + i % 26)), QByteArray(155, 'x')));
    Headers many;
    for (int i = 0; i < 256; ++i)
        QVERIFY(many.append(QByteArray::number(i), {}));
    const QList<Headers> cases {
        {{QByteArray(255, 'k'), QByteArray(255, 'v')}}, {{"", ""}, {"a", "1"}, {"a", "2"}}, largest, many};
    for (const Headers &headers : cases) {
        m_received.clear();
        QVERIFY(m_client->send({}, "payload", headers));
        QTRY_COMPARE(m_received.size(), 1);
        QCOMPARE(m_received[0].headers(), headers);
        QCOMPARE(m_received[0].payload(), QByteArray("payload"));
    }
}

void tst_InteropVstpServers::framesAtTheLimit_data()
{
    QTest::addColumn<qsizetype>("frameBytes");
    QTest::newRow("one byte less") << MaxFrameBytes - 1;
    QTest::newRow("at the limit") << MaxFrameBytes;
}

void tst_InteropVstpServers::framesAtTheLimit()
{
    QFETCH(const qsizetype, frameBytes);
    start({"serve", "--echo"});
    QVERIFY(open("?peer=raw"));
    const QByteArray payload = patternBytes(frameBytes - OverheadBytes, 77);
    QVERIFY(m_client->send({}, payload));
    QVERIFY(isPrinted(frameThere(), dataFrame(payload)));
    QTRY_COMPARE_WITH_TIMEOUT(m_received.size(), 1, 30'000);
    QVERIFY(m_received[0].payload() == payload);
}

void tst_InteropVstpServers::oneByteMore()
{
    start({"serve"});
    QVERIFY(open("?peer=raw"));
    QVERIFY(!m_peer->next("accepted").isEmpty());
    m_peer->send(1, {toJson(dataFrame("before")), toJson(PeerFrame(), MaxFrameBytes - OverheadBytes + 1, 1)});
    QTRY_COMPARE_WITH_TIMEOUT(m_errors.size(), 1, 30'000);
    QCOMPARE(m_errors[0].code(), ErrorCode::PayloadTooLarge);
    QCOMPARE(m_errors[0].origin(), ErrorOrigin::Peer);
    QCOMPARE(m_received.value(0).payload(), QByteArray("before"));
    QCOMPARE(frameThere()["type"].toInt(), int(FrameType::Err));
}

void tst_InteropVstpServers::tooLargeToSend()
{
    start({"serve", "--echo"});
    QVERIFY(open("?peer=raw"));
    // Whether it fits is known when it is encoded; a payload beyond the limit is refused before.
    QSignalSpy failed(m_client->connection(), &Connection::sendFailed);
    QVERIFY(m_client->send({}, QByteArray(MaxFrameBytes - OverheadBytes + 1, 'x')));
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][2].value<Error>().code(), ErrorCode::PayloadTooLarge);
    const SendOutcome outcome = m_client->send({}, QByteArray(MaxFrameBytes + 1, 'x'));
    QCOMPARE(outcome.result(), SendResult::Rejected);
    QCOMPARE(outcome.error().code(), ErrorCode::PayloadTooLarge);
    QVERIFY(m_client->send({}, "the connection is none the worse for it"));
    QTRY_COMPARE(m_received.size(), 1);
}

void tst_InteropVstpServers::oneByteAtATime()
{
    start({"serve", "--raw"});
    QVERIFY(open("?peer=raw"));
    QVERIFY(!m_peer->next("accepted").isEmpty());
    const PeerFrame frame {FrameType::Data, 0, {{"key", "value"}}, patternBytes(300, 3)};
    m_peer->act(1, "drip", {{"piece", 1}, {"frames", QJsonArray {toJson(frame), toJson(dataFrame({}))}}});
    QTRY_COMPARE(m_received.size(), 2);
    QCOMPARE(m_received[0].payload(), frame.payload);
    QCOMPARE(m_received[0].headers(), Headers({{"key", "value"}}));
    QCOMPARE(m_received[1], Message());
}

void tst_InteropVstpServers::manyFramesInOneWrite()
{
    start({"serve", "--raw"});
    QVERIFY(open("?peer=raw"));
    QVERIFY(!m_peer->next("accepted").isEmpty());
    QJsonArray frames;
    for (int i = 0; i < 3'000; ++i)
        frames.append(toJson(dataFrame(QByteArray::number(i))));
    m_peer->send(1, frames);
    QTRY_COMPARE(m_received.size(), frames.size());
    for (int i = 0; i < frames.size(); ++i)
        QCOMPARE(m_received[i].payload(), QByteArray::number(i));
}

void tst_InteropVstpServers::conventionsSpokenByAStranger()
{
    start({"serve"});
    QVERIFY(m_client->open(QUrl("tcp://" + m_peer->address())));
    QCOMPARE(frameThere()["type"].toInt(), int(FrameType::Hello));
    m_peer->send(1, {toJson(welcome())});
    QTRY_COMPARE(m_client->state(), Client::State::Open);

    Call *first = m_client->call("stream", {});
    Call *second = m_client->call("single", {});
    Call *third = m_client->call("wrong", {});
    QSignalSpy items(first, &Call::itemReceived);
    QSignalSpy streamed(first, &Call::finished);
    QSignalSpy replied(second, &Call::finished);
    QSignalSpy failed(third, &Call::failed);
    QHash<QByteArray, QByteArray> ids;
    for (int i = 0; i < 3; ++i) {
        const QJsonArray headers = frameThere()["headers"].toArray();
        ids[QByteArray::fromHex(headers[0][1].toString().toLatin1())]
            = QByteArray::fromHex(headers[1][1].toString().toLatin1());
    }
    // Out of order, and mixed.
    m_peer->send(1,
        {toJson({FrameType::Err, 0, {{"re", ids["wrong"]}, {"code", "1234"}}, "no such luck"}),
            toJson({FrameType::Data, 0, {{"re", ids["stream"]}}, "a"}),
            toJson({FrameType::Data, 0, {{"re", ids["single"]}, {"end", "1"}, {"k", "v"}}, "one"}),
            toJson({FrameType::Data, 0, {{"re", ids["stream"]}}, "b"}),
            toJson({FrameType::Data, 0, {{"re", ids["stream"]}, {"end", "1"}}, "last"})});
    QTRY_COMPARE(streamed.size(), 1);
    QCOMPARE(items.size(), 2);
    QCOMPARE(items[1][0].value<Message>().payload(), QByteArray("b"));
    QCOMPARE(streamed[0][0].value<Reply>().payload(), QByteArray("last"));
    QCOMPARE(replied.size(), 1);
    QCOMPARE(replied[0][0].value<Reply>().payload(), QByteArray("one"));
    QCOMPARE(replied[0][0].value<Reply>().headers(), Headers({{"k", "v"}}));
    QCOMPARE(failed.size(), 1);
    QCOMPARE(failed[0][0].value<Error>().number(), quint16(1234));
    QCOMPARE(failed[0][0].value<Error>().detail(), "no such luck");
}

void tst_InteropVstpServers::goodbyeOfTheServer()
{
    start({"serve", "--raw"});
    QVERIFY(open("?peer=raw"));
    QVERIFY(!m_peer->next("accepted").isEmpty());
    m_peer->send(1, {toJson(dataFrame("last words")), toJson({FrameType::Bye, 0, {}, {}})});
    m_peer->act(1, "finish");
    QVERIFY(!m_peer->next("ended", 1).isEmpty()); // we close our side too
    QTRY_COMPARE(m_client->state(), Client::State::Idle);
    QCOMPARE(m_received.size(), 1);
    QVERIFY2(m_errors.isEmpty(), qPrintable(m_errors.value(0).toString()));
}

void tst_InteropVstpServers::serverDiesWithCallsOpen_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("the process is killed") << "kill";
    QTest::newRow("the connection is reset") << "reset";
    QTest::newRow("the stream ends inside a frame") << "write";
}

void tst_InteropVstpServers::serverDiesWithCallsOpen()
{
    QFETCH(const QString, how);
    start({"serve", "--raw"});
    QVERIFY(m_client->open(QUrl("tcp://" + m_peer->address())));
    QVERIFY(!frameThere().isEmpty());
    m_peer->send(1, {toJson(welcome())});
    QTRY_COMPARE(m_client->state(), Client::State::Open);
    QList<Error> failures;
    for (int i = 0; i < 3; ++i) {
        connect(m_client->call("never answered"), &Call::failed, this,
            [&](const Error &error) { failures.append(error); });
    }
    auto future = m_client->request("neither");
    for (int i = 0; i < 4; ++i)
        QVERIFY(!frameThere().isEmpty());
    if (how == "kill") {
        m_peer->kill();
    } else if (how == "reset") {
        m_peer->act(1, "reset");
    } else {
        m_peer->act(
            1, "write", {{"hex", QString::fromLatin1(encoded(dataFrame("cut off")).first(14).toHex())}});
        m_peer->act(1, "drop");
    }
    QTRY_COMPARE(failures.size(), 3);
    for (const Error &error : std::as_const(failures))
        QVERIFY2(how == "write"
                ? error.code() == ErrorCode::FrameTruncated || error.code() == ErrorCode::CallLost
                : error.code() == ErrorCode::CallLost,
            qPrintable(error.toString()));
    QTRY_VERIFY(future.isFinished());
    QVERIFY(!future.result());
    QTRY_COMPARE(m_client->state(), Client::State::Idle);
}

void tst_InteropVstpServers::nobodyListens()
{
    start({"serve"});
    const QString address = m_peer->address();
    m_peer->kill();
    QVERIFY(m_client->open(QUrl("tcp://" + address)));
    QTRY_COMPARE(m_errors.size(), 1);
    QCOMPARE(m_errors[0].code(), ErrorCode::ConnectionRefused);
    m_peer.reset();
}

QTEST_GUILESS_MAIN(tst_InteropVstpServers)
#include "tst_interop_vstpservers.moc"
