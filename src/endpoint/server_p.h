// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include <QHash>
#include <QHostAddress>

#include "endpoint/endpointparts_p.h"
#include "endpoint/guesslimiter_p.h"
#include "endpoint/server.h"
#include "transport/listener.h"

namespace Halyard {

class Server::Private
{
public:
    explicit Private(Server *server)
        : q(server)
    { }
    ~Private();

    struct Listening {
        std::unique_ptr<Listener> listener;
        EndpointAddress address;
        ConnectionParts parts;
        std::shared_ptr<CredentialSource> credentials;
    };
    struct Guest {
        QHostAddress address;
        bool open = false;
        QString user = {}; // whose credentials were asked for
    };

    [[nodiscard]] Result<std::vector<std::shared_ptr<const Wire::ProtocolFactory>>> makeFactories(
        const EndpointAddress &address, const ServerOptions &with) const;
    Result<EndpointAddress> listen(const EndpointAddress &address, const ServerOptions &with);
    void acceptAll();
    void accept(const Listening &at, std::unique_ptr<Transport> transport);
    void refuse(std::unique_ptr<Transport> transport, const QString &peer, const Error &error);
    void credentialsNeeded(
        Connection *connection, const QString &user, const std::shared_ptr<CredentialSource> &credentials);
    void connectionFailed(Connection *connection, const QString &peer, const Error &error);
    void connectionOpened(Connection *connection);
    void connectionClosed(Connection *connection);
    void forget(Connection *connection);
    void close();
    void closedIfEmpty();
    [[nodiscard]] bool isFull() const;

    Server *const q;
    const std::shared_ptr<const Wire::SecurityProvider> securities
        = std::make_shared<const Wire::Securities>();
    ServerOptions options;
    DriverGroup *group = nullptr;
    std::vector<Listening> listening;
    std::unordered_map<Connection *, Guest> guests;
    QHash<QHostAddress, int> perAddress;
    GuessLimiter guesses;
    int handshakes = 0;
    bool acceptingPaused = false;
    bool closing = false;
};

} // namespace Halyard
