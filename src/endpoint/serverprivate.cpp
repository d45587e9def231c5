// SPDX-License-Identifier: MIT
#include "endpoint/server_p.h"

#include <QPointer>

#include "endpoint/credentials_p.h"
#include "endpoint/logging_p.h"
#include "protocol/recognisingengine.h"

namespace Halyard {

Server::Private::~Private()
{
    // Connections die before the group: what they have queued still leaves through it.
    for (const auto &[connection, guest] : std::exchange(guests, {})) {
        connection->disconnect(q);
        delete connection;
    }
    if (group)
        group->release();
}

Result<std::vector<std::shared_ptr<const Wire::ProtocolFactory>>> Server::Private::makeFactories(
    const EndpointAddress &address, const ServerOptions &with) const
{
    const QStringList names = with.protocols.isEmpty() ? QStringList {address.protocol()} : with.protocols;
    std::vector<std::shared_ptr<const Wire::ProtocolFactory>> factories;
    for (const QString &name : names) {
        Wire::OptionValues values = with.protocolOptions.value(name);
        if (name == address.protocol()) {
            for (const auto &[option, value] : address.protocolOptions())
                values.insert_or_assign(option, value);
        }
        auto factory = with.registry.make(name.toStdString(), values);
        if (!factory)
            return failure(factory.error());
        factories.push_back(std::move(*factory));
    }
    if (factories.size() > 1) {
        if (const auto distinct = Wire::RecognisingEngine::canShareAPort(factories); !distinct)
            return failure(distinct.error());
    }
    return factories;
}

Result<EndpointAddress> Server::Private::listen(const EndpointAddress &address, const ServerOptions &with)
{
    if (closing)
        return failure(ErrorCode::NotReady, ErrorOrigin::Local, QStringLiteral("the server is closing"));
    if (const auto valid = with.validate(); !valid)
        return tl::unexpected(valid.error());
    auto factories = makeFactories(address, with);
    if (!factories)
        return failure(factories.error());
    const auto authenticates = [&](const auto &factory) {
        const auto *protocol = with.registry.find(factory->name());
        return protocol && protocol->authenticates;
    };
    if (with.credentials && std::none_of(factories->begin(), factories->end(), authenticates)) {
        return failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local,
            QStringLiteral("users: %1 does not authenticate any").arg(address.protocol()));
    }
    for (const auto &factory : *factories) {
        if (const auto can = factory->canServe(*q->table()->names(), with.credentials != nullptr); !can)
            return failure(can.error());
    }
    auto listener = TransportFactory::listener(address.transportUrl(), address.applyTo(with.transport));
    if (!listener)
        return failure(listener.error());
    if (const auto started = (*listener)->listen(); !started)
        return failure(started.error());
    if (!group)
        group = new DriverGroup(with.maxUnfinishedInputBytes);
    Listener *accepting = listener->get();
    QObject::connect(accepting, &Listener::pendingAvailable, q, [this] { acceptAll(); });
    QObject::connect(accepting, &Listener::acceptFailed, q,
        [this](const Wire::Error &error) { Q_EMIT q->acceptFailed(error); });
    const EndpointAddress real = address.withPort(accepting->port());
    listening.push_back({std::move(*listener), real,
        {std::move(*factories), Wire::Role::Server, with.connection, q->table(), with.tap,
            with.credentials != nullptr, false, securities},
        with.credentials});
    accepting->setAcceptingPaused(acceptingPaused);
    qCDebug(lcEndpoint, "listening at %s", qPrintable(real.toString()));
    if (listening.size() == 1)
        Q_EMIT q->listeningChanged(true);
    return real;
}

bool Server::Private::isFull() const
{
    return qsizetype(guests.size()) >= options.maxConnections || handshakes >= options.maxHandshakes;
}

void Server::Private::acceptAll()
{
    const QPointer<Server> alive(q);
    for (std::size_t at = 0; at < listening.size(); ++at) {
        while (!isFull()) {
            std::unique_ptr<Transport> transport = listening[at].listener->takePending();
            if (!transport)
                break;
            accept(listening[at], std::move(transport));
            if (!alive || at >= listening.size())
                return; // a slot has closed or deleted the server
        }
    }
    // Full: those who come now wait in the kernel's queue, the others are served as before.
    const bool pause = isFull();
    if (pause != acceptingPaused) {
        acceptingPaused = pause;
        for (const Listening &at : listening)
            at.listener->setAcceptingPaused(pause);
    }
}

