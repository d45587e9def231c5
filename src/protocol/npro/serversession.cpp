// SPDX-License-Identifier: MIT
// network-protocol's answering side.
#include <algorithm>
#include <utility>

#include "protocol/npro/nprosession.h"

namespace Halyard::Wire::Npro {

namespace {

// Places in the row of answers for each request that may be open: what is answered at once has places, too.
constexpr std::size_t PlacesPerRequest = 2;
constexpr std::size_t FewestPlaces = 16;

tl::unexpected<Error> refused(ErrorCode code, std::string detail)
{
    return failure(code, ErrorOrigin::Local, std::move(detail));
}

Bytes joined(MessageBytes bytes)
{
    bytes.front.insert(bytes.front.end(), bytes.rest.begin(), bytes.rest.end());
    return std::move(bytes.front);
}

} // namespace

ServerSession::ServerSession(Wrapping wrapping, RouteSource routes, const EngineLimits &limits)
    : NproSession(wrapping, limits)
    , m_routes(std::move(routes))
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
    if (auto room = checkRoom(0); !room)
        return tl::unexpected(std::move(room.error()));
    if (m_waiting >= m_limits.maxOpenRequests) {
        return failure(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
            std::to_string(m_waiting) + " requests are open, and the wire cannot refuse one");
    }
    m_places.push_back({std::move(asked), std::nullopt});
    ++m_waiting;
    const std::uint64_t id = m_firstId + m_places.size() - 1;
    return MessageReceived {fromWire(message, MessageKind::Request, id, m_headers)};
}

Result<void> ServerSession::checkRoom(std::size_t bytes) const
{
    const std::size_t most = std::max(PlacesPerRequest * m_limits.maxOpenRequests, FewestPlaces);
    if (m_places.size() < most && m_heldBytes + bytes <= 2 * m_limits.maxFrameBytesOut)
        return {};
    return failure(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
        std::to_string(m_places.size()) + " answers of " + std::to_string(m_heldBytes)
            + " bytes wait for one in front of them");
}

Result<std::optional<Event>> ServerSession::answerAtOnce(const Message &answer, FrameSink &sink, Now now)
{
    if (m_places.empty()) {
        auto sent = write(answer, sink, now);
        // An Echo too large for our own limit stays without an answer.
        if (!sent && sent.error().code != ErrorCode::PayloadTooLarge)
            return tl::unexpected(std::move(sent.error()));
        return std::nullopt;
    }
    Bytes bytes = writeMessage(answer);
    if (auto room = checkRoom(bytes.size()); !room)
        return tl::unexpected(std::move(room.error()));
    m_heldBytes += bytes.size();
    m_places.push_back({std::nullopt, std::move(bytes)});
    return std::nullopt;
}

void ServerSession::disconnected()
{
    peerFinished();
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        if (m_places[i].asked && !m_places[i].answer)
            m_cancelled.push_back(m_firstId + i);
    }
    m_firstId += m_places.size();
    m_places.clear();
    m_waiting = 0;
    m_heldBytes = 0;
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
    const std::uint64_t place = message.id - m_firstId; // wraps far beyond the end for those that have left
    if (place >= m_places.size() || !m_places[place].asked || m_places[place].answer)
        return refused(ErrorCode::InvalidArgument, "request " + std::to_string(message.id) + " is not open");
    Bytes none;
    Result<MessageBytes> bytes = MessageBytes {};
    if (message.kind == MessageKind::Reply) {
        const auto wire = toWire(message, *m_places[place].asked);
        bytes = wire ? encodeMessage(*wire) : tl::unexpected(wire.error());
        if (!bytes)
            return tl::unexpected(bytes.error());
    }
    if (place > 0) {
        m_places[place].answer = joined(std::move(*bytes));
        m_heldBytes += m_places[place].answer->size();
        --m_waiting;
        return {};
    }
    if (bytes->size() > 0) {
        if (auto sent = writeBytes(*bytes, sink, now); !sent)
            return sent;
    }
    --m_waiting;
    m_places.pop_front();
    ++m_firstId;
    return sendThoseThatFollow(sink, now);
}

Result<void> ServerSession::sendThoseThatFollow(FrameSink &sink, Now now)
{
    while (!m_places.empty() && m_places.front().answer) {
        const Bytes answer = *std::exchange(m_places.front().answer, std::nullopt);
        m_heldBytes -= answer.size();
        m_places.pop_front();
        ++m_firstId;
        if (answer.empty())
            continue;
        auto sent = writeBytes({answer, {}}, sink, now);
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
    return m_places.size() * sizeof(Place) + m_heldBytes + m_cancelled.size() * sizeof(std::uint64_t);
}

} // namespace Halyard::Wire::Npro
