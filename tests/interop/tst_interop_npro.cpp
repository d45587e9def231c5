// SPDX-License-Identifier: MIT
#include <memory>

#include <QSignalSpy>
#include <QTcpSocket>

#include "bytebybyte.h"
#include "certificatefiles.h"
#include "endpoint/client.h"
#include "endpoint/server.h"
#include "npropeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Our client, and what it gets.
struct Caller {
    Caller()
    {
        auto options = client.options();
        options.reconnect.enabled = false;
        client.setOptions(options);
        QObject::connect(&client, &Client::errorOccurred, &client, [this](const Error &why) { error = why; });
    }
    [[nodiscard]] bool open(const QString &address, const QString &options)
    {
        return client.open(QUrl(u"network-protocol+tcp://"_s + address + options))
            && QTest::qWaitFor([this] { return client.state() == Client::State::Open; }, 30'000);
    }
    [[nodiscard]] QByteArray ask(
        const QString &route, const QByteArray &payload = {}, std::chrono::milliseconds timeout = 30s)
    {
        const auto answer = client.request(route, payload, CallOptions {{}, timeout});
        if (!QTest::qWaitFor([&] { return answer.isFinished(); }, 60'000))
            return "!never";
        const auto result = answer.result();
        return result ? result->payload() : '!' + QByteArray(result.error().name().data());
    }

    Client client;
    Error error;
};

} // namespace

/// Our client and server against the published crate, version 1.0.0 (family A) and 1.3.0 (family B).
class tst_InteropNpro : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ourClient_data() { addNproFamilies(); }
    void ourClient();
    void handlers();
    void plainServer_data() { addNproFamilies(); }
    void plainServer();
    void sealedToAPlainServer_data() { addNproFamilies(); }
    void sealedToAPlainServer();
    void plainToASealedServer_data() { addNproFamilies(); }
    void plainToASealedServer();
    void theOtherFamily_data() { addNproFamilies(); }
    void theOtherFamily();
    void ourServer_data() { addNproFamilies(); }
    void ourServer();
    void oneByteAtATime_data() { addNproFamilies(); }
    void oneByteAtATime();
    void bothFamiliesOnOnePort();
    void hundredsAtOnce();
    void heartbeatsOfADaemon_data() { addNproFamilies(); }
    void heartbeatsOfADaemon();
};

void tst_InteropNpro::ourClient()
{
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve"_s});
    Caller caller;
    QVERIFY(caller.open(peer.address(), u"?family="_s + family));
    QCOMPARE(caller.ask(u"ping"_s), QByteArray());
    QCOMPARE(caller.ask(u"echo"_s, "hé"), QByteArray("hé"));
    QCOMPARE(caller.ask(u"echo"_s), QByteArray());
    QCOMPARE(caller.ask(u"PING"_s), QByteArray());
    // The crate leaves it without an answer; the place is freed by a Ping behind it.
    QCOMPARE(caller.ask(u"no.such.command"_s, "x", 100ms), QByteArray("!CallTimedOut"));
    QCOMPARE(caller.ask(u"echo"_s, "again"), QByteArray("again"));
    const QByteArray most(16'777'164, 'x');
    QVERIFY(caller.ask(u"echo"_s, most, 60s) == most);
    QCOMPARE(caller.ask(u"echo"_s, most + 'x'), QByteArray("!PayloadTooLarge"));
    // 700 of them, one behind the other, while events go between.
    std::vector<QFuture<Result<Reply>>> answers;
    for (int i = 0; i < 700; ++i) {
        answers.push_back(caller.client.request(u"echo"_s, QByteArray::number(i)));
        if (i % 10 == 0) {
            QVERIFY(caller.client.send(u"nobody.listens"_s, "x"));
        }
    }
    QVERIFY(QTest::qWaitFor([&] { return answers.back().isFinished(); }, 60'000));
    for (int i = 0; i < 700; ++i)
        QCOMPARE(answers[std::size_t(i)].result()->payload(), QByteArray::number(i));
    caller.client.close();
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
    QVERIFY(!caller.error);
}

void tst_InteropNpro::handlers()
{
    RustPeer peer(nproProgram(u"B"_s), {u"serve"_s, u"--handlers"_s});
    Caller caller;
    QVERIFY(caller.open(peer.address(), {}));
    QCOMPARE(caller.ask(u"np.reverse"_s, QByteArray("\x01\x02\xff", 3)), QByteArray("\xff\x02\x01", 3));
    QCOMPARE(caller.ask(u"np.upper"_s, "abc"), QByteArray("ABC"));
    QCOMPARE(caller.ask(u"np.fail"_s, {}, 100ms), QByteArray("!CallTimedOut"));
    QCOMPARE(caller.ask(u"np.reverse"_s, "ab"), QByteArray("ba"));
}

void tst_InteropNpro::plainServer()
{
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve-echo"_s});
    Caller caller;
    QVERIFY(caller.open(peer.address(), u"?packets=plain"_s));
    QCOMPARE(caller.ask(u"ping"_s), QByteArray());
    QCOMPARE(caller.ask(u"echo"_s, "x"), QByteArray("x"));
    QCOMPARE(caller.ask(u"any.command"_s, "y"), QByteArray("y"));
}

// Which of its plain servers it is decides what happens to the Init: one sends it back, one goes.
void tst_InteropNpro::sealedToAPlainServer()
{
    QFETCH(QString, family);
    RustPeer echoing(nproProgram(family), {u"serve-echo"_s});
    Caller toEcho;
    QSignalSpy refused(&toEcho.client, &Client::errorOccurred);
    QVERIFY(
        toEcho.client.open(QUrl(u"network-protocol+tcp://%1?family=%2"_s.arg(echoing.address(), family))));
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, 30'000);
    QCOMPARE(toEcho.error.code(), ErrorCode::SecurityHandshakeFailed);
    QVERIFY2(toEcho.error.detail().contains(u"packets=plain"_s), qPrintable(toEcho.error.detail()));

    const CertificateFiles certificate;
    QVERIFY(certificate.isGood());
    RustPeer daemon(nproProgram(family), {u"serve-tls"_s, certificate.certificate(), certificate.key()});
    Caller toDaemon;
    QSignalSpy lost(&toDaemon.client, &Client::errorOccurred);
    QVERIFY(toDaemon.client.open(
        QUrl(u"network-protocol+tls://%1?family=%2&%3"_s.arg(daemon.address(), family, certificate.pin()))));
    QTRY_COMPARE_WITH_TIMEOUT(lost.count(), 1, 30'000);
    // It goes without TLS's closing message, so nothing proves that it was the server who went.
    QCOMPARE(toDaemon.error.code(), ErrorCode::ConnectionLost);
}

// A plain packet is no Init: its daemon closes, and the call is lost.
void tst_InteropNpro::plainToASealedServer()
{
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve"_s});
    Caller caller;
    QVERIFY(caller.open(peer.address(), u"?packets=plain"_s));
    QCOMPARE(caller.ask(u"ping"_s), QByteArray("!CallLost"));
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
}

void tst_InteropNpro::theOtherFamily()
{
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve"_s});
    Caller caller;
    QVERIFY(caller.open(peer.address(), family == u"A" ? u"?family=B"_s : u"?family=A"_s));
    QVERIFY(caller.ask(u"ping"_s).startsWith('!'));
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
    QCOMPARE(caller.error.code(), ErrorCode::SecurityHandshakeFailed);
}

void tst_InteropNpro::ourServer()
{
    QFETCH(QString, family);
    Server server;
    server.handle(u"np.reverse"_s, [](const Request &request) {
        QByteArray payload = request.payload();
        std::reverse(payload.begin(), payload.end());
        return Reply(payload);
    });
    QList<Message> events;
    connect(&server, &Server::connectionOpened, this, [&](Connection *connection) {
        connect(connection, &Connection::messageReceived, this,
            [&](const Message &message) { events.append(message); });
    });
    const auto address = server.listen(QUrl(u"network-protocol+tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    RustPeer peer(nproProgram(family), {u"client"_s});
    peer.connectTo(1, address->port());
    QCOMPARE(peer.next()["event"].toString(), u"connected"_s);
    const auto ask = [&](const QJsonValue &message) {
        peer.act(1, u"ask"_s, {{"message", message}});
        return peer.next();
    };
    QCOMPARE(ask(nproEcho(u"hé 🦀"_s))["message"].toObject(), nproEcho(u"hé 🦀"_s).toObject());
    QCOMPARE(ask(nproCustom(u"np.reverse"_s, "abc"))["message"].toObject(),
        nproCustom(u"np.reverse"_s, "cba").toObject());
    for (const QJsonValue &message :
        {nproCustom(u"log"_s, "x"), QJsonValue(u"Unknown"_s), QJsonValue(u"Pong"_s)}) {
        peer.act(1, u"send"_s, {{"message", message}});
        QCOMPARE(peer.next()["event"].toString(), u"sent"_s);
    }
    peer.act(1, u"send"_s, {{"message", u"Ping"_s}});
    QCOMPARE(peer.next()["event"].toString(), u"sent"_s);
    peer.act(1, u"recv"_s);
    QCOMPARE(peer.next()["message"].toString(), u"Pong"_s);
    QTRY_COMPARE(events.size(), 2);
    QCOMPARE(events[0].route(), u"log"_s);
    QCOMPARE(events[0].payload(), QByteArray("x"));
    QCOMPARE(events[1].route(), u"unknown"_s);

    QCOMPARE(server.connections().size(), 1);
    Connection *connection = server.connections().first();
    QVERIFY(connection->send(u"news"_s, "pushed"));
    peer.act(1, u"recv"_s);
    QCOMPARE(peer.next()["message"].toObject(), nproCustom(u"news"_s, "pushed").toObject());
    QSignalSpy closed(connection, &Connection::closed);
    peer.act(1, u"send"_s, {{"message", u"Disconnect"_s}});
    QVERIFY(closed.wait());
    QCOMPARE(server.connections().size(), 0);
}

void tst_InteropNpro::oneByteAtATime()
{
    QFETCH(QString, family);
    ServerOptions options;
    options.transport = byteByByte();
    Server server(options);
    const auto address = server.listen(QUrl(u"network-protocol+tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    RustPeer peer(nproProgram(family), {u"client"_s});
    peer.connectTo(1, address->port());
    QCOMPARE(peer.next()["event"].toString(), u"connected"_s);
    for (const QString &text : {u"drop by drop"_s, QString(), QString(2'000, u'x')}) {
        peer.act(1, u"ask"_s, {{"message", nproEcho(text)}});
        QCOMPARE(peer.next()["message"].toObject(), nproEcho(text).toObject());
    }
    QCOMPARE(peer.finish(), 0);
}

void tst_InteropNpro::bothFamiliesOnOnePort()
{
    Server server;
    const auto address = server.listen(QUrl(u"network-protocol+tcp://127.0.0.1:0?packets=both"_s));
    QVERIFY(address);
    RustPeer familyA(nproProgram(u"A"_s), {u"client"_s});
    RustPeer familyB(nproProgram(u"B"_s), {u"client"_s});
    Caller plain;
    QVERIFY(plain.open(u"127.0.0.1:"_s + QString::number(address->port()), u"?packets=plain"_s));
    for (int round = 1; round <= 5; ++round) {
        for (RustPeer *peer : {&familyA, &familyB}) {
            peer->connectTo(round, address->port());
            QCOMPARE(peer->next()["event"].toString(), u"connected"_s);
        }
        for (RustPeer *peer : {&familyB, &familyA}) {
            peer->act(round, u"ask"_s, {{"message", nproEcho(u"x"_s)}});
            QCOMPARE(peer->next()["message"].toObject(), nproEcho(u"x"_s).toObject());
        }
        QCOMPARE(plain.ask(u"echo"_s, "y"), QByteArray("y"));
    }
}

void tst_InteropNpro::hundredsAtOnce()
{
    Server server;
    const auto address = server.listen(QUrl(u"network-protocol+tcp://127.0.0.1:0"_s));
    QVERIFY(address);
    // Not those of family A: that crate keeps the secret of the handshake that began last for all its
    // clients.
    RustPeer peer(nproProgram(u"B"_s), {u"client"_s});
    constexpr int count = 500;
    for (int i = 1; i <= count; ++i)
        peer.connectTo(i, address->port());
    for (int i = 1; i <= count; ++i) {
        const QJsonObject outcome = peer.next();
        QVERIFY2(outcome["event"].toString() == "connected", qPrintable(outcome["error"].toString()));
    }
    for (int i = 1; i <= count; ++i)
        peer.act(i, u"ask"_s, {{"message", nproEcho(QString::number(i))}});
    QSet<int> answered;
    for (int i = 1; i <= count; ++i) {
        const QJsonObject answer = peer.next();
        const int number = answer["connection"].toInt();
        QCOMPARE(answer["message"].toObject(), nproEcho(QString::number(number)).toObject());
        answered += number;
    }
    QCOMPARE(answered.size(), count);
    QCOMPARE(server.connections().size(), count);
}

void tst_InteropNpro::heartbeatsOfADaemon()
{
    // The daemon gives up whoever is silent for four periods; the crate's own client would be.
    QFETCH(QString, family);
    RustPeer peer(nproProgram(family), {u"serve"_s, u"--heartbeat"_s, u"100"_s});
    Caller caller;
    QVERIFY(caller.open(peer.address(), u"?family="_s + family));
    QSignalSpy closed(&caller.client, &Client::stateChanged);
    QVERIFY(!closed.wait(1'500));
    QCOMPARE(caller.ask(u"echo"_s, "alive"), QByteArray("alive"));
}

QTEST_GUILESS_MAIN(tst_InteropNpro)
#include "tst_interop_npro.moc"
