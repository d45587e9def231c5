// SPDX-License-Identifier: MIT
#include "endpoint/proxy.h"

#include <unordered_set>

#include <QPointer>

#include "endpoint/proxypair_p.h"
#include "transport/listener.h"

namespace Halyard {

class Proxy::Private
{
public:
    explicit Private(Proxy *proxy)
        : q(proxy)
    { }

    void acceptAll();
    void pairFinished(ProxyPair *pair, const Error &error);
    void closedIfEmpty();

    Proxy *const q;
    ProxyOptions options;
    EndpointAddress target;
    std::unique_ptr<Listener> listener;
    std::unordered_set<ProxyPair *> pairs;
    bool closing = false;
};

Proxy::Proxy(QObject *parent)
    : Proxy(ProxyOptions(), parent)
{ }

Proxy::Proxy(const ProxyOptions &options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
    d->options = options;
}

Proxy::~Proxy()
{
    for (ProxyPair *pair : std::exchange(d->pairs, {})) {
        pair->disconnect(this);
        delete pair;
    }
}

Result<EndpointAddress> Proxy::start(const QUrl &listenUrl, const QUrl &targetUrl)
{
    if (d->listener)
        return failure(ErrorCode::AlreadyOpen, ErrorOrigin::Local, QStringLiteral("close it first"));
    auto listenAt = EndpointAddress::parse(listenUrl, EndpointAddress::Use::Listen, d->options.registry);
    if (!listenAt)
        return listenAt;
    auto target = EndpointAddress::parse(targetUrl, EndpointAddress::Use::Connect, d->options.registry);
    if (!target)
        return target;
    if (const auto probe
        = TransportFactory::connector(target->transportUrl(), target->applyTo(d->options.connecting));
        !probe)
        return failure(probe.error());
    auto listener
        = TransportFactory::listener(listenAt->transportUrl(), listenAt->applyTo(d->options.listening));
    if (!listener)
        return failure(listener.error());
    if (const auto started = (*listener)->listen(); !started)
        return failure(started.error());
    d->target = *target;
    d->listener = std::move(*listener);
    connect(d->listener.get(), &Listener::pendingAvailable, this, [this] { d->acceptAll(); });
    connect(d->listener.get(), &Listener::acceptFailed, this,
        [this](const Wire::Error &error) { Q_EMIT acceptFailed(error); });
    return listenAt->withPort(d->listener->port());
}

void Proxy::Private::acceptAll()
{
    const QPointer<Proxy> alive(q);
    while (listener && int(pairs.size()) < options.maxConnections) {
        std::unique_ptr<Transport> client = listener->takePending();
        if (!client)
            break;
        auto server = TransportFactory::connector(target.transportUrl(), target.applyTo(options.connecting));
        if (!server) {
            client->abort();
            client.release()->deleteLater();
            Q_EMIT q->acceptFailed(server.error());
            if (!alive)
                return;
            continue;
        }
        auto *pair = new ProxyPair(std::move(client), std::move(*server), options, q);
        pairs.insert(pair);
        QObject::connect(
            pair, &ProxyPair::opened, q, [this, pair] { Q_EMIT q->connectionOpened(pair->peer()); });
        QObject::connect(
            pair, &ProxyPair::finished, q, [this, pair](const Error &error) { pairFinished(pair, error); });
        pair->start();
    }
    if (listener)
        listener->setAcceptingPaused(int(pairs.size()) >= options.maxConnections);
}

void Proxy::Private::pairFinished(ProxyPair *pair, const Error &error)
{
    const QString peer = pair->peer();
    pairs.erase(pair);
    const QPointer<Proxy> alive(q);
    Q_EMIT q->connectionClosed(peer, error);
    if (!alive)
        return;
    if (closing)
        closedIfEmpty();
    else
        acceptAll();
}

void Proxy::Private::closedIfEmpty()
{
    if (!closing || !pairs.empty())
        return;
    closing = false;
    Q_EMIT q->closed();
}

bool Proxy::isListening() const { return d->listener != nullptr; }
qsizetype Proxy::connectionCount() const { return qsizetype(d->pairs.size()); }

QList<ProxyConnection> Proxy::connections() const
{
    QList<ProxyConnection> all;
    all.reserve(qsizetype(d->pairs.size()));
    for (const ProxyPair *pair : d->pairs)
        all << pair->state();
    return all;
}

void Proxy::close()
{
    if (d->closing || !d->listener)
        return;
    d->closing = true;
    d->listener->close();
    d->listener.release()->deleteLater();
    for (ProxyPair *pair : d->pairs)
        pair->abort();
    QMetaObject::invokeMethod(
        this, [this] { d->closedIfEmpty(); }, Qt::QueuedConnection);
}

} // namespace Halyard
