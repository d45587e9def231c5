// SPDX-License-Identifier: MIT
// network-protocol between a Server and a Client of ours: both families, sealed and plain, over sockets.
#include <QTcpServer>
#include <QTcpSocket>

#include "endpointpair.h"
#include "wire/npro/codec.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Serves np.reverse, slow and fail; knows where.
struct Peer {
    explicit Peer(const QString &options = {}, const ServerOptions &serverOptions = {})
        : server(serverOptions)
    {
        server.handle(u"np.reverse"_s, [](const Request &request) {
            QByteArray payload = request.payload();
            std::reverse(payload.begin(), payload.end());
            return Reply(payload);
        });
        server.handle(u"fail"_s, [](const Request &) { return Reply::error(1'001, u"refused"_s); });
        const auto address = server.listen(QUrl(u"network-protocol+tcp://127.0.0.1:0"_s + options));
        if (address)
            port = address->port();
    }
    [[nodiscard]] QUrl url(const QString &options = {}) const
    {
        return QUrl(u"network-protocol+tcp://127.0.0.1:"_s + QString::number(port) + options);
    }

    Server server;
    quint16 port = 0;
};

struct Caller {
    explicit Caller(const QUrl &url)
    {
        auto options = client.options();
        options.reconnect.enabled = false;
        client.setOptions(options);
        QObject::connect(&client, &Client::errorOccurred, &client, [this](const Error &why) { error = why; });
        opened = client.open(url).has_value();
    }
    [[nodiscard]] bool isOpen()
    {
        return opened && QTest::qWaitFor([this] { return client.state() == Client::State::Open; });
    }
    /// The payload of the answer, or "!" and the error's name.
    [[nodiscard]] QByteArray ask(
        const QString &route, const QByteArray &payload = {}, std::chrono::milliseconds timeout = 30s)
    {
        CallOptions options;
        options.timeout = timeout;
        const auto answer = client.request(route, payload, options);
        if (!QTest::qWaitFor([&] { return answer.isFinished(); }, 40'000))
            return "!never";
        const auto result = answer.result();
        return result ? result->payload() : "!" + QByteArray(result.error().name().data());
    }

    Client client;
    bool opened = false;
    Error error;
};

} // namespace

class tst_NproEndpoint : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void requests_data();
    void requests();
    void callsWaitForOneAnother();
    void aCallThatIsNeverAnsweredHoldsUpNobody();
    void pushedByTheServer();
    void theWrongFamily();
    void sealedToAPlainServer();
    void sealedToAServerThatSaysNothing();
    void goodbyes();
    void theLargestEcho();
    void aRecordedHandshakeOpensNoSecondAddress();
    static void whoDoesNotReadIsGivenUp_data();
    static void whoDoesNotReadIsGivenUp();
};

void tst_NproEndpoint::requests_data()
{
    QTest::addColumn<QString>("serverOptions");
    QTest::addColumn<QString>("clientOptions");
    QTest::newRow("B") << QString() << QString();
    QTest::newRow("A, found out") << QString() << u"?family=A"_s;
    QTest::newRow("A, told") << u"?family=A"_s << u"?family=A"_s;
    QTest::newRow("plain") << u"?packets=plain"_s << u"?packets=plain"_s;
    QTest::newRow("both, sealed") << u"?packets=both"_s << QString();
    QTest::newRow("both, plain") << u"?packets=both"_s << u"?packets=plain"_s;
}

void tst_NproEndpoint::requests()
{
    QFETCH(QString, serverOptions);
    QFETCH(QString, clientOptions);
    const Peer peer(serverOptions);
    Caller caller(peer.url(clientOptions));
    QVERIFY(caller.isOpen());
    QCOMPARE(caller.ask(u"np.reverse"_s, "abc"), QByteArray("cba"));
    QCOMPARE(caller.ask(u"echo"_s, "hé"), QByteArray("hé"));
    QCOMPARE(caller.ask(u"ping"_s), QByteArray());
    QCOMPARE(caller.ask(u"PING"_s), QByteArray());
    QCOMPARE(caller.ask(u"echo"_s, "\xff"), QByteArray("!InvalidArgument"));
}

void tst_NproEndpoint::callsWaitForOneAnother()
{
    const Peer peer;
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    std::vector<QFuture<Result<Reply>>> answers;
    for (int i = 0; i < 50; ++i)
        answers.push_back(caller.client.request(u"np.reverse"_s, QByteArray::number(10 + i)));
    QVERIFY(QTest::qWaitFor([&] { return answers.back().isFinished(); }));
    for (int i = 0; i < 50; ++i) {
        QByteArray expected = QByteArray::number(10 + i);
        std::reverse(expected.begin(), expected.end());
        QVERIFY(answers[std::size_t(i)].result());
        QCOMPARE(answers[std::size_t(i)].result()->payload(), expected);
    }
}

void tst_NproEndpoint::aCallThatIsNeverAnsweredHoldsUpNobody()
{
    const Peer peer;
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    // Nobody serves it, and one that fails leaves no answer: the wire has none.
    const auto lost = caller.client.request(u"no.such.route"_s, {}, CallOptions {{}, 50ms});
    const auto next = caller.client.request(u"np.reverse"_s, "ab");
    QVERIFY(QTest::qWaitFor([&] { return next.isFinished(); }));
    QCOMPARE(lost.result().error().code(), ErrorCode::CallTimedOut);
    QVERIFY(next.result());
    QCOMPARE(next.result()->payload(), QByteArray("ba"));
    QCOMPARE(caller.ask(u"fail"_s, {}, 50ms), QByteArray("!CallTimedOut"));
    QCOMPARE(caller.ask(u"np.reverse"_s, "cd"), QByteArray("dc"));
}

void tst_NproEndpoint::pushedByTheServer()
{
    Peer peer;
    Caller caller(peer.url());
    QSignalSpy opened(&peer.server, &Server::connectionOpened);
    QSignalSpy received(&caller.client, &Client::messageReceived);
    QVERIFY(caller.isOpen());
    QTRY_VERIFY(!opened.isEmpty());
    auto *connection = opened.first().first().value<Connection *>();
    QVERIFY(connection->send(u"news"_s, "x"));
    QVERIFY(received.wait());
    const auto message = received.first().first().value<Message>();
    QCOMPARE(message.route(), u"news"_s);
    QCOMPARE(message.payload(), QByteArray("x"));
    QSignalSpy events(connection, &Connection::messageReceived);
    QVERIFY(caller.client.send(u"log"_s, "y"));
    QVERIFY(events.wait());
    QCOMPARE(events.first().first().value<Message>().route(), u"log"_s);
}

void tst_NproEndpoint::theWrongFamily()
{
    const Peer peer(u"?family=A"_s);
    Caller caller(peer.url(u"?family=B"_s));
    QVERIFY(caller.isOpen()); // nothing tells before the first record
    QVERIFY(caller.ask(u"ping"_s).startsWith('!'));
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
    QCOMPARE(caller.error.code(), ErrorCode::SecurityHandshakeFailed);
}

void tst_NproEndpoint::sealedToAPlainServer()
{
    Peer peer(u"?packets=plain"_s);
    QList<Error> refusals;
    connect(&peer.server, &Server::connectionOpened, this, [&](Connection *connection) {
        connect(connection, &Connection::errorOccurred, this, [&](const Error &why) { refusals << why; });
    });
    Caller caller(peer.url());
    QVERIFY(caller.opened);
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
    QCOMPARE(caller.error.code(), ErrorCode::ClosedBeforeReady);
    QVERIFY2(caller.error.detail().contains(u"packets=plain"_s), qPrintable(caller.error.detail()));
    QTRY_COMPARE(refusals.size(), 1);
    QCOMPARE(refusals.first().code(), ErrorCode::UnexpectedFrame);
}

void tst_NproEndpoint::sealedToAServerThatSaysNothing()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    Client client;
    auto options = client.options();
    options.reconnect.enabled = false;
    options.connection.engine.handshakeTimeout = 100ms;
    client.setOptions(options);
    QSignalSpy errors(&client, &Client::errorOccurred);
    QSignalSpy opened(&client, &Client::opened);
    QVERIFY(client.open(QUrl(u"network-protocol+tcp://127.0.0.1:%1"_s.arg(silent.serverPort()))));
    const auto early = client.request(u"ping"_s, {});
    QTRY_VERIFY(client.state() == Client::State::Idle);
    QCOMPARE(opened.count(), 0);
    QCOMPARE(errors.count(), 1);
    const auto error = errors.first().first().value<Error>();
    QCOMPARE(error.code(), ErrorCode::HandshakeTimedOut);
    QCOMPARE(error.origin(), ErrorOrigin::Peer);
    QVERIFY2(error.detail().contains(u"not ready after 100 ms"_s), qPrintable(error.detail()));
    QVERIFY2(error.detail().contains(u"packets=plain"_s), qPrintable(error.detail()));
    // Nothing waits for a connection that is not there.
    QVERIFY(early.isFinished());
    QCOMPARE(early.result().error().code(), ErrorCode::NotConnected);
}

void tst_NproEndpoint::goodbyes()
{
    auto peer = std::make_unique<Peer>();
    Caller caller(peer->url());
    QVERIFY(caller.isOpen());
    peer->server.close();
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
    QVERIFY(!caller.error);
}

void tst_NproEndpoint::theLargestEcho()
{
    const Peer peer;
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    const QByteArray most(16'777'164, 'x');
    QVERIFY(caller.ask(u"echo"_s, most) == most);
    QCOMPARE(caller.ask(u"echo"_s, most + 'x'), QByteArray("!PayloadTooLarge"));
    QCOMPARE(caller.ask(u"echo"_s, "alive"), QByteArray("alive"));
}

// What a server must not take twice it does not take at another of its addresses either.
void tst_NproEndpoint::aRecordedHandshakeOpensNoSecondAddress()
{
    QTcpServer recorder;
    QVERIFY(recorder.listen(QHostAddress::LocalHost));
    Caller caller(QUrl(u"network-protocol+tcp://127.0.0.1:"_s + QString::number(recorder.serverPort())));
    QTRY_VERIFY(recorder.hasPendingConnections());
    QTcpSocket *recorded = recorder.nextPendingConnection();
    QTRY_VERIFY(recorded->bytesAvailable() > 9);
    const QByteArray init = recorded->readAll();

    Peer peer;
    const auto second = peer.server.listen(QUrl(u"network-protocol+tcp://127.0.0.1:0"_s));
    QVERIFY(second);
    QTcpSocket once;
    once.connectToHost(QHostAddress::LocalHost, peer.port);
    once.write(init);
    QTRY_VERIFY(once.bytesAvailable() > 9); // a Response
    QTcpSocket again;
    again.connectToHost(QHostAddress::LocalHost, second->port());
    again.write(init);
    QTRY_COMPARE(again.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(again.readAll(), QByteArray());
}

// The server stops reading from whoever does not read; that must not keep it from an end.
void tst_NproEndpoint::whoDoesNotReadIsGivenUp_data()
{
    QTest::addColumn<bool>("byApplication");
    QTest::newRow("idle") << false;
    QTest::newRow("closed by the application") << true;
}

void tst_NproEndpoint::whoDoesNotReadIsGivenUp()
{
    QFETCH(bool, byApplication);
    ServerOptions options;
    if (!byApplication)
        options.connection.idleTimeout = 2s;
    const Peer peer(u"?packets=plain"_s, options);
    QTcpSocket silent;
    silent.setReadBufferSize(1);
    silent.connectToHost(QHostAddress::LocalHost, peer.port);
    QVERIFY(QTest::qWaitFor([&] { return peer.server.connectionCount() == 1; }));
    Connection *connection = peer.server.connections().first();
    QSignalSpy errors(connection, &Connection::errorOccurred);
    const std::string much(1'000'000, 'x');
    const auto text = Wire::Npro::writeMessage(Wire::Npro::Echo {much});
    QByteArray packet("NPRO\x01", 5);
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        packet += char(text.size() >> shift);
    packet += QByteArray(Wire::asText(text).data(), qsizetype(text.size()));
    for (int i = 0; i < 40; ++i)
        silent.write(packet);
    if (byApplication) {
        // Some of it was taken, and answered into a wall.
        QTRY_VERIFY_WITH_TIMEOUT(connection->counters().bytesReceived > 3'000'000, 30'000);
        connection->close();
    }
    QTRY_COMPARE_WITH_TIMEOUT(peer.server.connectionCount(), 0, 30'000);
    QCOMPARE(errors.count(), byApplication ? 0 : 1);
    if (!byApplication)
        QCOMPARE(errors.first().first().value<Error>().code(), ErrorCode::IdleTimedOut);
}

QTEST_GUILESS_MAIN(tst_NproEndpoint)
#include "tst_nproendpoint.moc"
