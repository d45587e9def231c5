// SPDX-License-Identifier: MIT
#include "endpoint/server.h"

#include "endpoint/server_p.h"

namespace Halyard {

Server::Server(QObject *parent)
    : Server(ServerOptions(), parent)
{ }

Server::Server(const ServerOptions &options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
    d->options = options;
}

Server::~Server() = default;

ServerOptions Server::options() const { return d->options; }
void Server::setOptions(const ServerOptions &options) { d->options = options; }

Result<EndpointAddress> Server::listen(const QUrl &url) { return listen(url, d->options); }

Result<EndpointAddress> Server::listen(const QUrl &url, const ServerOptions &options)
{
    auto address = EndpointAddress::parse(url, EndpointAddress::Use::Listen, options.registry);
    if (!address)
        return address;
    d->options = options;
    return d->listen(*address, options);
}

bool Server::isListening() const { return !d->listening.empty(); }

QList<EndpointAddress> Server::addresses() const
{
    QList<EndpointAddress> addresses;
    for (const Private::Listening &at : d->listening)
        addresses += at.address;
    return addresses;
}

quint16 Server::serverPort() const { return d->listening.empty() ? 0 : d->listening.front().address.port(); }

Result<void> Server::setTls(const TlsOptions &tls)
{
    for (const Private::Listening &at : d->listening) {
        if (const auto changed = at.listener->setTls(tls); !changed)
            return failure(changed.error());
    }
    d->options.transport.tls = tls;
    return {};
}

QList<Connection *> Server::connections() const
{
    QList<Connection *> connections;
    connections.reserve(qsizetype(d->guests.size()));
    for (const auto &[connection, guest] : d->guests)
        connections += connection;
    return connections;
}

qsizetype Server::connectionCount() const { return qsizetype(d->guests.size()); }

qsizetype Server::broadcast(const QString &route, const QByteArray &payload, const Headers &headers)
{
    const Message message = Message::event(route, payload, headers);
    qsizetype taken = 0;
    for (const auto &[connection, guest] : d->guests) {
        if (guest.open && connection->send(message))
            ++taken;
    }
    return taken;
}

void Server::close() { d->close(); }

} // namespace Halyard
