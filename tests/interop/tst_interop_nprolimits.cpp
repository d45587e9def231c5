// SPDX-License-Identifier: MIT
// What stalls, parks or cuts off the crate's own peers, and what ours do there; and the ends of what fits:
// hundreds of requests, the largest packet, clocks that are off.
#include <functional>
#include <memory>

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTcpSocket>

#include "bytebybyte.h"
#include "crypto/securities.h"
#include "endpoint/client.h"
#include "endpoint/server.h"
#include "npropeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype LargestText = 16'777'164;
const QUrl ListenAt(u"network-protocol+tcp://127.0.0.1:0"_s);

[[nodiscard]] bool open(
    Client &client, const QString &address, const QString &family, bool reconnects = false)
{
    auto options = client.options();
    options.reconnect.enabled = reconnects;
    client.setOptions(options);
    return client.open(QUrl(u"network-protocol+tcp://"_s + address + u"?family="_s + family))
        && QTest::qWaitFor([&] { return client.state() == Client::State::Open; }, 30'000);
}

QByteArray ask(Client &client, const QString &route, const QByteArray &payload = {})
{
    const auto answer = client.request(route, payload, CallOptions {{}, 30s});
    if (!QTest::qWaitFor([&] { return answer.isFinished(); }, 60'000))
        return "!never";
    const auto result = answer.result();
    return result ? result->payload() : '!' + QByteArray(result.error().name().data());
}

/// A client of the crate that is connected to ours.
[[nodiscard]] bool connected(RustPeer &peer, int connection, const Server &server)
{
    peer.connectTo(connection, server.serverPort());
    return !peer.next(u"connected"_s, connection).isEmpty();
}

void say(RustPeer &peer, int connection, const QJsonValue &message)
{
    peer.act(connection, u"send"_s, {{"message", message}});
}

/// Our engine on a socket, with a clock of its own.
class Skewed : public QObject
{
public:
    Skewed(const QString &family, std::chrono::milliseconds ahead, quint16 port)
        : m_ahead(ahead)
        , m_factory(Wire::ProtocolRegistry::standard()
                        .make("network-protocol", {{"family", family.toStdString()}})
                        .value())
    {
        Wire::EngineSetup setup;
        setup.securities = std::make_shared<Wire::Securities>();
        setup.random = [](Wire::MutableBytes bytes) {
            for (std::byte &byte : bytes)
                byte = std::byte(QRandomGenerator::system()->generate());
        };
        m_engine = m_factory->makeEngine(setup);
        connect(&m_socket, &QTcpSocket::connected, this, [this] {
            m_engine->start(now());
            pump();
        });
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] {
            while (m_socket.bytesAvailable() > 0) {
                const auto space = m_engine->inputSpace(std::size_t(m_socket.bytesAvailable()));
                const qint64 count
                    = m_socket.read(reinterpret_cast<char *>(space.data()), qint64(space.size()));
                m_engine->received(std::size_t(count), now());
                pump();
            }
        });
        connect(&m_socket, &QTcpSocket::disconnected, this, [this] {
            m_engine->inputEnded(now());
            pump();
        });
        m_socket.connectToHost(QHostAddress::LocalHost, port);
    }

    /// Whether a Ping was answered, once that is known.
    std::optional<bool> isServed;

private:
    [[nodiscard]] Wire::Now now() const
    {
        return {std::chrono::steady_clock::now(), std::chrono::system_clock::now() + m_ahead};
    }
    void pump()
    {
        while (const auto event = m_engine->nextEvent(now())) {
            if (std::holds_alternative<Wire::Ready>(*event)) {
                Wire::MessageView ping;
                ping.kind = Wire::MessageKind::Request;
                ping.id = 1;
                ping.route = "ping";
                QVERIFY(m_engine->send(ping, now()));
            } else if (std::holds_alternative<Wire::MessageReceived>(*event)) {
                isServed = true;
            } else if (std::holds_alternative<Wire::Closed>(*event) && !isServed) {
                isServed = false;
            }
        }
        if (const auto output = m_engine->output()) {
            m_socket.write(reinterpret_cast<const char *>(output->data()), qint64(output->size()));
            m_engine->written(output->size(), now());
        }
    }

    const std::chrono::milliseconds m_ahead;
    const std::shared_ptr<const Wire::ProtocolFactory> m_factory;
    std::unique_ptr<Wire::Engine> m_engine;
    QTcpSocket m_socket;
};

} // namespace

/// Our client and server against the published crate, version 1.0.0 (family A) and 1.3.0 (family B).
class tst_InteropNproLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ourClientOneByteAtATime_data() { addNproFamilies(); }
    void ourClientOneByteAtATime();
    void hundredsOfRequestsInOneGo_data() { addNproFamilies(); }
    void hundredsOfRequestsInOneGo();
    void theLargestEcho_data() { addNproFamilies(); }
    void theLargestEcho();
    void ourPingsAndOurDisconnect_data() { addNproFamilies(); }
    void ourPingsAndOurDisconnect();
    void clocksThatAreOff_data() { addNproFamilies(); }
    void clocksThatAreOff();
    void smallQueuesOfTheCrate_data();
    void smallQueuesOfTheCrate();
    void noSessionOfTheCrateIsParked();
    void noSessionOfOursIsParked_data() { addNproFamilies(); }
    void noSessionOfOursIsParked();
    void whoDoesNotReadHarmsNobody();
    void sessionsThatTheCrateEnds();
};

