// SPDX-License-Identifier: MIT
// How a connection is taken from its protocol, by either side, and what passes then.
#include "endpoint/connection_p.h"

#include <utility>

namespace Halyard {

FrameStream *ConnectionPrivate::takeConnection(
    const QString &route, const QByteArray &payload, const CallOptions &callOptions)
{
    auto *stream = new FrameStream(q, link);
    std::optional<Error> why = whyNoCall();
    if (!why && !capabilities.handoff)
        why = Error(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, QStringLiteral("frames as such"));
    if (!why && m_stream)
        why = Error(ErrorCode::InvalidArgument, ErrorOrigin::Local, QStringLiteral("taken already"));
    const quint64 id = why ? 0 : m_calls.nextId();
    if (!why) {
        const SendOutcome sent
            = link->sendAndHandOff(Message::request(id, route, payload, callOptions.headers));
        if (!sent)
            why = sent.error();
    }
    if (why) {
        QMetaObject::invokeMethod(
            stream, [stream, reason = *why] { stream->fail(reason); }, Qt::QueuedConnection);
        return stream;
    }
    m_stream = stream;
    stream->m_isAsked = true;
    m_streamRequest = id;
    auto *call = new Call(id, route, stream);
    QObject::connect(
        call, &Call::finished, stream, [stream](const Reply &reply) { stream->m_reply = reply; });
    QObject::connect(call, &Call::failed, stream, [this, stream](const Error &reason) {
        m_stream.clear();
        if (reason.code() == ErrorCode::CallTimedOut)
            link->abort(reason);
        stream->fail(reason);
    });
    m_calls.add(id, Waiter(call), deadlineOf(callOptions));
    return stream;
}

std::optional<Error> ConnectionPrivate::whyNotTaken(const RequestState &request, const Reply &reply) const
{
    const auto wrong
        = [](const QString &why) { return Error(ErrorCode::InvalidArgument, ErrorOrigin::Local, why); };
    if (state != Connection::State::Open)
        return Error(
            ErrorCode::NotConnected, ErrorOrigin::Local, QStringLiteral("the connection is not open"));
    if (!capabilities.handoff)
        return Error(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, QStringLiteral("frames as such"));
    if (request.isOver())
        return wrong(QStringLiteral("answered already"));
    if (m_stream)
        return wrong(QStringLiteral("taken already"));
    if (reply.isError())
        return wrong(QStringLiteral("an error grants nothing"));
    if (!routes->mayHandOff(request.message().routeUtf8()))
        return wrong(QStringLiteral("a route that may not hand off"));
    return std::nullopt;
}

Result<FrameStream *> ConnectionPrivate::takeConnection(RequestState &request, const Reply &reply)
{
    if (const auto why = whyNotTaken(request, reply))
        return failure(*why);
    const quint64 id = request.message().id();
    const SendOutcome sent = request.finish(Message::reply(id, reply.payload(), reply.headers()), true);
    if (!sent)
        return failure(sent.error());
    m_streamRequest = id;
    m_stream = new FrameStream(q, link);
    m_stream->m_reply = reply;
    m_stream->m_isAsked = true;
    return m_stream.data();
}

void ConnectionPrivate::handle(const Inbound::HandedOff &)
{
    Wire::Capabilities left;
    left.security = capabilities.security;
    left.user = capabilities.user;
    left.negotiated = "frames as such";
    capabilities = std::move(left);
    if (m_stream && state == Connection::State::Open)
        m_stream->open();
}

bool ConnectionPrivate::refuseOfStream(const Inbound::Settled &item)
{
    if (!m_stream)
        return false;
    if (m_stream->state() == FrameStream::State::Open && item.kind == MessageKind::Event) {
        Q_EMIT m_stream->sendFailed(item.error);
        return true;
    }
    if (m_stream->state() != FrameStream::State::Opening || item.id != m_streamRequest)
        return false;
    std::exchange(m_stream, nullptr)->fail(item.error); // its reply could not be encoded
    return true;
}

void ConnectionPrivate::handle(const Inbound::FrameDelivered &item)
{
    const std::shared_ptr<ConnectionLink> keptLink = link;
    if (m_stream && state == Connection::State::Open)
        Q_EMIT m_stream->frameReceived(item.body);
    keptLink->consumed(item.cost); // only now: the slot has had it
}

} // namespace Halyard
