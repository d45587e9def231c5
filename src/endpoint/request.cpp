// SPDX-License-Identifier: MIT
#include "endpoint/request.h"

#include "endpoint/connection_p.h"
#include "endpoint/framestream.h"
#include "endpoint/requeststate_p.h"

namespace Halyard {

RequestState::RequestState(
    Message message, qsizetype cost, std::shared_ptr<ConnectionLink> link, Connection *connection)
    : m_message(std::move(message))
    , m_cost(cost)
    , m_link(std::move(link))
    , m_connection(connection)
{
    m_link->requestOpened();
}

RequestState::~RequestState()
{
    if (!m_over)
        finish(Message::error(m_message.id(),
            Error(
                ErrorCode::HandlerFailed, ErrorOrigin::Local, QStringLiteral("the handler gave no answer"))));
    releaseNotifier();
}

bool RequestState::claim() { return !m_over.exchange(true); }

SendOutcome RequestState::writeItem(const QByteArray &payload, const Headers &headers)
{
    if (m_over) {
        return Error(m_cancelled ? ErrorCode::CallCancelled : ErrorCode::InvalidArgument, ErrorOrigin::Local,
            QStringLiteral("the stream is over"));
    }
    SendOutcome sent = m_link->send(Message::item(m_message.id(), payload, headers));
    if (sent)
        m_begun = true;
    return sent;
}

SendOutcome RequestState::finish(Message message, bool handsOff)
{
    if (!claim())
        return Error(ErrorCode::InvalidArgument, ErrorOrigin::Local, QStringLiteral("answered already"));
    SendOutcome sent
        = handsOff ? m_link->sendAndHandOff(std::move(message)) : m_link->send(std::move(message));
    if (sent.error().code() == ErrorCode::PayloadTooLarge) {
        m_link->send(Message::error(m_message.id(),
            Error(ErrorCode::HandlerFailed, ErrorOrigin::Local,
                QStringLiteral("the answer is too large: ") + sent.error().detail())));
    }
    m_link->requestFinished(m_cost);
    releaseNotifier();
    return sent;
}

void RequestState::cancel()
{
    m_cancelled = true;
    if (!claim())
        return;
    m_link->requestFinished(m_cost);
    tellCancelled();
}

void RequestState::expire()
{
    m_cancelled = true;
    if (!claim())
        return;
    m_link->send(Message::error(m_message.id(),
        Error(ErrorCode::AnswerTimedOut, ErrorOrigin::Local,
            QStringLiteral("the application did not answer in time"))));
    m_link->requestFinished(m_cost);
    tellCancelled();
}

void RequestState::tellCancelled()
{
    if (m_notifier)
        Q_EMIT m_notifier->cancelled();
    releaseNotifier();
}

void RequestState::tellWritable(bool writable)
{
    if (m_notifier && !m_over)
        Q_EMIT m_notifier->writableChanged(writable);
}

// Slots usually hold the stream that they fill: they go with the last signal, or stream and notifier would
// keep each other for ever. Later, because one of those slots may be what ends the stream.
void RequestState::releaseNotifier()
{
    if (m_notifier)
        m_notifier->deleteLater();
}

ReplyStreamNotifier *RequestState::notifier()
{
    if (!m_notifier)
        m_notifier = new ReplyStreamNotifier;
    return m_notifier;
}

Request::Request(std::shared_ptr<RequestState> state)
    : m_state(std::move(state))
{ }
Request::~Request() = default;
Request::Request(const Request &) = default;
Request &Request::operator=(const Request &) = default;
Request::Request(Request &&) noexcept = default;
Request &Request::operator=(Request &&) noexcept = default;

quint64 Request::id() const { return m_state->message().id(); }
QString Request::route() const { return m_state->message().route(); }
QByteArrayView Request::routeUtf8() const { return m_state->message().routeUtf8(); }
QByteArray Request::payload() const { return m_state->message().payload(); }
Headers Request::headers() const { return m_state->message().headers(); }
Connection *Request::connection() const { return m_state->connection(); }
QString Request::user() const { return connection() ? connection()->user() : QString(); }
bool Request::isAnswered() const { return m_state->isOver(); }
bool Request::isCancelled() const { return m_state->isCancelled(); }

void Request::respond(const Reply &reply) const
{
    m_state->finish(reply.isError() ? Message::error(id(), reply.error())
                                    : Message::reply(id(), reply.payload(), reply.headers()));
}

Result<FrameStream *> Request::takeConnection(const Reply &reply) const
{
    Connection *from = connection();
    if (!from)
        return failure(
            ErrorCode::NotConnected, ErrorOrigin::Local, QStringLiteral("the connection has gone"));
    return from->d->takeConnection(*m_state, reply);
}

ReplyStreamNotifier::ReplyStreamNotifier(QObject *parent)
    : QObject(parent)
{ }
ReplyStreamNotifier::~ReplyStreamNotifier() = default;

ReplyStream::ReplyStream(const Request &request)
    : m_state(request.m_state)
{ }

SendOutcome ReplyStream::write(const QByteArray &payload, const Headers &headers) const
{
    return m_state->writeItem(payload, headers);
}

void ReplyStream::end(const QByteArray &payload) const
{
    m_state->finish(Message::end(m_state->message().id(), payload));
}

void ReplyStream::fail(const Error &error) const
{
    m_state->finish(Message::error(m_state->message().id(), error));
}

bool ReplyStream::isWritable() const { return m_state->isWritable(); }
bool ReplyStream::isFinished() const { return m_state->isOver(); }
bool ReplyStream::isCancelled() const { return m_state->isCancelled(); }
ReplyStreamNotifier *ReplyStream::notifier() const { return m_state->notifier(); }

} // namespace Halyard
