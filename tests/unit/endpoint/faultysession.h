// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QFuture>
#include <QPointer>

#include "endpointpair.h"
#include "transport/faultinjector.h"
#include "transport/tlscredentials.h"

/// A server and a client whose transports are under fault injectors.
struct FaultyPair {
    enum class At { Client, Server };

    FaultyPair(const QString &kind, At at, const Halyard::FaultPlan &plan,
        Halyard::ServerOptions serverOptions = {}, Halyard::ClientOptions clientOptions = {})
    {
        const auto network = std::make_shared<Halyard::MemoryNetwork>();
        serverOptions.transport.memoryNetwork = clientOptions.transport.memoryNetwork = network;
        if (kind == u"tls")
            clientOptions.transport.tls.pin
                = Halyard::useDevelopmentCertificate(serverOptions.transport.tls).value_or(QByteArray());
        auto &faulty = at == At::Client ? clientOptions.transport : serverOptions.transport;
        faulty.wrap = [this, plan](std::unique_ptr<Halyard::Transport> inner) {
            auto injector = std::make_unique<Halyard::FaultInjector>(std::move(inner), plan);
            latest = injector.get();
            return injector;
        };
        const QUrl url = kind == u"memory" ? QUrl(QStringLiteral("memory://faults"))
                                           : QUrl(kind + QStringLiteral("://127.0.0.1:0"));
        ends.emplace(serverOptions, clientOptions, url);
    }

    QPointer<Halyard::FaultInjector> latest; ///< the transport that was made last
    std::optional<EndpointPair> ends;
};

/// One short session: a request that is answered, one that is not, an event, the client's close. What became
/// of each.
class FaultySession : public FaultyPair
{
public:
    /// Both ends are given up after `patience` without what is awaited.
    FaultySession(const QString &kind, At at, const Halyard::FaultPlan &plan,
        std::chrono::milliseconds patience = std::chrono::milliseconds(150))
        : FaultyPair(kind, at, plan, serverOptions(patience), clientOptions(patience))
    {
        Halyard::Server &server = *ends->server;
        Halyard::Client &client = *ends->client;
        server.handle("echo", [](const Halyard::Request &request) { return request.payload(); });
        server.handle("hold", [this](const Halyard::Request &request) { m_held = request; });
        QObject::connect(&server, &Halyard::Server::messageReceived, &server,
            [this](Halyard::Connection *, const Halyard::Message &message) {
                if (message.kind() == Halyard::MessageKind::Event) // the others are ERR: why the client went
                    events += message.payload();
            });
        QObject::connect(&client, &Halyard::Client::opened, &client, [this] { talk(); });
        QObject::connect(&client, &Halyard::Client::errorOccurred, &client,
            [this](const Halyard::Error &error) { errors += error; });
        QObject::connect(&client, &Halyard::Client::closed, &client, [this] { clientClosed(); });
    }

    /// Begins it.
    [[nodiscard]] bool start() { return bool(ends->client->open(ends->url)); }
    /// It has an end, whatever that is.
    [[nodiscard]] bool isOver() const
    {
        return closed > 0 && ends->server->connectionCount() == 0
            && (!opened || (echo.isFinished() && hold.isFinished()));
    }
    /// Plays it; false where it has no end.
    [[nodiscard]] bool play()
    {
        return start() && QTest::qWaitFor([this] { return isOver(); }, 20'000);
    }

    bool opened = false;
    int closed = 0;
    QList<Halyard::Error> errors;
    QByteArrayList events;
    QFuture<Halyard::Result<Halyard::Reply>> echo;
    QFuture<Halyard::Result<Halyard::Reply>> hold;
    qint64 bytesSent = 0;
    qint64 bytesReceived = 0;

private:
    static void setPatience(Halyard::ConnectionOptions &options, std::chrono::milliseconds patience)
    {
        options.drainTimeout = patience / 3;
        options.engine.handshakeTimeout = patience;
        options.engine.frameGrace = patience;
        options.engine.heartbeatInterval = patience / 4;
        options.engine.heartbeatSilentPeriods = 3;
        options.engine.closeTimeout = patience / 3;
    }
    static Halyard::ServerOptions serverOptions(std::chrono::milliseconds patience)
    {
        Halyard::ServerOptions options;
        setPatience(options.connection, patience);
        options.transport.lingerTimeout = patience / 3;
        return options;
    }
    static Halyard::ClientOptions clientOptions(std::chrono::milliseconds patience)
    {
        Halyard::ClientOptions options;
        setPatience(options.connection, patience);
        options.transport.lingerTimeout = patience / 3;
        return options;
    }

    void talk()
    {
        opened = true;
        Halyard::Client &client = *ends->client;
        echo = client.request("echo", "an answer, please");
        hold = client.request("hold", "no answer");
        (void)client.send("note", "an event");
        echo.then(&client, [&client](const Halyard::Result<Halyard::Reply> &) { client.close(); });
    }
    void clientClosed()
    {
        ++closed;
        if (const auto *connection = ends->client->connection()) {
            bytesSent = qint64(connection->counters().bytesSent);
            bytesReceived = qint64(connection->counters().bytesReceived);
        }
    }

    std::optional<Halyard::Request> m_held;
};
