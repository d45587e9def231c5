// SPDX-License-Identifier: MIT
// tfserver between a Server and a Client of ours: both generations, in clear and sealed, over sockets.
#include <QPromise>

#include "endpointpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Password password(QByteArrayView text) { return Password(text); }

ServerOptions withUsers(const QString &clear = {})
{
    ServerOptions options;
    options.credentials = CredentialSource::list({{u"alice"_s, password("s3cr3t")}});
    if (!clear.isEmpty())
        options.protocolOptions[u"tfserver"_s] = {{"clear", clear.toStdString()}};
    return options;
}

const QUrl ListenAt(u"tfserver+tcp://127.0.0.1:0"_s);

/// Serves echo, slow and fail; knows where.
struct Peer {
    explicit Peer(const ServerOptions &options = {})
        : server(options)
    {
        server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        server.handle(u"whoami"_s, [](const Request &request) { return Reply(request.user().toUtf8()); });
        server.handle(
            u"type"_s, [](const Request &request) { return Reply(request.headers().value("type")); });
        server.setTypes(u"type"_s, {1, 7});
        server.handle(u"fail"_s, [](const Request &) { return Reply::error(1'001, u"refused"_s); });
        const auto address = server.listen(ListenAt);
        if (address)
            port = address->port();
    }
    [[nodiscard]] QUrl url(const QString &user = {}, const QString &options = {}) const
    {
        return QUrl(u"tfserver+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(port) + options);
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
    /// Whether it gave up, and why.
    [[nodiscard]] ErrorCode failure()
    {
        if (!opened || !QTest::qWaitFor([this] { return client.state() == Client::State::Idle; }))
            return ErrorCode::None;
        return error.code();
    }

    Client client;
    bool opened = false;
    Error error;
};

} // namespace

class tst_TfServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    static void callsInEveryFormat_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("options");
        QTest::newRow("G3") << QString() << u"?generation=3"_s;
        QTest::newRow("G4") << QString() << u"?generation=4"_s;
        QTest::newRow("G3, E1") << u"alice:s3cr3t@"_s << u"?generation=3&encryption=E1"_s;
        QTest::newRow("G4, E1") << u"alice:s3cr3t@"_s << u"?generation=4&encryption=E1"_s;
        QTest::newRow("G4, E2") << u"alice:s3cr3t@"_s << u"?generation=4&encryption=E2"_s;
    }
    static void callsInEveryFormat()
    {
        QFETCH(QString, user);
        QFETCH(QString, options);
        const Peer peer(user.isEmpty() ? ServerOptions() : withUsers());
        Caller caller(peer.url(user, options));
        QVERIFY(caller.isOpen());
        QCOMPARE(resultOf(caller.client.request(u"echo"_s, "hi")).value().payload(), "hi");
        const QString security = user.isEmpty() ? QString() : options.right(2);
        const QString name = user.isEmpty() ? QString() : u"alice"_s;
        QCOMPARE(caller.client.connection()->security(), security);
        QCOMPARE(caller.client.connection()->user(), name);
        const Connection *atServer = peer.server.connections().first();
        QCOMPARE(atServer->security(), security);
        QCOMPARE(atServer->property("user").toString(), name);
        QCOMPARE(resultOf(caller.client.request(u"whoami"_s)).value().payload(), name.toUtf8());
        QCOMPARE(resultOf(caller.client.request(u"echo"_s)).value().payload(), "");
        QCOMPARE(resultOf(caller.client.request(u"0"_s, "by number")).value().payload(), "by number");
        const QByteArray large(1'000'000, 'x');
        QCOMPARE(resultOf(caller.client.request(u"echo"_s, large)).value().payload(), large);
        CallOptions typed;
        typed.headers = Headers {{"type", "7"}};
        QCOMPARE(resultOf(caller.client.request(u"type"_s, "x", typed)).value().payload(), "7");
        const auto wrongType = resultOf(caller.client.request(u"type"_s, "x"));
        QCOMPARE(wrongType.error().code(), ErrorCode::NoSuchRoute);
        const auto failed = resultOf(caller.client.request(u"fail"_s, "x"));
        QCOMPARE(failed.error().code(), ErrorCode::HandlerFailed);
        QCOMPARE(failed.error().detail(), u"refused"_s);
        QCOMPARE(resultOf(caller.client.request(u"nobody"_s)).error().code(), ErrorCode::NoSuchRoute);
        QCOMPARE(resultOf(caller.client.request(u"77"_s)).error().code(), ErrorCode::NoSuchRoute);
    }

    static void aNameThatCouldBeAUsersIsNotServedInClear()
    {
        const QString most(51, u'r');
        for (const bool tooLong : {false, true}) {
            Server server(withUsers(u"serve"_s));
            server.handle(most, [](const Request &) { return Reply("here"); });
            if (tooLong)
                server.handle(most + u'r', [](const Request &) { return Reply("there"); });
            const auto address = server.listen(ListenAt);
            QCOMPARE(address.has_value(), !tooLong);
            if (tooLong) {
                QCOMPARE(address.error().code(), ErrorCode::InvalidArgument);
                QVERIFY(address.error().detail().contains(most + u'r'));
                server.removeHandlers(most + u'r'); // and then it can
                QVERIFY(server.listen(ListenAt));
                continue;
            }
            for (const QString &options : {u"?generation=3"_s, u"?generation=4"_s}) {
                Caller caller(QUrl(address->toString() + options));
                QVERIFY(caller.isOpen());
                QCOMPARE(resultOf(caller.client.request(most)).value().payload(), "here");
            }
            // Named later: found behind any other first request, and by users.
            server.handle(most + u'r', [](const Request &) { return Reply("there"); });
            Caller caller(QUrl(address->toString()));
            QVERIFY(caller.isOpen());
            QCOMPARE(resultOf(caller.client.request(most)).value().payload(), "here");
            QCOMPARE(resultOf(caller.client.request(most + u'r')).value().payload(), "there");
            Caller user(QUrl(u"tfserver+tcp://alice:s3cr3t@127.0.0.1:%1"_s.arg(address->port())));
            QVERIFY(user.isOpen());
            QCOMPARE(resultOf(user.client.request(most + u'r')).value().payload(), "there");
        }
        // Without users, or with none in clear, there is nothing to be told apart.
        for (const ServerOptions &options : {ServerOptions(), withUsers()}) {
            Server server(options);
            server.handle(most + u'r', [](const Request &) { return Reply("there"); });
            QVERIFY(server.listen(ListenAt));
        }
    }

    static void aFirstRequestThatCouldBeAUserOpensNothing()
    {
        auto options = withUsers(u"serve"_s);
        options.connection.engine.handshakeTimeout = 200ms;
        Peer peer(options);
        peer.server.handle(QString(52, u'r'), [](const Request &) { return Reply("there"); });
        Caller caller(peer.url());
        QVERIFY(caller.isOpen());
        QVERIFY(!resultOf(caller.client.request(QString(52, u'r'))));
        QTRY_VERIFY(peer.server.connections().isEmpty());
    }

    static void manyRequestsInOneGo()
    {
        const Peer peer(withUsers());
        Caller caller(peer.url(u"alice:s3cr3t@"_s));
        QVERIFY(caller.isOpen());
        std::vector<QFuture<Result<Reply>>> replies;
        for (int i = 0; i < 700; ++i)
            replies.push_back(caller.client.request(u"echo"_s, QByteArray::number(i)));
        for (int i = 0; i < 700; ++i)
            QCOMPARE(resultOf(replies[std::size_t(i)]).value().payload(), QByteArray::number(i));
    }

    static void aCallThatTimedOutDoesNotShiftTheNext()
    {
        Peer peer;
        std::optional<Request> kept;
        peer.server.handle(u"keep"_s, [&kept](const Request &request) { kept.emplace(request); });
        Caller caller(peer.url());
        QVERIFY(caller.isOpen());
        CallOptions hasty;
        hasty.timeout = 50ms;
        const auto late = caller.client.request(u"keep"_s, "x", hasty);
        QCOMPARE(resultOf(late).error().code(), ErrorCode::CallTimedOut);
        const auto next = caller.client.request(u"echo"_s, "mine");
        QTRY_VERIFY(kept);
        kept->respond(Reply("late"));
        QCOMPARE(resultOf(next).value().payload(), "mine");
    }

    static void wrongPasswordsAndUnknownUsersLookTheSame_data()
    {
        QTest::addColumn<QString>("user");
        QTest::newRow("wrong password") << u"alice:guess@"_s;
        QTest::newRow("unknown user") << u"mallory:s3cr3t@"_s;
    }
    static void wrongPasswordsAndUnknownUsersLookTheSame()
    {
        QFETCH(QString, user);
        Peer peer(withUsers());
        QSignalSpy refused(&peer.server, &Server::connectionRefused);
        Caller sealed(peer.url(user, u"?encryption=E2"_s));
        QCOMPARE(sealed.failure(), ErrorCode::AuthenticationFailed);
        QTRY_COMPARE(refused.count(), 1);
        QCOMPARE(refused[0][1].value<Error>().code(), ErrorCode::AuthenticationFailed);
        // E1 confirms nothing: a client learns it from its first call.
        Caller early(peer.url(user, u"?encryption=E1"_s));
        QVERIFY(early.isOpen());
        QCOMPARE(resultOf(early.client.request(u"echo"_s, "x")).error().code(), ErrorCode::CallLost);
        QTRY_COMPARE(refused.count(), 2);
        QCOMPARE(refused[1][1].value<Error>().code(), ErrorCode::AuthenticationFailed);
    }

    static void wrongServerName()
    {
        const Peer peer(withUsers());
        Caller caller(peer.url(u"alice:s3cr3t@"_s, u"?server-id=other"_s));
        QCOMPARE(caller.failure(), ErrorCode::AuthenticationFailed);
    }

    static void clientsOfE1CountAsHandshakesUntilTheySpeak()
    {
        auto options = withUsers();
        options.maxHandshakes = 1;
        const Peer peer(options);
        Caller silent(peer.url(u"alice:s3cr3t@"_s, u"?encryption=E1"_s));
        QVERIFY(silent.isOpen());
        Caller next(peer.url(u"alice:s3cr3t@"_s));
        QVERIFY(!QTest::qWaitFor([&] { return next.client.state() == Client::State::Open; }, 200));
        QCOMPARE(resultOf(silent.client.request(u"echo"_s, "x")).value().payload(), "x");
        QVERIFY(next.isOpen());
    }

    static void guessesAreLimited()
    {
        auto options = withUsers();
        options.guesses.perUser = 2;
        const Peer peer(options);
        for (int i = 0; i < 2; ++i)
            QCOMPARE(Caller(peer.url(u"alice:guess@"_s)).failure(), ErrorCode::AuthenticationFailed);
        QCOMPARE(Caller(peer.url(u"alice:s3cr3t@"_s)).failure(), ErrorCode::AuthenticationFailed);
    }

    static void usersMayBeLookedUpLater()
    {
        QPromise<CredentialSource::Answer> promise;
        promise.start();
        ServerOptions options;
        QString asked;
        options.credentials = CredentialSource::callback([&](const QString &user) {
            asked = user;
            return promise.future();
        });
        const Peer peer(options);
        Caller caller(peer.url(u"alice:s3cr3t@"_s));
        QTRY_COMPARE(asked, u"alice"_s);
        QCOMPARE(caller.client.state(), Client::State::Connecting);
        promise.addResult(password("s3cr3t"));
        promise.finish();
        QVERIFY(caller.isOpen());
    }

    static void aLookUpThatFailsIsAnUnknownUser()
    {
        ServerOptions options;
        options.credentials = CredentialSource::callback([](const QString &) {
            QPromise<CredentialSource::Answer> promise;
            promise.start();
            promise.future().cancel();
            promise.finish();
            return promise.future();
        });
        const Peer peer(options);
        QCOMPARE(Caller(peer.url(u"alice:s3cr3t@"_s)).failure(), ErrorCode::AuthenticationFailed);
    }

    static void whoeverHasUsersServesNobodyInClear()
    {
        auto options = withUsers();
        options.connection.engine.handshakeTimeout = 300ms; // it takes the request for a user's name
        Peer peer(options);
        QSignalSpy refused(&peer.server, &Server::connectionRefused);
        Caller caller(peer.url());
        QVERIFY(caller.isOpen()); // nothing in tfserver says hello
        QVERIFY(!resultOf(caller.client.request(u"echo"_s, "x")));
        QTRY_COMPARE(refused.count(), 1);
    }

    static void onePortForAll()
    {
        const Peer peer(withUsers(u"serve"_s));
        const std::array urls {peer.url({}, u"?generation=3"_s), peer.url({}, u"?generation=4"_s),
            peer.url(u"alice:s3cr3t@"_s, u"?generation=3"_s),
            peer.url(u"alice:s3cr3t@"_s, u"?encryption=E1"_s),
            peer.url(u"alice:s3cr3t@"_s, u"?encryption=E2"_s)};
        std::vector<std::unique_ptr<Caller>> callers;
        for (const QUrl &url : urls)
            callers.push_back(std::make_unique<Caller>(url));
        for (const auto &caller : callers)
            QVERIFY(caller->isOpen());
        std::vector<QFuture<Result<Reply>>> replies;
        for (const auto &caller : callers)
            replies.push_back(caller->client.request(u"echo"_s, "at once"));
        for (const auto &reply : replies)
            QCOMPARE(resultOf(reply).value().payload(), "at once");
        QCOMPARE(Caller(peer.url(u"alice:guess@"_s)).failure(), ErrorCode::AuthenticationFailed);
    }

    static void aUserNeedsAPassword()
    {
        Client client;
        const auto opened = client.open(QUrl(u"tfserver+tcp://alice@127.0.0.1:9"_s));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code(), ErrorCode::CredentialsRequired);
    }

    static void crowdsThatConnectAtOnce()
    {
        const Peer peer(withUsers());
        std::vector<std::unique_ptr<Caller>> callers;
        for (int i = 0; i < 500; ++i)
            callers.push_back(
                std::make_unique<Caller>(peer.url(u"alice:s3cr3t@"_s, i % 2 ? u"?encryption=E1"_s : u""_s)));
        std::vector<QFuture<Result<Reply>>> replies;
        for (const auto &caller : callers) {
            QVERIFY2(caller->isOpen(), qPrintable(caller->error.toString()));
            replies.push_back(caller->client.request(u"echo"_s, "x"));
        }
        for (const auto &reply : replies)
            QCOMPARE(resultOf(reply).value().payload(), "x");
    }
};

QTEST_GUILESS_MAIN(tst_TfServer)
#include "tst_tfserver.moc"
