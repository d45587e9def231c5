// SPDX-License-Identifier: MIT
#include "endpoint/client.h"

#include <QPointer>
#include <QRandomGenerator>
#include <QTimer>

#include "endpoint/credentials_p.h"
#include "endpoint/endpointparts_p.h"
#include "endpoint/logging_p.h"

namespace Halyard {

class Client::Private
{
public:
    explicit Private(Client *client)
        : q(client)
    {
        retry.setSingleShot(true);
        QObject::connect(&retry, &QTimer::timeout, client, [this] { connectNow(); });
    }
    ~Private()
    {
        if (group)
            group->release();
    }

    [[nodiscard]] std::optional<Wire::Credentials> credentials() const
    {
        return credentialsFor(address, options.credentials);
    }
    void connectNow();
    void connectionClosed();
    void dropConnection();
    void setState(State newState);

    Client *const q;
    ClientOptions options;
    EndpointAddress address;
    std::shared_ptr<const Wire::ProtocolFactory> factory;
    DriverGroup *group = nullptr; // outlives us while a driver has something to say
    Connection *connection = nullptr;
    State state = State::Idle;
    int attempt = 0;
    QTimer retry;
};

void Client::Private::setState(State newState)
{
    if (state == newState)
        return;
    state = newState;
    Q_EMIT q->stateChanged(newState);
}

void Client::Private::dropConnection()
{
    if (!connection)
        return;
    connection->disconnect(q);
    std::exchange(connection, nullptr)->deleteLater();
}

void Client::Private::connectNow()
{
    dropConnection();
    if (!group)
        group
            = new DriverGroup(std::numeric_limits<qsizetype>::max()); // one connection has a bound of its own
    auto transport = TransportFactory::connector(address.transportUrl(), address.applyTo(options.transport));
    const QPointer<Client> alive(q);
    if (!transport) { // open() has tried the same address: only its environment can have changed
        setState(State::Idle);
        if (alive)
            Q_EMIT q->errorOccurred(transport.error());
        if (alive)
            Q_EMIT q->closed();
        return;
    }
    const ConnectionParts parts {{factory}, Wire::Role::Client, options.connection, q->table(), options.tap,
        credentials().has_value()};
    connection = makeConnection(parts, *group, std::move(*transport), q);
    QObject::connect(connection, &Connection::opened, q, [this] {
        attempt = 0;
        const QPointer<Client> client(q);
        setState(State::Open);
        if (client)
            Q_EMIT q->opened();
    });
    QObject::connect(
        connection, &Connection::credentialsNeeded, q, [this] { connection->provide(credentials()); });
    QObject::connect(connection, &Connection::messageReceived, q, &Client::messageReceived);
    QObject::connect(connection, &Connection::writableChanged, q, &Client::writableChanged);
    QObject::connect(connection, &Connection::errorOccurred, q, &Client::errorOccurred);
    QObject::connect(connection, &Connection::closed, q, [this] { connectionClosed(); });
    setState(State::Connecting);
}

void Client::Private::connectionClosed()
{
    const Error error = connection->error();
    const bool again = state != State::Closing && options.reconnect.enabled
        && (!error || ReconnectPolicy::mayRetry(error));
    const QPointer<Client> alive(q);
    if (!again) {
        setState(State::Idle);
        if (alive)
            Q_EMIT q->closed();
        return;
    }
    const auto ceiling = options.reconnect.ceiling(attempt++);
    const std::chrono::milliseconds wait(QRandomGenerator::global()->bounded(qint64(ceiling.count()) + 1));
    retry.start(wait);
    setState(State::Waiting);
    if (alive)
        Q_EMIT q->closed();
    if (alive && state == State::Waiting)
        Q_EMIT q->reconnectScheduled(wait);
}

Client::Client(QObject *parent)
    : Client(ClientOptions(), parent)
{ }

Client::Client(const ClientOptions &options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
    d->options = options;
}

Client::~Client()
{
    // Before d goes: its slots must not run for a connection that dies with us.
    if (d->connection) {
        d->connection->disconnect(this);
        delete std::exchange(d->connection, nullptr);
    }
}

Client::State Client::state() const noexcept { return d->state; }
ClientOptions Client::options() const { return d->options; }
void Client::setOptions(const ClientOptions &options) { d->options = options; }
EndpointAddress Client::address() const { return d->address; }
Connection *Client::connection() const { return d->connection; }

Result<void> Client::open(const QUrl &url)
{
    const auto address = EndpointAddress::parse(url, EndpointAddress::Use::Connect, d->options.registry);
    return address ? open(*address) : failure(address.error());
}

Result<void> Client::open(const EndpointAddress &address)
{
    if (d->state != State::Idle)
        return failure(ErrorCode::AlreadyOpen, ErrorOrigin::Local, QStringLiteral("close it first"));
    if (auto valid = d->options.validate(); !valid)
        return valid;
    if (auto known = checkCredentials(address, d->options.credentials, d->options.registry); !known)
        return known;
    Wire::OptionValues values = d->options.protocolOptions;
    for (const auto &[name, value] : address.protocolOptions())
        values.insert_or_assign(name, value);
    auto factory = d->options.registry.make(address.protocol().toStdString(), values);
    if (!factory)
        return failure(factory.error());
    if (const auto probe
        = TransportFactory::connector(address.transportUrl(), address.applyTo(d->options.transport));
        !probe)
        return failure(probe.error());
    d->factory = std::move(*factory);
    d->address = address;
    d->attempt = 0;
    d->connectNow();
    return {};
}

void Client::close()
{
    switch (d->state) {
    case State::Idle:
    case State::Closing:
        return;
    case State::Waiting:
        d->retry.stop();
        QMetaObject::invokeMethod(
            this,
            [this] {
                const QPointer<Client> alive(this);
                d->setState(State::Idle);
                if (alive)
                    Q_EMIT closed();
            },
            Qt::QueuedConnection);
        return;
    case State::Connecting:
    case State::Open:
        d->setState(State::Closing);
        if (d->connection)
            d->connection->close();
        return;
    }
}

Call *Client::call(const QString &route, const QByteArray &payload, const CallOptions &options)
{
    if (d->connection)
        return d->connection->call(route, payload, options);
    return ConnectionPrivate::failedCall(route, Error(ErrorCode::NotConnected, ErrorOrigin::Local), this);
}

QFuture<Result<Reply>> Client::request(
    const QString &route, const QByteArray &payload, const CallOptions &options)
{
    if (d->connection)
        return d->connection->request(route, payload, options);
    return readyFuture<Reply>(failure(ErrorCode::NotConnected, ErrorOrigin::Local));
}

SendOutcome Client::send(const QString &route, const QByteArray &payload, const Headers &headers)
{
    return send(Message::event(route, payload, headers));
}

SendOutcome Client::send(const Message &message)
{
    if (d->connection)
        return d->connection->send(message);
    return Error(ErrorCode::NotConnected, ErrorOrigin::Local);
}

} // namespace Halyard
