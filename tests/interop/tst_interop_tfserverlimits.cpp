// SPDX-License-Identifier: MIT
// What the other tests of tfserver leave out: frames that open no request, handlers that panic, processors
// that do not commute, frames beyond a limit, and servers of another name.
#include <memory>

#include <QSignalSpy>

#include "endpoint/client.h"
#include "endpoint/server.h"
#include "tfserverpeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using ErrorKind = Wire::TfServer::ServerError::Kind;

namespace {

Result<Reply> ask(Client &client, const QString &route, const QByteArray &payload)
{
    const auto reply = client.request(route, payload);
    if (!QTest::qWaitFor([&] { return reply.isFinished(); }, 60'000))
        return failure(ErrorCode::CallTimedOut, ErrorOrigin::Local, u"the test"_s);
    return reply.result();
}

/// What the peers' processors do, by the same letters.
class Processor final : public Wire::Filter
{
public:
    explicit Processor(char letter)
        : m_letter(letter)
    { }
    [[nodiscard]] Wire::Result<void> outgoing(Wire::Bytes &body) override { return process(body); }
    [[nodiscard]] Wire::Result<void> incoming(Wire::Bytes &body) override { return process(body); }

private:
    [[nodiscard]] Wire::Result<void> process(Wire::Bytes &body) const
    {
        if (m_letter == 'r') {
            std::ranges::reverse(body);
            return {};
        }
        for (std::size_t place = 0; place < body.size(); ++place)
            body[place] ^= std::byte(place) ^ std::byte {0x55};
        return {};
    }

    char m_letter;
};

Wire::Filters processors(const QByteArray &letters)
{
    Wire::Filters filters;
    for (const char letter : letters)
        filters.factories.emplace_back([letter] { return std::make_unique<Processor>(letter); });
    return filters;
}

/// Spoils a body that begins as a request to route 77 does.
class Spoiling final : public Wire::Filter
{
public:
    explicit Spoiling(Wire::TfServer::Generation generation)
        : m_generation(generation)
    { }
    [[nodiscard]] Wire::Result<void> outgoing(Wire::Bytes &body) override
    {
        const auto opening = Wire::TfServer::parseOpening(m_generation, body);
        const auto *meta = opening ? std::get_if<Wire::TfServer::PacketMeta>(&*opening) : nullptr;
        if (meta && meta->handlerId == 77)
            body = Wire::toBytes(Wire::asBytes("no packet at all"));
        return {};
    }
    [[nodiscard]] Wire::Result<void> incoming(Wire::Bytes &) override { return {}; }

private:
    Wire::TfServer::Generation m_generation;
};

} // namespace

/// The published crate, each version, in clear and sealed, on either side of ours.
class tst_InteropTfServerLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();

    void theCrateOnWhatOpensNoRequest_data() { addTfServerRows(); }
    void theCrateOnWhatOpensNoRequest();
    void oursOnWhatOpensNoRequest_data() { addTfServerRows(); }
    void oursOnWhatOpensNoRequest();
    void aHandlerOfTheCratePanics_data() { addTfServerRows(); }
    void aHandlerOfTheCratePanics();
    void theCratesServerWithProcessors_data() { addTfServerRows(); }
    void theCratesServerWithProcessors();
    void theCratesClientWithProcessors_data() { addTfServerRows(); }
    void theCratesClientWithProcessors();
    void aFrameOfTheCrateBeyondOurLimit_data() { addTfServerRows(); }
    void aFrameOfTheCrateBeyondOurLimit();
    void theCratesServerHasAnotherName_data() { addTfServerRows(false); }
    void theCratesServerHasAnotherName();
    void ourServerHasAnotherName_data() { addTfServerRows(false); }
    void ourServerHasAnotherName();

private:
    [[nodiscard]] bool confirms() const { return m_version.encryption == QByteArray("E2"); }
    /// A server of the crate.
    [[nodiscard]] std::unique_ptr<RustPeer> crateServer(const QStringList &more = {}) const
    {
        QStringList arguments = QStringList {u"serve"_s} + more;
        if (m_sealed)
            arguments += {u"alice"_s, u"s3cr3t"_s, u"room"_s};
        return std::make_unique<RustPeer>(m_version.program(), arguments);
    }
    [[nodiscard]] bool open(
        Client &client, RustPeer &server, const Wire::Filters &filters, const QString &name = u"room"_s) const
    {
        auto options = client.options();
        options.reconnect.enabled = false;
        options.connection.filters = filters;
        client.setOptions(options);
        const QString user = m_sealed ? u"alice:s3cr3t@"_s : QString();
        return client.open(QUrl(u"tfserver+tcp://"_s + user + server.address() + m_version.options()
                   + (m_sealed ? u"&server-id="_s + name : QString())))
            && QTest::qWaitFor([&] { return client.state() != Client::State::Connecting; }, 30'000)
            && client.state() == Client::State::Open;
    }
    /// A server of ours with echo, and a client of the crate.
    [[nodiscard]] bool listen(ServerOptions options = {})
    {
        options.protocolOptions[u"tfserver"_s] = {{"server-id", "room"}};
        if (m_sealed)
            options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
        m_server = std::make_unique<Server>(options);
        m_server->handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        m_client = std::make_unique<RustPeer>(m_version.program(), QStringList {u"client"_s});
        return m_server->listen(QUrl(u"tfserver+tcp://127.0.0.1:0"_s)).has_value();
    }
    /// Says to the crate's client whom to connect to, and how.
    [[nodiscard]] QString connected(const QString &verb, int connection, QJsonObject more = {})
    {
        more[verb] = u"127.0.0.1:%1"_s.arg(m_server->serverPort());
        more["connection"] = connection;
        if (!more.contains("server"_L1))
            more["server"] = u"room"_s;
        if (m_sealed) {
            more["user"] = u"alice"_s;
            more["password"] = u"s3cr3t"_s;
        }
        m_client->tell(more);
        return m_client->next()["event"].toString();
    }

    TfServerVersion m_version {};
    bool m_sealed = false;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<RustPeer> m_client;
};

void tst_InteropTfServerLimits::init()
{
    QFETCH(int, version);
    QFETCH(bool, sealed);
    m_version = TfServerVersions.at(std::size_t(version));
    m_sealed = sealed;
}

void tst_InteropTfServerLimits::theCrateOnWhatOpensNoRequest()
{
    const auto peer = crateServer();
    Wire::Filters filters;
    filters.factories.emplace_back(
        [generation = m_version.generation] { return std::make_unique<Spoiling>(generation); });
    Client client;
    QVERIFY(open(client, *peer, filters));
    QCOMPARE(ask(client, u"echo"_s, "before").value().payload(), "before");
    const auto refused = ask(client, u"77"_s, "");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code(), ErrorCode::MalformedMessage);
    QCOMPARE(ask(client, u"echo"_s, "behind").value().payload(), "behind");
}

void tst_InteropTfServerLimits::oursOnWhatOpensNoRequest()
{
    QVERIFY(listen());
    QCOMPARE(connected(u"stream"_s, 1), u"connected"_s);
    const auto say = [&](const QByteArray &body) {
        m_client->tell({{"connection", 1}, {"frame", QString::fromLatin1(body.toHex())}});
    };
    const auto hear
        = [&] { return QByteArray::fromHex(m_client->next(u"frame"_s, 1)["data"].toString().toLatin1()); };
    // Before its first opening a client is taken for one of generation 4.
    const auto query = Wire::TfServer::write(m_version.generation, Wire::TfServer::HandlerQuery {"nobody"});
    say({Wire::asText(query).data(), qsizetype(query.size())});
    QCOMPARE(hear(), m_version.error(ErrorKind::NoSuchHandler));
    say("no packet at all");
    QCOMPARE(hear(), m_version.error(ErrorKind::MalformedMetaInfo));
    say({Wire::asText(query).data(), qsizetype(query.size())});
    QCOMPARE(hear(), m_version.error(ErrorKind::NoSuchHandler));
    QCOMPARE(m_server->connectionCount(), 1);
}

void tst_InteropTfServerLimits::aHandlerOfTheCratePanics()
{
    const auto peer = crateServer();
    Client client;
    QVERIFY(open(client, *peer, {}));
    const auto panicked = ask(client, u"panic"_s, "now");
    QVERIFY(!panicked);
    QCOMPARE(panicked.error().code(), ErrorCode::HandlerFailed);
    QCOMPARE(panicked.error().detail(), u"handler died :("_s);
    // Generation 3 goes on, generation 4 closes.
    if (m_version.generation == Wire::TfServer::Generation::G3)
        QCOMPARE(ask(client, u"echo"_s, "none the worse").value().payload(), "none the worse");
    else
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), Client::State::Idle, 30'000);
}

