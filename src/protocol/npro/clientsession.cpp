// SPDX-License-Identifier: MIT
#include "protocol/npro/clientsession.h"

#include <algorithm>
#include <utility>

namespace Halyard::Wire::Npro {

namespace {

bool isHandshake(const Message &message)
{
    return std::holds_alternative<HandshakeInit>(message)
        || std::holds_alternative<HandshakeResponse>(message)
        || std::holds_alternative<HandshakeConfirm>(message);
}

} // namespace

ClientSession::ClientSession(Wrapping wrapping, const EngineLimits &limits)
    : NproSession(wrapping, limits)
{ }

ClientSession::~ClientSession() = default;

Result<std::optional<Event>> ClientSession::received(ByteView body, FrameSink &sink, Now now)
{
    const auto parsed = parseMessage(body);
    if (!parsed)
        return tl::unexpected(parsed.error());
    const Message &message = *parsed;
    m_hasHeard = true;
    if (std::holds_alternative<Pong>(message))
        return pong(now);
    if (std::holds_alternative<Ping>(message)) {
        // Plain servers of the crate may be echoes, which send our own Ping back.
        if (!isSealed())
            return pong(now);
        if (auto sent = write(Pong {}, sink, now); !sent)
            return tl::unexpected(std::move(sent.error()));
        return std::nullopt;
    }
    if (std::holds_alternative<Disconnect>(message)) {
        peerFinished();
        return PeerFinished {};
    }
    if (isHandshake(message))
        return std::nullopt;
    return take(message);
}

Result<std::optional<Event>> ClientSession::pong(Now now)
{
    const bool due = pongReceived(now);
    if (!m_call)
        return std::nullopt;
    // A handler may answer a Custom by Pong; a Ping that is due has the first claim.
    if (!due)
        return m_call->asked.kind == Asked::Kind::Custom ? answered(Pong {}) : std::nullopt;
    if (m_call->ping != 0 && pongs() >= m_call->ping)
        return answered(Pong {});
    return std::nullopt;
}

Result<std::optional<Event>> ClientSession::take(const Message &message)
{
    if (m_call && isAnswer(message))
        return answered(message);
    return MessageReceived {fromWire(message, MessageKind::Event, 0, m_headers)};
}

bool ClientSession::isAnswer(const Message &message) const
{
    switch (m_call->asked.kind) {
    case Asked::Kind::Ping:
        return false;
    case Asked::Kind::Echo:
        return std::holds_alternative<Echo>(message);
    case Asked::Kind::Custom:
        break;
    }
    return true; // its handler may answer by any variant
}

std::optional<Event> ClientSession::answered(const Message &message)
{
    const Call call = *std::exchange(m_call, std::nullopt);
    m_giveUpDeadline.reset();
    if (call.id == 0)
        return std::nullopt;
    return MessageReceived {fromWire(message, call.asked, call.id, m_headers)};
}

std::optional<Event> ClientSession::pendingEvent()
{
    if (m_call || !std::exchange(m_wantsWritable, false))
        return std::nullopt;
    return Writable {};
}

Result<void> ClientSession::inputEnded(FrameSink & /*sink*/, Now /*now*/)
{
    peerFinished();
    if (isSealed() && !m_hasHeard && m_call) {
        return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer,
            "the server closed at our first record: it may be of the other family, or find our clock wrong");
    }
    return {};
}

Result<void> ClientSession::send(const MessageView &message, FrameSink &sink, Now now)
{
    switch (message.kind) {
    case MessageKind::Request:
        return ask(message, sink, now);
    case MessageKind::Event: {
        const auto wire = toWire(message);
        if (!wire)
            return tl::unexpected(wire.error());
        if (std::holds_alternative<Ping>(*wire)) // its Pong has to be told from others
            return writePing(sink, now).map([](std::uint64_t) {});
        return write(*wire, sink, now);
    }
    case MessageKind::Cancel:
        return giveUp(message.id, sink, now);
    case MessageKind::Reply:
    case MessageKind::Item:
    case MessageKind::End:
    case MessageKind::Error:
        break;
    }
    return refused(ErrorCode::NotSupportedByProtocol, "network-protocol's clients ask, and answer nothing");
}

Result<void> ClientSession::ask(const MessageView &message, FrameSink &sink, Now now)
{
    if (message.id == 0)
        return refused(ErrorCode::InvalidArgument, "request id 0");
    if (hasPeerFinished())
        return refused(ErrorCode::NotConnected, "the peer has finished sending and cannot answer");
    const auto wire = toWire(message);
    if (!wire)
        return tl::unexpected(wire.error());
    auto asked = askedBy(*wire);
    if (!asked)
        return refused(ErrorCode::InvalidArgument, "nothing answers a " + std::string(messageName(*wire)));
    if (m_call) {
        m_wantsWritable = true;
        return refused(ErrorCode::NotReady, "one request at a time: another one waits for its answer");
    }
    std::uint64_t ping = 0;
    if (asked->kind == Asked::Kind::Ping) {
        const auto number = writePing(sink, now);
        if (!number)
            return tl::unexpected(number.error());
        ping = *number;
    } else if (auto sent = write(*wire, sink, now); !sent) {
        return sent;
    }
    m_call = Call {message.id, std::move(*asked), ping};
    return {};
}

Result<void> ClientSession::giveUp(std::uint64_t id, FrameSink &sink, Now now)
{
    if (!m_call || m_call->id != id)
        return {}; // the answer was quicker
    m_call->id = 0;
    m_giveUpDeadline = now.steady + m_limits.handshakeTimeout;
    if (m_call->ping != 0)
        return {};
    const auto number = writePing(sink, now);
    if (!number)
        return tl::unexpected(number.error());
    m_call->ping = *number;
    return {};
}

void ClientSession::close(FrameSink &sink, Now now)
{
    // While answers are on their way a Disconnect can cost a crate's server the socket for good.
    const bool isQuiet = !m_call && pongs() >= pings();
    if (isSealed() && isQuiet && !hasPeerFinished())
        static_cast<void>(write(Disconnect {}, sink, now));
}

Capabilities ClientSession::capabilities() const
{
    Capabilities result = NproSession::capabilities();
    result.requests = true;
    result.cancel = true; // by us, of what waits: the server hears nothing of it
    return result;
}

std::optional<TimePoint> ClientSession::deadline() const
{
    const auto beat = NproSession::deadline();
    return beat && m_giveUpDeadline ? std::min(*beat, *m_giveUpDeadline)
        : m_giveUpDeadline          ? m_giveUpDeadline
                                    : beat;
}

Result<void> ClientSession::expired(FrameSink &sink, Now now)
{
    if (m_giveUpDeadline && now.steady >= *m_giveUpDeadline) {
        return failure(ErrorCode::HeartbeatTimedOut, ErrorOrigin::Peer,
            "no Pong behind a request that was given up: no later answer would have a place");
    }
    return NproSession::expired(sink, now);
}

} // namespace Halyard::Wire::Npro
