// SPDX-License-Identifier: MIT
#include "endpoint/connection.h"

#include "endpoint/connection_p.h"

namespace Halyard {

Connection::Connection(std::unique_ptr<ConnectionPrivate> priv, QObject *parent)
    : QObject(parent)
    , d(std::move(priv))
{
    d->q = this;
    d->link->setConnection(this);
}

Connection::~Connection() { d->destroy(); }

Connection::State Connection::state() const noexcept { return d->state; }
Error Connection::error() const { return d->error; }
TransportInfo Connection::transportInfo() const { return d->transport; }
QString Connection::protocol() const { return d->protocol; }
QString Connection::user() const { return QString::fromStdString(d->capabilities.user); }
QString Connection::security() const { return QString::fromStdString(d->capabilities.security); }
Wire::Capabilities Connection::capabilities() const { return d->capabilities; }

ConnectionCounters Connection::counters() const
{
    const LinkCounters counters = d->link->counters();
    return {counters.bytesIn, counters.bytesOut, counters.messagesIn, counters.messagesOut};
}

std::optional<std::chrono::microseconds> Connection::roundTripTime() const
{
    return d->link->counters().roundTripTime;
}
qsizetype Connection::queuedBytes() const { return d->link->queuedBytes(); }
SendOutcome Connection::send(const Message &message) { return d->send(message); }

SendOutcome Connection::send(const QString &route, const QByteArray &payload, const Headers &headers)
{
    return d->send(Message::event(route, payload, headers));
}

bool Connection::isWritable() const { return d->link->isWritable(); }

Call *Connection::call(const QString &route, const QByteArray &payload, const CallOptions &options)
{
    return d->call(route, payload, options);
}

QFuture<Result<Reply>> Connection::request(
    const QString &route, const QByteArray &payload, const CallOptions &options)
{
    return d->request(route, payload, options);
}

FrameStream *Connection::takeConnection(
    const QString &route, const QByteArray &payload, const CallOptions &options)
{
    return d->takeConnection(route, payload, options);
}

void Connection::setReceivingPaused(bool paused) { d->link->setReceivingPaused(paused); }

void Connection::provide(const std::optional<Wire::Credentials> &credentials)
{
    d->link->provide(credentials);
}
void Connection::close() { d->close(); }
void Connection::abort() { d->abort(); }

bool Connection::event(QEvent *event)
{
    if (event->type() != ConnectionLink::wakeEvent())
        return QObject::event(event);
    d->deliver();
    return true;
}

} // namespace Halyard
