// SPDX-License-Identifier: MIT
#pragma once

#include "endpoint/proxy.h"
#include "endpointpair.h"

/// What the tests of a proxy that seals anew share.
namespace Halyard {

using namespace Qt::StringLiterals;

inline const QString Alice = u"alice:s3cr3t@"_s; // for the proxy
inline const QString Bob = u"bob:hunter2@"_s;    // for the server

inline std::shared_ptr<CredentialSource> only(const QString &user, QByteArrayView password)
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

} // namespace Halyard
