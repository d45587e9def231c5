// SPDX-License-Identifier: MIT
#include "protocol/npro/serversession.h"

#include <utility>

namespace Halyard::Wire::Npro {

namespace {

Bytes joined(MessageBytes bytes)
{
    bytes.front.insert(bytes.front.end(), bytes.rest.begin(), bytes.rest.end());
    return std::move(bytes.front);
}

} // namespace

ServerSession::ServerSession(Wrapping wrapping, RouteSource routes, const EngineLimits &limits)
    : NproSession(wrapping, limits)
    , m_routes(std::move(routes))
    , m_answers(limits)
{ }

ServerSession::~ServerSession() = default;

bool ServerSession::isServed(std::string_view route) const
{
    const auto names = m_routes ? m_routes() : nullptr;
    return names && names->numberOf(route);
}

Result<std::optional<Event>> ServerSession::received(ByteView body, FrameSink &sink, Now now)
{
    const auto parsed = parseMessage(body);
    if (parsed)
        return message(*parsed, sink, now);
    // Framing is whole; the crate's plain servers go on, its sealed ones do not.
    if (!isSealed())
        return std::nullopt;
    return tl::unexpected(parsed.error());
}

Result<std::optional<Event>> ServerSession::message(const Message &message, FrameSink &sink, Now now)
{
    if (std::holds_alternative<Ping>(message))
        return isServed(RoutePing) ? request(message, {Asked::Kind::Ping, {}})
                                   : answerAtOnce(Pong {}, sink, now);
    if (std::holds_alternative<Echo>(message))
        return isServed(RouteEcho) ? request(message, {Asked::Kind::Echo, {}})
                                   : answerAtOnce(message, sink, now);
    if (const auto *custom = std::get_if<Custom>(&message)) {
        if (isServed(custom->command))
            return request(message, {Asked::Kind::Custom, std::string(custom->command)});
        if (custom->command == CommandPing)
            return answerAtOnce(Pong {}, sink, now);
        return MessageReceived {fromWire(message, MessageKind::Event, 0, m_headers)};
    }
    if (std::holds_alternative<Unknown>(message))
        return MessageReceived {fromWire(message, MessageKind::Event, 0, m_headers)};
    if (std::holds_alternative<Pong>(message)) {
        pongReceived(now);
    } else if (std::holds_alternative<Disconnect>(message)) {
        disconnected();
        return PeerFinished {};
    }
    // A handshake's message has no meaning any more, but its sender would wait for an answer to the first.
    if (!isSealed() && std::holds_alternative<HandshakeInit>(message)) {
        return failure(ErrorCode::UnexpectedFrame, ErrorOrigin::Peer,
            "SecureHandshakeInit: the client wants to seal, and packets are plain here");
    }
    return std::nullopt;
}

Result<std::optional<Event>> ServerSession::request(const Message &message, Asked asked)
{
    // The wire cannot refuse one.
    if (m_answers.waiting() >= m_limits.maxOpenRequests || m_answers.keepsMuch()) {
        return failure(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
            std::to_string(m_answers.waiting()) + " requests are open, and answers of "
                + std::to_string(m_answers.heldBytes()) + " bytes wait for one in front of them");
    }
    const auto id = m_answers.add();
    if (!id)
        return tl::unexpected(id.error());
    m_asked.emplace(*id, std::move(asked));
    return MessageReceived {fromWire(message, MessageKind::Request, *id, m_headers)};
}

Result<std::optional<Event>> ServerSession::answerAtOnce(const Message &answer, FrameSink &sink, Now now)
{
    const bool isNext = m_answers.isEmpty();
    auto done = isNext ? write(answer, sink, now) : m_answers.addAnswered(writeMessage(answer));
    // An Echo too large for our own limit stays without an answer.
    if (!done && done.error().code != ErrorCode::PayloadTooLarge)
        return tl::unexpected(std::move(done.error()));
    return std::nullopt;
}

void ServerSession::disconnected()
{
    peerFinished();
    const auto open = m_answers.clear();
    m_cancelled.insert(m_cancelled.end(), open.begin(), open.end());
    m_asked.clear();
}

std::optional<Event> ServerSession::pendingEvent()
{
    if (m_cancelled.empty())
        return std::nullopt;
    const std::uint64_t id = m_cancelled.front();
    m_cancelled.pop_front();
    return MessageReceived {{MessageKind::Cancel, id, {}, {}, {}, 0}};
}

Result<void> ServerSession::inputEnded(FrameSink & /*sink*/, Now /*now*/)
{
    peerFinished();
    return {};
}

Result<void> ServerSession::send(const MessageView &message, FrameSink &sink, Now now)
{
    switch (message.kind) {
    case MessageKind::Reply:
    case MessageKind::Error:
        return answer(message, sink, now);
    case MessageKind::Event: {
        const auto wire = toWire(message);
        if (!wire)
            return tl::unexpected(wire.error());
        if (std::holds_alternative<Ping>(*wire))
            return writePing(sink, now).map([](std::uint64_t) {});
        return write(*wire, sink, now);
    }
    case MessageKind::Request:
    case MessageKind::Item:
    case MessageKind::End:
    case MessageKind::Cancel:
        break;
    }
    return refused(
        ErrorCode::NotSupportedByProtocol, "network-protocol's servers give one answer to each request");
}

Result<void> ServerSession::answer(const MessageView &message, FrameSink &sink, Now now)
{
    if (auto open = m_answers.checkOpen(message.id); !open)
        return open;
    const auto asked = m_asked.find(message.id);
    Result<MessageBytes> bytes = MessageBytes {}; // of an error, for which the wire has nothing
    if (message.kind == MessageKind::Reply) {
        const auto wire = toWire(message, asked->second);
        bytes = wire ? encodeMessage(*wire) : tl::unexpected(wire.error());
        if (!bytes)
            return tl::unexpected(bytes.error());
    }
    const bool isInFront = m_answers.isInFront(message.id);
    if (isInFront && bytes->size() > 0) {
        if (auto sent = writeBytes(*bytes, sink, now); !sent)
            return sent;
    }
    m_asked.erase(asked);
    if (!isInFront) {
        m_answers.keep(message.id, joined(std::move(*bytes)));
        return {};
    }
    m_answers.settle();
    return sendThoseThatFollow(sink, now);
}

Result<void> ServerSession::sendThoseThatFollow(FrameSink &sink, Now now)
{
    while (const auto answer = m_answers.takeReady()) {
        if (answer->empty())
            continue; // an error
        auto sent = writeBytes({*answer, {}}, sink, now);
        if (!sent && sent.error().code != ErrorCode::PayloadTooLarge)
            return sent;
    }
    return {};
}

void ServerSession::close(FrameSink &sink, Now now)
{
    if (isSealed() && !hasPeerFinished())
        static_cast<void>(write(Disconnect {}, sink, now));
}

std::size_t ServerSession::heldBytes() const
{
    return m_answers.heldBytes() + m_asked.size() * sizeof(Asked)
        + m_cancelled.size() * sizeof(std::uint64_t);
}

} // namespace Halyard::Wire::Npro