// Both directions of the crate run their list in the order in which it was made. So does ours, unless it is
// mirrored: of two peers that do alike, one has to have the list the other way round.
void tst_InteropTfServerLimits::theCratesServerWithProcessors()
{
    for (const bool turned : {false, true}) {
        const auto peer = crateServer({u"--processors"_s, turned ? u"xr"_s : u"rx"_s});
        Client client;
        QVERIFY(open(client, *peer, processors(turned ? "rx" : "xr")));
        QCOMPARE(ask(client, u"echo"_s, "through both").value().payload(), "through both");
        QCOMPARE(ask(client, u"echo"_s, "").value().payload(), "");
        QCOMPARE(ask(client, u"fail"_s, "x").error().detail(), u"refused: x"_s);
        QCOMPARE(ask(client, u"nobody"_s, "x").error().code(), ErrorCode::NoSuchRoute);
    }
    // The same order on both sides is no order that anybody understands.
    const auto peer = crateServer({u"--processors"_s, u"rx"_s});
    Client client;
    QVERIFY(open(client, *peer, processors("rx")));
    QVERIFY(!ask(client, u"echo"_s, "x"));
}

void tst_InteropTfServerLimits::theCratesClientWithProcessors()
{
    for (const bool turned : {false, true}) {
        ServerOptions options;
        options.connection.filters = processors(turned ? "rx" : "xr");
        QVERIFY(listen(options));
        QCOMPARE(connected(u"connect"_s, 1, {{"processors", turned ? u"xr"_s : u"rx"_s}}), u"connected"_s);
        for (const QByteArray &data : {QByteArray("through both"), QByteArray(), QByteArray("again")}) {
            call(*m_client, 1, u"echo"_s, data);
            QCOMPARE(answer(*m_client), data);
        }
        call(*m_client, 1, 77, "x");
        QCOMPARE(answer(*m_client), m_version.error(ErrorKind::NoSuchHandler));
    }
}