void tst_InteropNproLimits::ourClientOneByteAtATime()
{
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve"_s});
    Client client;
    auto options = client.options();
    options.transport = byteByByte();
    client.setOptions(options);
    QVERIFY(open(client, peer.address(), family));
    for (const QByteArray &text : {QByteArray("drop by drop"), QByteArray(), QByteArray(40, 'x')})
        QCOMPARE(ask(client, u"echo"_s, text), text);
    QCOMPARE(ask(client, u"ping"_s), QByteArray());
}

void tst_InteropNproLimits::hundredsOfRequestsInOneGo()
{
    QFETCH(QString, family);
    Server server;
    QVERIFY(server.listen(ListenAt));
    RustPeer peer(nproProgram(family), {u"client"_s});
    QVERIFY(connected(peer, 1, server));
    constexpr int Count = 700;
    for (int i = 0; i < Count; ++i)
        say(peer, 1, nproEcho(QString::number(i)));
    for (int i = 0; i < Count; ++i)
        QCOMPARE(peer.next()["event"].toString(), u"sent"_s);
    for (int i = 0; i < Count; ++i)
        peer.act(1, u"recv"_s);
    for (int i = 0; i < Count; ++i)
        QCOMPARE(peer.next()["message"].toObject(), nproEcho(QString::number(i)).toObject());
}

