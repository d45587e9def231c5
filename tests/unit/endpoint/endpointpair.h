// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QSignalSpy>
#include <QTest>

#include "endpoint/client.h"
#include "endpoint/server.h"
#include "transport/memorynetwork.h"

/// A server and one client, inside one process or over loopback. Destroyed in any state it leaves nothing
/// behind.
struct EndpointPair {
    explicit EndpointPair(Halyard::ServerOptions serverOptions = {},
        Halyard::ClientOptions clientOptions = {},
        const QUrl &listenAt = QUrl(QStringLiteral("tcp://127.0.0.1:0")))
        : server(std::make_unique<Halyard::Server>(serverOptions))
    {
        clientOptions.reconnect.enabled = false;
        client = std::make_unique<Halyard::Client>(clientOptions);
        const auto address = server->listen(listenAt);
        if (address)
            url = QUrl(address->toString());
    }

    static EndpointPair inMemory(
        Halyard::ServerOptions serverOptions = {}, Halyard::ClientOptions clientOptions = {})
    {
        const auto network = std::make_shared<Halyard::MemoryNetwork>();
        serverOptions.transport.memoryNetwork = network;
        clientOptions.transport.memoryNetwork = network;
        return EndpointPair(serverOptions, clientOptions, QUrl(QStringLiteral("memory://test")));
    }

    /// Both ends are open afterwards.
    [[nodiscard]] bool open()
    {
        QSignalSpy opened(server.get(), &Halyard::Server::connectionOpened);
        if (!client->open(url))
            return false;
        if (!QTest::qWaitFor(
                [&] { return client->state() == Halyard::Client::State::Open && !opened.isEmpty(); }))
            return false;
        atServer = opened.first().first().value<Halyard::Connection *>();
        return true;
    }

    QUrl url;
    std::unique_ptr<Halyard::Server> server;
    std::unique_ptr<Halyard::Client> client;
    Halyard::Connection *atServer = nullptr; ///< the server's end of the first connection
};

/// The result of a future, once it is there; a CallTimedOut error of the test's own otherwise.
inline Halyard::Result<Halyard::Reply> resultOf(const QFuture<Halyard::Result<Halyard::Reply>> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 10'000))
        return Halyard::failure(
            Halyard::ErrorCode::CallTimedOut, Halyard::ErrorOrigin::Local, QStringLiteral("test"));
    return future.result();
}
