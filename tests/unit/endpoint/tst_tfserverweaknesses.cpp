// SPDX-License-Identifier: MIT
// Where the crate's servers and clients stall, lose step or fall over (tfserver specification, section 7),
// and what ours do there.
#include <memory>
#include <stdexcept>
#include <vector>

#include <QTcpSocket>

#include "endpointpair.h"
#include "wire/tfserver/codec.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Wire::TfServer::Generation;
using ErrorKind = Wire::TfServer::ServerError::Kind;

namespace {

const QUrl ListenAt(u"tfserver+tcp://127.0.0.1:0"_s);

ServerOptions withUsers()
{
    ServerOptions options;
    options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    return options;
}

QByteArray frame(Wire::ByteView body)
{
    QByteArray bytes;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += char(body.size() >> shift);
    return bytes.append(Wire::asText(body).data(), qsizetype(body.size()));
}

/// Serves echo and keeps what asks for `slow`; knows where.
struct Peer {
    explicit Peer(const ServerOptions &options = {}, const QUrl &listenAt = ListenAt)
        : server(options)
    {
        server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        server.handle(u"slow"_s, [this](const Request &request) { kept.append(request); });
        if (const auto address = server.listen(listenAt))
            port = address->port();
    }
    [[nodiscard]] QUrl url(const QString &user = {}, const QString &options = {}) const
    {
        return QUrl(u"tfserver+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(port) + options);
    }

    QList<Request> kept; // goes behind the server: forgotten ones would be answered
    Server server;
    quint16 port = 0;
};

struct Caller {
    explicit Caller(const QUrl &url, bool reconnects = false)
    {
        auto options = client.options();
        options.reconnect.enabled = reconnects;
        options.reconnect.first = 1ms;
        client.setOptions(options);
        opened = client.open(url).has_value();
    }
    [[nodiscard]] bool isOpen()
    {
        return opened && QTest::qWaitFor([this] { return client.state() == Client::State::Open; }, 30'000);
    }
    [[nodiscard]] QByteArray ask(const QString &route, const QByteArray &payload = {})
    {
        const auto reply = resultOf(client.request(route, payload));
        return reply ? reply->payload() : '!' + reply.error().toString().toUtf8();
    }

    Client client;
    bool opened = false;
};

/// Whatever a test puts on the line.
struct Line {
    explicit Line(quint16 port) { socket.connectToHost(QHostAddress::LocalHost, port); }
    [[nodiscard]] bool hears(const QByteArray &expected)
    {
        if (!QTest::qWaitFor([&] { return socket.bytesAvailable() >= expected.size(); }, 30'000))
            return false;
        return socket.read(expected.size()) == expected;
    }

    QTcpSocket socket;
};

} // namespace

class tst_TfServerWeaknesses : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void aLengthThatIsNotThere();
    static void usersWhoFallSilentDelayNobody();
    static void slowHandlersDelayNobodyElse();
    static void aHandlerThatThrows_data() { formats(); }
    static void aHandlerThatThrows();
    static void anAnswerThatIsTooLarge_data() { formats(); }
    static void anAnswerThatIsTooLarge();
    static void whoDoesNotReadIsGivenUp();
    static void stoppedInTheMiddleOfHandshakes();
    static void namesAreLookedUpAnewOnTheNextConnection();
    static void routesThatComeLate();

private:
    static void formats();
};

void tst_TfServerWeaknesses::formats()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("options");
    QTest::newRow("G3") << QString() << u"?generation=3"_s;
    QTest::newRow("G4") << QString() << u"?generation=4"_s;
    QTest::newRow("E1") << u"alice:s3cr3t@"_s << u"?encryption=E1"_s;
    QTest::newRow("E2") << u"alice:s3cr3t@"_s << u"?encryption=E2"_s;
}

// Q2, Q10: with this look-up of 64 GiB a server of 0.3.4 is gone.
void tst_TfServerWeaknesses::aLengthThatIsNotThere()
{
    const Peer peer;
    Line line(peer.port);
    const auto refused = frame(Wire::TfServer::write(
        Generation::G4, Wire::TfServer::ServerError {ErrorKind::MalformedMetaInfo, {}}));
    for (const char *length : {"0000000010000000", "ffffffffffffff7f", "ffffffffffffffff"}) {
        line.socket.write(QByteArray::fromHex("0000000c01000000") + QByteArray::fromHex(length));
        QVERIFY(line.hears(refused));
    }
    // An announced frame is nothing but its announcement, however many say it.
    std::vector<std::unique_ptr<Line>> others;
    for (int i = 0; i < 100; ++i) {
        others.push_back(std::make_unique<Line>(peer.port));
        others.back()->socket.write(QByteArray::fromHex("007ffff0"));
    }
    QTRY_COMPARE_WITH_TIMEOUT(peer.server.connectionCount(), 101, 30'000);
    line.socket.write(frame(Wire::TfServer::write(Generation::G3, Wire::TfServer::HandlerQuery {"echo"})));
    QVERIFY(line.hears(frame(Wire::TfServer::write(Generation::G3, Wire::TfServer::HandlerAnswer {0}))));
}

// Q1, Q36: one of them keeps the crate's server from accepting anybody.
void tst_TfServerWeaknesses::usersWhoFallSilentDelayNobody()
{
    const Peer peer(withUsers());
    std::vector<std::unique_ptr<Line>> lines;
    std::vector<std::unique_ptr<Caller>> silent;
    for (int i = 0; i < 20; ++i) {
        lines.push_back(std::make_unique<Line>(peer.port)); // nothing at all
        lines.push_back(std::make_unique<Line>(peer.port));
        lines.back()->socket.write(frame(Wire::asBytes("alice")));
        silent.push_back(std::make_unique<Caller>(peer.url(u"alice:s3cr3t@"_s, u"?encryption=E1"_s)));
    }
    for (const auto &one : silent)
        QVERIFY(one->isOpen()); // and says no more
    for (const QString &options : {u"?generation=3"_s, u"?encryption=E1"_s, u"?encryption=E2"_s}) {
        Caller caller(peer.url(u"alice:s3cr3t@"_s, options));
        QVERIFY(caller.isOpen());
        QCOMPARE(caller.ask(u"echo"_s, "served"), QByteArray("served"));
    }
}

// Q11, Q12: in generation 3 one instance of a handler serves one request of all connections.
void tst_TfServerWeaknesses::slowHandlersDelayNobodyElse()
{
    Peer peer;
    Caller first(peer.url());
    Caller second(peer.url({}, u"?generation=3"_s));
    QVERIFY(first.isOpen() && second.isOpen());
    const auto early = first.client.request(u"slow"_s, "early");
    QTRY_COMPARE(peer.kept.size(), 1);
    QCOMPARE(second.ask(u"echo"_s, "meanwhile"), QByteArray("meanwhile"));
    const auto late = second.client.request(u"slow"_s, "late");
    const auto behind = first.client.request(u"slow"_s, "behind");
    QTRY_COMPARE(peer.kept.size(), 3); // all of them at once
    for (qsizetype i = 2; i >= 0; --i)
        peer.kept[i].respond(Reply(peer.kept[i].payload()));
    QCOMPARE(resultOf(early).value().payload(), QByteArray("early"));
    QCOMPARE(resultOf(late).value().payload(), QByteArray("late"));
    QCOMPARE(resultOf(behind).value().payload(), QByteArray("behind"));
}

// Q13: a panic ends the connection in generation 4, and what handlers say of their errors goes out as it is.
void tst_TfServerWeaknesses::aHandlerThatThrows()
{
    QFETCH(QString, user);
    QFETCH(QString, options);
    Peer peer(user.isEmpty() ? ServerOptions() : withUsers());
    peer.server.handle(
        u"throws"_s, [](const Request &) -> Reply { throw std::runtime_error("what nobody should know"); });
    Caller caller(peer.url(user, options));
    QVERIFY(caller.isOpen());
    const auto failed = resultOf(caller.client.request(u"throws"_s, "x"));
    QVERIFY(!failed);
    QCOMPARE(failed.error().code(), ErrorCode::HandlerFailed);
    QVERIFY(!failed.error().toString().contains(u"nobody"_s));
    QCOMPARE(caller.ask(u"echo"_s, "none the worse"), QByteArray("none the worse"));
}

// Q18: the crate drops the connection.
void tst_TfServerWeaknesses::anAnswerThatIsTooLarge()
{
    QFETCH(QString, user);
    QFETCH(QString, options);
    auto serverOptions = user.isEmpty() ? ServerOptions() : withUsers();
    serverOptions.connection.engine.maxFrameBytesOut = 1'000;
    const Peer peer(serverOptions);
    Caller caller(peer.url(user, options));
    QVERIFY(caller.isOpen());
    const auto failed = resultOf(caller.client.request(u"echo"_s, QByteArray(2'000, 'x')));
    QVERIFY(!failed);
    QCOMPARE(failed.error().code(), ErrorCode::HandlerFailed);
    QCOMPARE(caller.ask(u"echo"_s, "smaller"), QByteArray("smaller"));
}

// Q9: nothing has a limit there.
void tst_TfServerWeaknesses::whoDoesNotReadIsGivenUp()
{
    ServerOptions options;
    options.connection.idleTimeout = 1s;
    const Peer peer(options);
    Line line(peer.port);
    line.socket.setReadBufferSize(1);
    const QByteArray ask
        = frame(Wire::TfServer::write(Generation::G4, Wire::TfServer::PacketMeta {0, 0, true}))
        + frame(Wire::asBytes(std::string(1'000'000, 'x')));
    QTRY_COMPARE(peer.server.connectionCount(), 1);
    QSignalSpy errors(peer.server.connections().first(), &Connection::errorOccurred);
    for (int i = 0; i < 40; ++i)
        line.socket.write(ask);
    QTRY_COMPARE_WITH_TIMEOUT(peer.server.connectionCount(), 0, 30'000);
    QCOMPARE(errors.count(), 1);
    QCOMPARE(errors.first().first().value<Error>().code(), ErrorCode::IdleTimedOut);
}

// Q19: a stop is lost on a server that shakes hands, and takes no running connection along.
void tst_TfServerWeaknesses::stoppedInTheMiddleOfHandshakes()
{
    Peer peer(withUsers());
    Line silent(peer.port);
    silent.socket.write(frame(Wire::asBytes("alice")));
    Caller caller(peer.url(u"alice:s3cr3t@"_s));
    QVERIFY(caller.isOpen());
    const auto owed = caller.client.request(u"slow"_s, "owed");
    QTRY_COMPARE(peer.kept.size(), 1);
    QTRY_COMPARE(peer.server.connectionCount(), 2);
    QSignalSpy closed(&peer.server, &Server::closed);
    peer.server.close();
    QTcpSocket late;
    late.connectToHost(QHostAddress::LocalHost, peer.port);
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
    QTRY_COMPARE(silent.socket.state(), QAbstractSocket::UnconnectedState);
    peer.kept.first().respond(Reply("paid"));
    QCOMPARE(resultOf(owed).value().payload(), QByteArray("paid"));
    QTRY_COMPARE(closed.count(), 1);
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
}

// Q21: what the crate's client has lost once it never finds again. Numbers are of one connection.
void tst_TfServerWeaknesses::namesAreLookedUpAnewOnTheNextConnection()
{
    auto peer = std::make_unique<Peer>();
    Caller caller(peer->url(), true);
    QVERIFY(caller.isOpen());
    QCOMPARE(caller.ask(u"echo"_s, "first"), QByteArray("first"));
    const auto lost = caller.client.request(u"slow"_s, "x");
    QTRY_COMPARE(peer->kept.size(), 1);
    const QUrl again(peer->url());
    peer.reset();
    QCOMPARE(resultOf(lost).error().code(), ErrorCode::CallLost);
    Server other;
    other.handle(u"before"_s, [](const Request &) { return Reply("another one"); });
    other.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
    QVERIFY(other.listen(again));
    QTRY_COMPARE_WITH_TIMEOUT(other.connectionCount(), 1, 30'000);
    QVERIFY(caller.isOpen());
    QCOMPARE(caller.ask(u"echo"_s, "second"), QByteArray("second"));
    QCOMPARE(caller.ask(u"0"_s), QByteArray("another one"));
}

// Q28: the crate ignores what is added behind its commit, and leaves what has another's name to its number.
void tst_TfServerWeaknesses::routesThatComeLate()
{
    Peer peer;
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    QVERIFY(caller.ask(u"late"_s).startsWith('!'));
    peer.server.handle(u"late"_s, [](const Request &) { return Reply("here"); });
    QCOMPARE(caller.ask(u"late"_s), QByteArray("here"));
    QCOMPARE(caller.ask(u"2"_s), QByteArray("here"));
    peer.server.handle(u"late"_s, [](const Request &) { return Reply("anew"); });
    QCOMPARE(caller.ask(u"late"_s), QByteArray("anew"));
    QCOMPARE(caller.ask(u"2"_s), QByteArray("anew"));
    QVERIFY(caller.ask(u"3"_s).startsWith('!'));
}

QTEST_GUILESS_MAIN(tst_TfServerWeaknesses)
#include "tst_tfserverweaknesses.moc"