void tst_InteropNproLimits::theLargestEcho()
{
    QFETCH(QString, family);
    Server server;
    QVERIFY(server.listen(ListenAt));
    RustPeer peer(nproProgram(family), {u"client"_s});
    QVERIFY(connected(peer, 1, server));
    const QJsonValue largest = nproEcho(QString(LargestText, u'x'));
    peer.act(1, u"ask"_s, {{"message", largest}});
    QVERIFY(peer.next(u"message"_s, 1)["message"].toObject() == largest.toObject());
    QSignalSpy errors(server.connections().first(), &Connection::errorOccurred);
    say(peer, 1, nproEcho(QString(LargestText + 1, u'x')));
    if (family == u"A"_s) { // which does not know a limit when it sends
        QTRY_COMPARE_WITH_TIMEOUT(errors.count(), 1, 30'000);
        QCOMPARE(errors.first().first().value<Error>().code(), ErrorCode::PayloadTooLarge);
    } else {
        QVERIFY(!peer.next(u"failed"_s, 1).isEmpty());
        QCOMPARE(errors.count(), 0);
    }
}

void tst_InteropNproLimits::ourPingsAndOurDisconnect()
{
    QFETCH(QString, family);
    ServerOptions options;
    options.connection.engine.heartbeatInterval = 100ms;
    options.connection.engine.heartbeatSilentPeriods = 1'000; // the crate's client answers none
    Server server(options);
    QVERIFY(server.listen(QUrl(ListenAt.toString() + u"?family="_s + family)));
    RustPeer peer(nproProgram(family), {u"client"_s});
    QVERIFY(connected(peer, 1, server));
    QTRY_COMPARE(server.connections().size(), 1);
    for (int i = 0; i < 2; ++i) {
        peer.act(1, u"recv"_s);
        QCOMPARE(peer.next()["message"].toString(), u"Ping"_s);
    }
    server.connections().first()->close();
    QTRY_COMPARE(server.connectionCount(), 0);
    QString last;
    for (int i = 0; i < 50 && last != u"Disconnect"_s; ++i) {
        peer.act(1, u"recv"_s);
        last = peer.next()["message"].toString();
        QVERIFY(last == u"Ping"_s || last == u"Disconnect"_s);
    }
    QCOMPARE(last, u"Disconnect"_s);
}

void tst_InteropNproLimits::clocksThatAreOff()
{
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve"_s});
    const quint16 port = peer.address().section(u':', 1).toUShort();
    QVERIFY(port != 0);
    // The crate takes 30 s behind, and 5 s (family A) or 2 s (B) ahead; what the machine needs comes on top.
    const auto ahead = family == u"A"_s ? 3'500ms : 1'000ms;
    for (const auto &[offset, isServed] : {std::pair(-20'000ms, true), std::pair(ahead, true),
             std::pair(-32'000ms, false), std::pair(20'000ms, false)}) {
        const Skewed client(family, offset, port);
        QTRY_VERIFY_WITH_TIMEOUT(client.isServed, 30'000);
        QCOMPARE(*client.isServed, isServed);
    }
}

void tst_InteropNproLimits::smallQueuesOfTheCrate_data()
{
    QTest::addColumn<QString>("limit");
    for (const char *limit : {"1", "2", "4", "32"})
        QTest::newRow(limit) << QString::fromLatin1(limit);
}

// Its daemon stalls for ever when more than twice as many requests are on their way. Ours never are.
void tst_InteropNproLimits::smallQueuesOfTheCrate()
{
    QFETCH(QString, limit);
    RustPeer peer(nproProgram(u"B"_s), {u"serve"_s, u"--backpressure"_s, limit, u"--heartbeat"_s, u"500"_s});
    Client client;
    QVERIFY(open(client, peer.address(), u"B"_s));
    constexpr int Count = 200;
    std::vector<QFuture<Result<Reply>>> answers;
    for (int i = 0; i < Count; ++i) {
        answers.push_back(client.request(u"echo"_s, QByteArray::number(i)));
        if (i % 10 == 0)
            QVERIFY(client.send(u"nobody.listens"_s, "x"));
    }
    QVERIFY(QTest::qWaitFor([&] { return answers.back().isFinished(); }, 60'000));
    for (int i = 0; i < Count; ++i)
        QCOMPARE(answers[std::size_t(i)].result()->payload(), QByteArray::number(i));
    client.close();
    QTRY_COMPARE(client.state(), Client::State::Idle);
}

// With 33 requests and more in front of a Disconnect it parks the session, which then counts against its
// limit for connections: ours, closed in the middle of many, leave room for the next.
void tst_InteropNproLimits::noSessionOfTheCrateIsParked()
{
    RustPeer peer(nproProgram(u"B"_s), {u"serve"_s, u"--connections"_s, u"3"_s, u"--backpressure"_s, u"4"_s});
    const QString address = peer.address();
    for (int turn = 0; turn < 20; ++turn) {
        Client client;
        QVERIFY(QTest::qWaitFor([&] { return open(client, address, u"B"_s); }, 60'000));
        QCOMPARE(ask(client, u"echo"_s, "here"), QByteArray("here"));
        for (int i = 0; i < 60; ++i)
            static_cast<void>(client.request(u"echo"_s, QByteArray(1'000, 'x')));
        client.close();
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), Client::State::Idle, 30'000);
    }
}

void tst_InteropNproLimits::noSessionOfOursIsParked()
{
    QFETCH(QString, family);
    Server server;
    QList<Request> kept;
    server.handle(u"never"_s, [&](const Request &request) { kept.append(request); });
    QVERIFY(server.listen(ListenAt));
    RustPeer peer(nproProgram(family), {u"client"_s});
    for (int connection = 1; connection <= 20; ++connection) {
        QVERIFY(connected(peer, connection, server));
        for (int i = 0; i < 40; ++i)
            say(peer, connection, connection % 2 == 0 ? nproEcho(u"x"_s) : nproCustom(u"never"_s, "x"));
        say(peer, connection, u"Disconnect"_s);
    }
    // None of them reads, or closes its socket.
    QTRY_COMPARE_WITH_TIMEOUT(server.connectionCount(), 0, 30'000);
    QVERIFY(!kept.isEmpty());
    for (const Request &request : kept)
        request.respond(Reply("late"));
    QVERIFY(connected(peer, 99, server));
    peer.act(99, u"ask"_s, {{"message", nproEcho(u"and the next"_s)}});
    QCOMPARE(peer.next(u"message"_s, 99)["message"].toObject(), nproEcho(u"and the next"_s).toObject());
}

void tst_InteropNproLimits::whoDoesNotReadHarmsNobody()
{
    ServerOptions options;
    options.connection.idleTimeout = 2s;
    Server server(options);
    QVERIFY(server.listen(ListenAt));
    RustPeer peer(nproProgram(u"B"_s), {u"client"_s});
    QVERIFY(connected(peer, 1, server));
    const QString large(1'000'000, u'x');
    for (int i = 0; i < 60; ++i)
        say(peer, 1, nproEcho(large));
    // Others are served all the while, and who takes nothing is given up.
    Client client;
    QVERIFY(open(client, u"127.0.0.1:%1"_s.arg(server.serverPort()), u"B"_s, true));
    const auto isAlone
        = [&] { return ask(client, u"echo"_s, "here") == "here" && server.connectionCount() == 1; };
    QVERIFY(QTest::qWaitFor(isAlone, 60'000));
}

// Up to 1.2.4 its daemon ends every session after its time for connections, in the middle of whatever goes
// on.
void tst_InteropNproLimits::sessionsThatTheCrateEnds()
{
    RustPeer peer(nproProgram(u"A"_s), {u"serve"_s, u"--timeout"_s, u"1000"_s});
    Client client;
    QSignalSpy states(&client, &Client::stateChanged);
    QVERIFY(open(client, peer.address(), u"A"_s, true));
    const auto openings = [&] {
        return std::ranges::count(states, Client::State::Open,
            [](const auto &state) { return state.first().template value<Client::State>(); });
    };
    // Ours says so, connects again, and goes on.
    QVERIFY(QTest::qWaitFor([&] { return openings() >= 3; }, 60'000));
    QVERIFY(QTest::qWaitFor([&] { return ask(client, u"echo"_s, "again") == "again"; }, 60'000));
}

QTEST_GUILESS_MAIN(tst_InteropNproLimits)
#include "tst_interop_nprolimits.moc"
