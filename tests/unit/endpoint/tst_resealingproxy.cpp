// SPDX-License-Identifier: MIT
// A proxy whose two sides are sealed differently, between a Server and a Client of ours.
#include <QPromise>

#include "endpoint/proxy.h"
#include "endpointpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString Alice = u"alice:s3cr3t@"_s; // for the proxy
const QString Bob = u"bob:hunter2@"_s;    // for the server

std::shared_ptr<CredentialSource> only(const QString &user, QByteArrayView password)
{
    return CredentialSource::list({{user, Password(password)}});
}

/// A server that knows bob, if anybody, and a proxy in front of it that may know alice.
struct Line {
    explicit Line(const QString &protocol, bool serverHasUsers = false, const ServerOptions &base = {})
        : name(protocol)
    {
        ServerOptions options = base;
        if (serverHasUsers)
            options.credentials = only(u"bob"_s, "hunter2");
        server.setOptions(options);
        server.handle(u"echo"_s, [](const Request &request) { return Reply(request.payload()); });
        auto with = client.options();
        with.reconnect.enabled = false;
        client.setOptions(with);
        QObject::connect(&client, &Client::errorOccurred, &client, [this](const Error &why) { error = why; });
    }
    void listen(const QString &query = {})
    {
        const auto at = server.listen(QUrl(name + u"+tcp://127.0.0.1:0"_s + query));
        QVERIFY(at.has_value());
        serverPort = at->port();
    }
    [[nodiscard]] Result<EndpointAddress> start(
        const ProxyOptions &options, const QString &listenQuery, const QString &user, const QString &query)
    {
        proxy = std::make_unique<Proxy>(options);
        closed = std::make_unique<QSignalSpy>(proxy.get(), &Proxy::connectionClosed);
        const auto at = proxy->start(QUrl(name + u"+tcp://127.0.0.1:0"_s + listenQuery),
            QUrl(name + u"+tcp://"_s + user + u"127.0.0.1:%1"_s.arg(serverPort) + query));
        if (at)
            proxyPort = at->port();
        return at;
    }
    void open(const QString &user = {}, const QString &query = {})
    {
        QVERIFY(
            client
                .open(QUrl(name + u"+tcp://"_s + user + u"127.0.0.1:"_s + QString::number(proxyPort) + query))
                .has_value());
    }
    [[nodiscard]] QByteArray echoed(const QByteArray &payload)
    {
        if (!QTest::qWaitFor([this] { return client.state() == Client::State::Open; }))
            return "not open: " + error.toString().toUtf8();
        const auto reply = resultOf(client.request(u"echo"_s, payload));
        return reply ? reply->payload() : reply.error().toString().toUtf8();
    }
    /// Why the first pair came to its end.
    [[nodiscard]] Error end() const
    {
        if (!QTest::qWaitFor([this] { return !closed->isEmpty(); }, 20'000))
            return Error(ErrorCode::CallTimedOut, ErrorOrigin::Local, u"it does not end"_s);
        return closed->first().at(1).value<Error>();
    }

    QString name;
    Server server;
    std::unique_ptr<Proxy> proxy;
    std::unique_ptr<QSignalSpy> closed;
    Client client;
    Error error;
    quint16 serverPort = 0;
    quint16 proxyPort = 0;
};

} // namespace

class tst_ResealingProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCombination_data();
    void everyCombination();
    void wrongPasswordAtTheServer_data();
    void wrongPasswordAtTheServer();
    void wrongPasswordOfTheClient_data();
    void wrongPasswordOfTheClient();
};