void Server::Private::accept(const Listening &at, std::unique_ptr<Transport> transport)
{
    const TransportInfo info = transport->info();
    const int fromThere = perAddress.value(info.peerAddress);
    if (!info.peerAddress.isNull() && fromThere >= options.maxConnectionsPerAddress) {
        return refuse(std::move(transport), info.peerName,
            Error(ErrorCode::TooManyConnections, ErrorOrigin::Peer,
                QStringLiteral("%1 connections from this address").arg(fromThere)));
    }
    perAddress[info.peerAddress] = fromThere + 1;
    ++handshakes;
    Connection *connection = makeConnection(at.parts, *group, std::move(transport), q);
    guests.emplace(connection, Guest {info.peerAddress});
    QObject::connect(
        connection, &Connection::opened, q, [this, connection] { connectionOpened(connection); });
    QObject::connect(
        connection, &Connection::closed, q, [this, connection] { connectionClosed(connection); });
    QObject::connect(connection, &Connection::messageReceived, q,
        [this, connection](const Message &message) { Q_EMIT q->messageReceived(connection, message); });
    QObject::connect(connection, &Connection::credentialsNeeded, q,
        [this, connection, credentials = at.credentials](
            const QString &user) { credentialsNeeded(connection, user, credentials); });
    QObject::connect(connection, &Connection::errorOccurred, q,
        [this, connection, peer = info.peerName](
            const Error &error) { connectionFailed(connection, peer, error); });
    QObject::connect(connection, &QObject::destroyed, q, [this, connection] { forget(connection); });
}

void Server::Private::refuse(std::unique_ptr<Transport> transport, const QString &peer, const Error &error)
{
    transport->abort();
    transport.release()->deleteLater();
    qCWarning(lcEndpoint, "refused %s: %s", qPrintable(peer), qPrintable(error.toString()));
    Q_EMIT q->connectionRefused(peer, error);
}

void Server::Private::credentialsNeeded(
    Connection *connection, const QString &user, const std::shared_ptr<CredentialSource> &credentials)
{
    const auto guest = guests.find(connection);
    if (!credentials || guest == guests.end()) {
        Q_EMIT q->credentialsNeeded(connection, user);
        return;
    }
    guest->second.user = user;
    if (!guesses.mayTry(user, guest->second.address, options.guesses, presentTime().steady))
        return connection->provide({}); // goes on as with a wrong password
    lookUpUser(*credentials, user, connection,
        [connection](const std::optional<Wire::Credentials> &found) { connection->provide(found); });
}

void Server::Private::connectionFailed(Connection *connection, const QString &peer, const Error &error)
{
    const auto guest = guests.find(connection);
    if (guest == guests.end() || guest->second.open)
        return;
    if (error.code() == ErrorCode::AuthenticationFailed)
        guesses.failed(guest->second.user, guest->second.address, options.guesses, presentTime().steady);
    Q_EMIT q->connectionRefused(peer, error);
}

void Server::Private::connectionOpened(Connection *connection)
{
    const auto guest = guests.find(connection);
    if (guest == guests.end())
        return;
    guest->second.open = true;
    --handshakes;
    const QPointer<Server> alive(q);
    Q_EMIT q->connectionOpened(connection);
    if (alive && acceptingPaused)
        acceptAll();
}

void Server::Private::connectionClosed(Connection *connection)
{
    const auto guest = guests.find(connection);
    const bool wasOpen = guest != guests.end() && guest->second.open;
    connection->deleteLater();
    const QPointer<Server> alive(q);
    forget(connection);
    if (alive && wasOpen)
        Q_EMIT q->connectionClosed(connection);
    if (alive)
        closedIfEmpty();
}

void Server::Private::forget(Connection *connection)
{
    const auto guest = guests.find(connection);
    if (guest == guests.end())
        return;
    const QHostAddress address = guest->second.address;
    if (!guest->second.open)
        --handshakes;
    guests.erase(guest);
    if (const auto count = perAddress.find(address); count != perAddress.end() && --*count <= 0)
        perAddress.erase(count);
    if (acceptingPaused && !closing)
        acceptAll();
}

void Server::Private::close()
{
    if (closing)
        return;
    closing = true;
    const bool wasListening = !listening.empty();
    for (Listening &at : listening) {
        at.listener->close();
        at.listener.release()->deleteLater(); // it may be the one whose signal brought us here
    }
    listening.clear();
    const QPointer<Server> alive(q);
    for (Connection *connection : q->connections()) {
        if (alive && guests.contains(connection))
            connection->close();
    }
    if (alive && wasListening)
        Q_EMIT q->listeningChanged(false);
    if (alive)
        QMetaObject::invokeMethod(
            q, [this] { closedIfEmpty(); }, Qt::QueuedConnection);
}

void Server::Private::closedIfEmpty()
{
    if (!closing || !guests.empty())
        return;
    closing = false;
    Q_EMIT q->closed();
}

} // namespace Halyard
