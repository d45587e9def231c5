// SPDX-License-Identifier: MIT
#include "endpoint/proxy.h"

#include <unordered_set>

#include <QPointer>

#include "endpoint/bytepair_p.h"
#include "endpoint/resealing_p.h"
#include "endpoint/resealingpair_p.h"
#include "transport/listener.h"

namespace Halyard {

class Proxy::Private
{
public:
    explicit Private(Proxy *proxy)
        : q(proxy)
    { }

    void acceptAll();
    [[nodiscard]] bool isFull() const;
    [[nodiscard]] ProxyPair *makePair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server);
    void pairOpened(ProxyPair *pair);
    void pairFinished(ProxyPair *pair, const Error &error);
    void closedIfEmpty();

    Proxy *const q;
    ProxyOptions options;
    EndpointAddress target;
    std::unique_ptr<Listener> listener;
    std::shared_ptr<Resealing> resealing; // where frames are sealed anew
    std::unordered_set<ProxyPair *> pairs;
    std::unordered_set<ProxyPair *> opening; // of them, where frames are sealed anew
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
    if (const auto valid = d->options.validate(); !valid)
        return failure(valid.error());
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
    std::shared_ptr<Resealing> resealing;
    if (Resealing::isWanted(*listenAt, *target, d->options)) {
        auto made = Resealing::make(*listenAt, *target, d->options);
        if (!made)
            return failure(made.error());
        resealing = std::move(*made);
    }
    auto listener
        = TransportFactory::listener(listenAt->transportUrl(), listenAt->applyTo(d->options.listening));
    if (!listener)
        return failure(listener.error());
    if (const auto started = (*listener)->listen(); !started)
        return failure(started.error());
    d->target = *target;
    d->resealing = std::move(resealing);
    d->listener = std::move(*listener);
    connect(d->listener.get(), &Listener::pendingAvailable, this, [this] { d->acceptAll(); });
    connect(d->listener.get(), &Listener::acceptFailed, this,
        [this](const Wire::Error &error) { Q_EMIT acceptFailed(error); });
    return listenAt->withPort(d->listener->port());
}

void Proxy::Private::acceptAll()
{
    const QPointer<Proxy> alive(q);
    while (listener && !isFull()) {
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
        makePair(std::move(client), std::move(*server))->start();
    }
    if (listener)
        listener->setAcceptingPaused(isFull());
}

bool Proxy::Private::isFull() const
{
    return int(pairs.size()) >= options.maxConnections || int(opening.size()) >= options.maxHandshakes;
}

ProxyPair *Proxy::Private::makePair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server)
{
    ProxyPair *pair = nullptr;
    if (resealing) {
        pair = new ResealingPair(std::move(client), std::move(server), options, resealing, q);
        opening.insert(pair);
    } else {
        pair = new BytePair(std::move(client), std::move(server), options, q);
    }
    pairs.insert(pair);
    QObject::connect(pair, &ProxyPair::opened, q, [this, pair] { pairOpened(pair); });
    QObject::connect(
        pair, &ProxyPair::finished, q, [this, pair](const Error &error) { pairFinished(pair, error); });
    return pair;
}

void Proxy::Private::pairOpened(ProxyPair *pair)
{
    const bool wasFull = isFull();
    opening.erase(pair);
    const QPointer<Proxy> alive(q);
    Q_EMIT q->connectionOpened(pair->peer());
    if (alive && wasFull && !closing)
        acceptAll();
}

void Proxy::Private::pairFinished(ProxyPair *pair, const Error &error)
{
    const QString peer = pair->peer();
    pairs.erase(pair);
    opening.erase(pair);
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