void tst_ResealingProxy::everyCombination_data()
{
    QTest::addColumn<QString>("protocol");
    QTest::addColumn<QString>("listenQuery"); // of the proxy
    QTest::addColumn<bool>("hasUsers");
    QTest::addColumn<QString>("clientQuery");
    QTest::addColumn<QString>("serverQuery"); // of the server
    QTest::addColumn<QString>("onwardUser");
    QTest::addColumn<QString>("onwardQuery");
    const auto tfserver = [](const char *name, const QString &client, const QString &onward) {
        const bool in = client.contains(u"encryption"_s);
        const bool out = onward.contains(u"encryption"_s);
        QTest::newRow(name) << u"tfserver"_s << QString() << in << client << QString()
                            << (out ? Bob : QString()) << onward;
    };
    tfserver("plain, E1", {}, u"?encryption=E1"_s);
    tfserver("plain, E2", {}, u"?encryption=E2"_s);
    tfserver("plain G3, E1", u"?generation=3"_s, u"?generation=3&encryption=E1"_s);
    tfserver("E1, E2", u"?encryption=E1"_s, u"?encryption=E2"_s);
    tfserver("E2, E1", u"?encryption=E2"_s, u"?encryption=E1"_s);
    tfserver("E1, plain", u"?encryption=E1"_s, {});
    tfserver("E2, plain", u"?encryption=E2"_s, {});
    const auto npro = [](const char *name, const QString &listen, const QString &client,
                          const QString &server, const QString &onward) {
        QTest::newRow(name) << u"network-protocol"_s << listen << false << client << server << QString()
                            << onward;
    };
    npro("A, B", {}, u"?family=A"_s, u"?family=B"_s, u"?family=B"_s);
    npro("B, A", {}, u"?family=B"_s, u"?family=A"_s, u"?family=A"_s);
    npro("plain, B", u"?packets=plain"_s, u"?packets=plain"_s, {}, {});
    npro("A, plain", u"?family=A"_s, u"?family=A"_s, u"?packets=plain"_s, u"?packets=plain"_s);
    npro("either, B", u"?packets=both"_s, u"?packets=plain"_s, {}, {});
}

void tst_ResealingProxy::everyCombination()
{
    QFETCH(QString, protocol);
    QFETCH(QString, listenQuery);
    QFETCH(bool, hasUsers);
    QFETCH(QString, clientQuery);
    QFETCH(QString, serverQuery);
    QFETCH(QString, onwardUser);
    QFETCH(QString, onwardQuery);
    Line line(protocol, !onwardUser.isEmpty());
    line.listen(serverQuery);
    ProxyOptions options;
    if (hasUsers)
        options.users = only(u"alice"_s, "s3cr3t");
    QVERIFY(line.start(options, listenQuery, onwardUser, onwardQuery));
    line.open(hasUsers ? Alice : QString(), clientQuery);
    QCOMPARE(line.echoed("through"), "through");
    const QByteArray large(3'000'000, 'x');
    QVERIFY(line.echoed(large) == large);
    QCOMPARE(line.proxy->connectionCount(), 1);
    line.client.close();
    QCOMPARE(line.end(), Error());
}

void tst_ResealingProxy::wrongPasswordAtTheServer_data()
{
    QTest::addColumn<QString>("user");
    QTest::newRow("known") << u"bob:guess@"_s;
    QTest::newRow("unknown") << u"mallory:hunter2@"_s;
}

void tst_ResealingProxy::wrongPasswordAtTheServer()
{
    QFETCH(QString, user);
    Line line(u"tfserver"_s, true);
    line.listen();
    QVERIFY(line.start({}, {}, user, u"?encryption=E2"_s));
    line.open();
    QCOMPARE(line.end().code(), ErrorCode::AuthenticationFailed);
    QVERIFY2(line.end().detail().startsWith(u"server: "_s), qPrintable(line.end().detail()));
    QTRY_VERIFY(line.client.state() == Client::State::Idle);
}

void tst_ResealingProxy::wrongPasswordOfTheClient_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("query");
    for (const QString &format : {u"E1"_s, u"E2"_s}) {
        QTest::addRow("known, %s", qPrintable(format)) << u"alice:guess@"_s << u"?encryption="_s + format;
        QTest::addRow("unknown, %s", qPrintable(format))
            << u"mallory:s3cr3t@"_s << u"?encryption="_s + format;
    }
}

void tst_ResealingProxy::wrongPasswordOfTheClient()
{
    QFETCH(QString, user);
    QFETCH(QString, query);
    Line line(u"tfserver"_s);
    line.listen();
    QSignalSpy reached(&line.server, &Server::connectionOpened);
    ProxyOptions options;
    options.users = only(u"alice"_s, "s3cr3t");
    QVERIFY(line.start(options, {}, {}, {}));
    line.open(user, query);
    if (query.endsWith(u"E1"_s)) // nothing but a record tells there
        (void)line.echoed("x");
    QCOMPARE(line.end().code(), ErrorCode::AuthenticationFailed);
    QVERIFY2(line.end().detail().startsWith(u"client: "_s), qPrintable(line.end().detail()));
    QTRY_VERIFY(line.client.state() == Client::State::Idle);
    QVERIFY(reached.isEmpty());
}

QTEST_GUILESS_MAIN(tst_ResealingProxy)
#include "tst_resealingproxy.moc"