void tst_InteropTfServerLimits::aFrameOfTheCrateBeyondOurLimit()
{
    const qsizetype limit = 1'000;
    const qsizetype overhead = !m_sealed ? 0 : confirms() ? 16 : 24;
    ServerOptions options;
    options.connection.engine.maxFrameBytesIn = std::size_t(limit) + 4;
    QVERIFY(listen(options));
    QCOMPARE(connected(u"connect"_s, 1), u"connected"_s);
    const QByteArray most(limit - overhead, 'x');
    call(*m_client, 1, u"echo"_s, most);
    QCOMPARE(answer(*m_client), most);
    QCOMPARE(m_server->connectionCount(), 1);
    QSignalSpy errors(m_server->connections().first(), &Connection::errorOccurred);
    call(*m_client, 1, u"echo"_s, most + 'x');
    QCOMPARE(answer(*m_client), "LOST");
    QTRY_COMPARE(errors.count(), 1);
    QCOMPARE(errors.first().first().value<Error>().code(), ErrorCode::PayloadTooLarge);
}

void tst_InteropTfServerLimits::theCratesServerHasAnotherName()
{
    const auto peer = crateServer();
    Client client;
    Error why;
    connect(&client, &Client::errorOccurred, this, [&why](const Error &error) { why = error; });
    QCOMPARE(open(client, *peer, {}, u"other"_s), !confirms());
    if (confirms())
        QCOMPARE(why.code(), ErrorCode::AuthenticationFailed);
    else
        QCOMPARE(ask(client, u"echo"_s, "x").error().code(), ErrorCode::CallLost);
}

void tst_InteropTfServerLimits::ourServerHasAnotherName()
{
    QVERIFY(listen());
    QSignalSpy refused(m_server.get(), &Server::connectionRefused);
    QCOMPARE(
        connected(u"connect"_s, 1, {{"server", u"other"_s}}), confirms() ? u"refused"_s : u"connected"_s);
    if (!confirms()) {
        call(*m_client, 1, u"echo"_s, "x");
        QCOMPARE(answer(*m_client), "LOST");
    }
    QTRY_COMPARE(refused.count(), 1);
    QCOMPARE(refused.first()[1].value<Error>().code(), ErrorCode::AuthenticationFailed);
}

QTEST_GUILESS_MAIN(tst_InteropTfServerLimits)
#include "tst_interop_tfserverlimits.moc"
