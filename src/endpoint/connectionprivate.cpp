// SPDX-License-Identifier: MIT
#include "endpoint/connection_p.h"

#include <QMetaObject>

namespace Halyard {

ConnectionPrivate::ConnectionPrivate(const ConnectionOptions &connectionOptions,
    std::shared_ptr<ConnectionLink> sharedLink, std::shared_ptr<const RouteTable> routeTable,
    DeadlineQueue *deadlines, const QString &protocolName)
    : options(connectionOptions)
    , link(std::move(sharedLink))
    , routes(std::move(routeTable))
    , protocol(protocolName)
    // The deadline queue is on the stack in these, and no application code may run above it.
    , m_calls(deadlines, options.engine.maxOpenRequests,
          [this] {
              QMetaObject::invokeMethod(
                  q, [this] { expireCalls(); }, Qt::QueuedConnection);
          })
    , m_requests(deadlines, options.answerTimeout, [this] {
        QMetaObject::invokeMethod(
            q, [this] { expireRequests(); }, Qt::QueuedConnection);
    })
{ }

SendOutcome ConnectionPrivate::send(const Message &message)
{
    if (message.kind() != MessageKind::Event && message.kind() != MessageKind::Error) {
        return Error(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            QStringLiteral("requests are made by call() or request(), answers by Request"));
    }
    if (state == Connection::State::Open && message.kind() == MessageKind::Event) {
        if (m_stream) // it would pass for one of its frames
            return Error(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local,
                QStringLiteral("messages: the connection was taken"));
        if (!capabilities.events)
            return Error(
                ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, QStringLiteral("one-way messages"));
        if (!capabilities.headers && !message.headers().isEmpty())
            return Error(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, QStringLiteral("headers"));
    }
    return link->send(message);
}

std::optional<Error> ConnectionPrivate::whyNoCall() const
{
    if (state != Connection::State::Open)
        return Error(
            ErrorCode::NotConnected, ErrorOrigin::Local, QStringLiteral("the connection is not open"));
    if (!capabilities.requests) {
        return Error(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local,
            QStringLiteral("requests (%1)").arg(QString::fromStdString(capabilities.negotiated)));
    }
    if (m_calls.isFull()) {
        return Error(ErrorCode::CallRefused, ErrorOrigin::Local,
            QStringLiteral("%1 calls are open already").arg(m_calls.size()));
    }
    return std::nullopt;
}

std::optional<Error> ConnectionPrivate::sendRequest(
    quint64 id, const QString &route, const QByteArray &payload, const CallOptions &callOptions)
{
    const SendOutcome outcome = link->send(Message::request(id, route, payload, callOptions.headers));
    return outcome ? std::nullopt : std::optional(outcome.error());
}

std::optional<Wire::TimePoint> ConnectionPrivate::deadlineOf(const CallOptions &callOptions) const
{
    const auto timeout = callOptions.timeout.value_or(options.requestTimeout);
    if (timeout.count() <= 0)
        return std::nullopt;
    return std::chrono::steady_clock::now() + timeout;
}

Call *ConnectionPrivate::failedCall(const QString &route, const Error &reason, QObject *parent)
{
    auto *call = new Call(0, route, parent);
    QMetaObject::invokeMethod(
        call, [call, reason] { call->fail(reason); }, Qt::QueuedConnection);
    return call;
}

Call *ConnectionPrivate::call(const QString &route, const QByteArray &payload, const CallOptions &callOptions)
{
    if (const auto why = whyNoCall())
        return failedCall(route, *why, q);
    const quint64 id = m_calls.nextId();
    if (const auto why = sendRequest(id, route, payload, callOptions))
        return failedCall(route, *why, q);
    auto *call = new Call(id, route, q);
    call->m_cancel = [connection = QPointer<Connection>(q), id] {
        if (connection)
            connection->d->cancelCall(id);
    };
    m_calls.add(id, Waiter(call), deadlineOf(callOptions));
    return call;
}

QFuture<Result<Reply>> ConnectionPrivate::request(
    const QString &route, const QByteArray &payload, const CallOptions &callOptions)
{
    auto promise = std::make_shared<QPromise<Result<Reply>>>();
    QFuture<Result<Reply>> future = promise->future();
    promise->start();
    std::optional<Error> why = whyNoCall();
    const quint64 id = why ? 0 : m_calls.nextId();
    if (!why)
        why = sendRequest(id, route, payload, callOptions);
    if (why)
        Waiter(std::move(promise)).settle(failure(*why));
    else
        m_calls.add(id, Waiter(std::move(promise)), deadlineOf(callOptions));
    return future;
}

void ConnectionPrivate::cancelCall(quint64 id)
{
    const auto waiter = m_calls.take(id);
    if (!waiter)
        return;
    link->withdraw(id, capabilities.cancel);
    const Error reason(ErrorCode::CallCancelled, ErrorOrigin::Local);
    QMetaObject::invokeMethod(
        q, [waiter = *waiter, reason] { waiter.settle(failure(reason)); }, Qt::QueuedConnection);
}

void ConnectionPrivate::expireCalls()
{
    auto expired = m_calls.takeExpired(std::chrono::steady_clock::now());
    for (const auto &[id, waiter] : expired)
        link->withdraw(id, capabilities.cancel);
    for (const auto &[id, waiter] : expired) // from here on `this` may be gone
        waiter.settle(
            failure(ErrorCode::CallTimedOut, ErrorOrigin::Peer, QStringLiteral("no answer in time")));
}

void ConnectionPrivate::expireRequests()
{
    const auto expired = m_requests.takeExpired(std::chrono::steady_clock::now());
    for (const auto &request : expired) // from here on `this` may be gone
        request->expire();
}

void ConnectionPrivate::settleAllLater(const Error &reason)
{
    std::vector<Waiter> waiters = m_calls.takeAll();
    if (waiters.empty())
        return;
    const auto settle = [waiters = std::move(waiters), reason] {
        for (const Waiter &waiter : waiters)
            waiter.settle(failure(reason));
    };
    QMetaObject::invokeMethod(q, settle, Qt::QueuedConnection);
}

void ConnectionPrivate::close()
{
    if (state == Connection::State::Closing || state == Connection::State::Closed)
        return;
    settleAllLater(
        Error(ErrorCode::CallCancelled, ErrorOrigin::Local, QStringLiteral("the connection was closed")));
    link->close();
    setState(Connection::State::Closing);
}

void ConnectionPrivate::abort()
{
    if (state == Connection::State::Closed)
        return;
    settleAllLater(
        Error(ErrorCode::CallCancelled, ErrorOrigin::Local, QStringLiteral("the connection was aborted")));
    link->abort({});
    setState(Connection::State::Closing);
}

void ConnectionPrivate::destroy()
{
    link->detach();
    const Error reason(
        ErrorCode::CallLost, ErrorOrigin::Local, QStringLiteral("the connection was destroyed"));
    for (const Waiter &waiter : m_calls.takeAll()) {
        if (!waiter.takesItems()) // futures must end; Call objects are children and go without a word
            waiter.settle(failure(reason));
    }
    for (const auto &known : m_requests.takeAll()) {
        if (const auto request = known.lock())
            request->cancel();
    }
}

void ConnectionPrivate::setState(Connection::State newState)
{
    if (state == newState)
        return;
    state = newState;
    Q_EMIT q->stateChanged(newState);
}

} // namespace Halyard
