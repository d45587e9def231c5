// SPDX-License-Identifier: MIT
// What a Connection does with what its driver hands over. Every handler may find the connection gone after a
// signal.
#include "endpoint/connection_p.h"

namespace Halyard {

namespace {

constexpr bool isProtocolError(ErrorCode code) { return quint16(code) > 0 && quint16(code) < 100; }

Error whyLost(const Error &closedWith)
{
    if (isProtocolError(closedWith.code()))
        return closedWith;
    return Error(ErrorCode::CallLost, closedWith ? closedWith.origin() : ErrorOrigin::Peer,
        closedWith ? closedWith.toString() : QStringLiteral("the peer closed the connection"));
}

} // namespace

void ConnectionPrivate::deliver()
{
    const QPointer<Connection> alive(q);
    const std::shared_ptr<ConnectionLink> keptLink = link;
    std::vector<Inbound::Item> batch = keptLink->takeInbound();
    qsizetype consumed = 0;
    for (auto item = batch.begin(); item != batch.end(); ++item) {
        const auto *delivered = std::get_if<Inbound::Delivered>(&*item);
        const bool isRequest = delivered && delivered->message.kind() == MessageKind::Request;
        if (isRequest && keptLink->holdBack(batch, item))
            break; // its answer would only wait behind those that the peer has not read
        // A request's bytes count until it is answered; all else is consumed once its slots have run.
        if (delivered && !isRequest)
            consumed += delivered->cost;
        std::visit([this](const auto &content) { handle(content); }, *item);
        if (!alive)
            return; // detached: nobody counts any more
    }
    if (consumed > 0)
        keptLink->consumed(consumed);
}

void ConnectionPrivate::handle(const std::unique_ptr<const Inbound::Opened> &item)
{
    capabilities = item->capabilities;
    transport = item->transport;
    if (!item->recognisedProtocol.empty())
        protocol = QString::fromStdString(item->recognisedProtocol);
    if (state != Connection::State::Connecting)
        return;
    const QPointer<Connection> alive(q);
    setState(Connection::State::Open);
    if (alive && state == Connection::State::Open)
        Q_EMIT q->opened();
}

void ConnectionPrivate::handle(const Inbound::Delivered &item)
{
    const Message &message = item.message;
    switch (message.kind()) {
    case MessageKind::Request:
        return handleRequest(message, item.cost);
    case MessageKind::Reply:
    case MessageKind::Item:
    case MessageKind::End:
        return handleAnswer(message);
    case MessageKind::Error:
        if (message.id() != 0)
            return handleAnswer(message);
        break;
    case MessageKind::Cancel: {
        if (const auto request = m_requests.take(message.id()))
            request->cancel();
        return;
    }
    case MessageKind::Event:
        if (state == Connection::State::Open && routes->dispatch(message, q))
            return;
        break;
    }
    if (state == Connection::State::Open)
        Q_EMIT q->messageReceived(message);
}

void ConnectionPrivate::handleRequest(const Message &message, qsizetype cost)
{
    auto request = std::make_shared<RequestState>(message, cost, link, q);
    if (state != Connection::State::Open) {
        request->finish(Message::error(message.id(),
            Error(ErrorCode::CallRefused, ErrorOrigin::Local, QStringLiteral("the connection is closing"))));
        return;
    }
    m_requests.add(request);
    const std::shared_ptr<const RouteTable> table = routes;
    table->dispatch(Request(std::move(request)));
}

void ConnectionPrivate::handleAnswer(const Message &message)
{
    const Waiter *waiting = m_calls.find(message.id());
    if (!waiting)
        return; // cancelled or timed out meanwhile
    if (message.kind() == MessageKind::Item) {
        if (waiting->takesItems()) {
            const Waiter waiter = *waiting;
            return waiter.giveItem(message);
        }
        const auto waiter = m_calls.take(message.id());
        link->withdraw(message.id(), capabilities.cancel);
        return waiter->settle(failure(ErrorCode::UnexpectedFrame, ErrorOrigin::Peer,
            QStringLiteral("several answers to a request for one: use call()")));
    }
    const auto waiter = m_calls.take(message.id());
    if (message.kind() == MessageKind::Error)
        waiter->settle(failure(message.toError()));
    else
        waiter->settle(Reply(message.payload(), message.headers()));
}

void ConnectionPrivate::handle(const Inbound::Settled &item)
{
    if (item.kind == MessageKind::Request) {
        if (const auto waiter = m_calls.take(item.id))
            waiter->settle(failure(item.error));
        return;
    }
    if (refuseOfStream(item))
        return;
    Q_EMIT q->sendFailed(item.kind, item.id, item.error);
}

void ConnectionPrivate::handle(const Inbound::Dropped &item) { Q_EMIT q->messagesDropped(item.messages); }

void ConnectionPrivate::handle(const Inbound::Writable &item)
{
    const QPointer<Connection> alive(q);
    for (const auto &known : m_requests.all()) { // slots may open, end or cancel requests
        if (const auto request = known.lock())
            request->tellWritable(item.writable);
        if (!alive)
            return;
    }
    if (m_stream && m_stream->state() == FrameStream::State::Open)
        Q_EMIT m_stream->writableChanged(item.writable);
    if (alive)
        Q_EMIT q->writableChanged(item.writable);
}

void ConnectionPrivate::handle(const Inbound::CredentialsNeeded &item)
{
    Q_EMIT q->credentialsNeeded(item.identity);
}

void ConnectionPrivate::handle(const Inbound::PeerFinished &)
{
    const Error reason(
        ErrorCode::CallLost, ErrorOrigin::Peer, QStringLiteral("the peer closed the connection"));
    const QPointer<Connection> alive(q);
    for (const Waiter &waiter : m_calls.takeAll())
        waiter.settle(failure(reason));
    if (alive && state == Connection::State::Open)
        setState(Connection::State::Closing);
}

void ConnectionPrivate::handle(const Inbound::Closed &item)
{
    const QPointer<Connection> alive(q);
    state = Connection::State::Closed; // before anybody hears of it: nothing can be sent any more
    error = item.error;
    for (const Waiter &waiter : m_calls.takeAll())
        waiter.settle(failure(whyLost(item.error)));
    if (!alive)
        return;
    for (const auto &known : m_requests.takeAll()) {
        if (const auto request = known.lock())
            request->cancel();
        if (!alive)
            return;
    }
    if (m_stream)
        m_stream->end(item.error, whyLost(item.error));
    if (!alive)
        return;
    Q_EMIT q->stateChanged(Connection::State::Closed);
    if (alive && item.error)
        Q_EMIT q->errorOccurred(item.error);
    if (alive)
        Q_EMIT q->closed();
}

} // namespace Halyard
