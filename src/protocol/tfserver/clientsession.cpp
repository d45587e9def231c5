// SPDX-License-Identifier: MIT
#include "protocol/tfserver/clientsession.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "protocol/bodywriter.h"
#include "protocol/tfserver/conventions.h"
#include "wire/decimal.h"
#include "wire/escape.h"

namespace Halyard::Wire::TfServer {

ClientSession::ClientSession(Generation generation, const std::string &security, const EngineLimits &limits)
    : TfServerSession(
        std::string("generation ") + (generation == Generation::G3 ? "3" : "4") + security, limits)
    , m_generation(generation)
{ }

ClientSession::~ClientSession() = default;

Result<std::optional<Event>> ClientSession::received(ByteView body, FrameSink & /*sink*/, Now /*now*/)
{
    if (m_due.empty())
        return failure(ErrorCode::UnexpectedFrame, ErrorOrigin::Peer, "an answer to nothing that was asked");
    const Due due = m_due.front();
    m_due.pop_front();
    switch (due.kind) {
    case Due::Kind::LookUp:
        return lookedUp(body);
    case Due::Kind::Tombstone:
        return std::nullopt;
    case Due::Kind::Call:
        break;
    }
    m_calls.remove(due.id);
    return answered(due.id, body);
}

Result<std::optional<Event>> ClientSession::lookedUp(ByteView body)
{
    m_isLookingUp = false;
    if (const auto answer = parseHandlerAnswer(m_generation, body)) {
        if (m_numbers.size() >= MaxKnownRoutes)
            m_numbers.clear();
        m_numbers.insert_or_assign(std::move(m_lookedUp), answer->handlerId);
        return Writable {};
    }
    const auto error = parseServerError(m_generation, body);
    if (!error)
        return malformed("the answer to a look-up is neither a number nor an error");
    m_unknown = Unknown {std::move(m_lookedUp), errorOf(*error)};
    return Writable {};
}

MessageReceived ClientSession::answered(std::uint64_t id, ByteView body)
{
    // Nothing marks an error; only what is one from its first byte to its last is taken for one.
    if (const auto error = parseServerError(m_generation, body))
        return {fromWire(*error, id)};
    return {{MessageKind::Reply, id, {}, {}, body, 0}};
}

Result<void> ClientSession::send(const MessageView &message, FrameSink &sink, Now now)
{
    switch (message.kind) {
    case MessageKind::Request:
        return sendRequest(message, sink, now);
    case MessageKind::Cancel:
        forgetCall(message.id);
        return {};
    case MessageKind::Reply:
    case MessageKind::Item:
    case MessageKind::End:
        return refused(ErrorCode::InvalidArgument, "request " + std::to_string(message.id) + " is not open");
    case MessageKind::Error:
    case MessageKind::Event:
        break;
    }
    return refused(ErrorCode::NotSupportedByProtocol, "tfserver's clients send nothing but requests");
}

void ClientSession::forgetCall(std::uint64_t id)
{
    if (!m_calls.remove(id))
        return; // its answer was quicker
    const auto due = std::find_if(m_due.begin(), m_due.end(),
        [id](const Due &one) { return one.kind == Due::Kind::Call && one.id == id; });
    due->kind = Due::Kind::Tombstone;
}

Result<void> ClientSession::sendRequest(const MessageView &message, FrameSink &sink, Now now)
{
    if (m_broken || m_peerFinished)
        return refused(ErrorCode::NotConnected, "the peer cannot answer any more");
    if (message.id == 0 || m_calls.find(message.id))
        return refused(
            ErrorCode::InvalidArgument, "request id " + std::to_string(message.id) + " is 0 or in use");
    if (m_due.size() >= m_limits.maxOpenRequests)
        return refused(ErrorCode::CallRefused,
            std::to_string(m_due.size()) + " answers are due, limit "
                + std::to_string(m_limits.maxOpenRequests));
    if (!isUtf8(message.route))
        return refused(ErrorCode::InvalidArgument, "a route that is not UTF-8");
    const auto type = structureTypeIn(message.headers);
    if (!type)
        return tl::unexpected(type.error());
    // Before a look-up too, as far as it can be told without the filters.
    if (auto fits = sink.checkSize(message.payload.size()); !fits)
        return fits;
    std::optional<std::uint64_t> number = parseDecimal(message.route);
    if (const auto known = m_numbers.find(message.route); !number && known != m_numbers.end())
        number = known->second;
    if (!number)
        return lookUp(message.route, sink);
    const PacketMeta meta {*type, *number, !message.payload.empty()};
    const Bytes packet = write(m_generation, meta);
    const std::array<ByteView, 2> bodies {packet, message.payload};
    const std::size_t before = sink.pendingBytes();
    auto sent = sink.writeTogether(std::span(bodies).first(meta.hasPayload ? 2 : 1));
    if (!sent && sink.pendingBytes() != before) {
        m_broken = sent.error();
        m_brokenAt = now.steady;
    }
    if (!sent)
        return sent;
    m_due.push_back({Due::Kind::Call, message.id});
    m_calls.insert(message.id);
    return {};
}

Result<void> ClientSession::lookUp(std::string_view route, FrameSink &sink)
{
    const auto unknown = std::exchange(m_unknown, std::nullopt);
    if (unknown && unknown->route == route)
        return tl::unexpected(unknown->error);
    if (!m_isLookingUp) {
        if (auto sent = writeBody(sink, write(m_generation, HandlerQuery {route})); !sent)
            return sent;
        m_due.push_back({Due::Kind::LookUp, 0});
        m_lookedUp = route;
        m_isLookingUp = true;
    }
    return refused(ErrorCode::NotReady, "the number of a route is looked up");
}

Result<void> ClientSession::inputEnded(FrameSink & /*sink*/, Now /*now*/)
{
    m_peerFinished = true;
    return {};
}

Capabilities ClientSession::capabilities() const
{
    Capabilities result = TfServerSession::capabilities();
    result.headers = true; // of requests; answers have none
    return result;
}

std::size_t ClientSession::heldBytes() const
{
    return m_due.size() * sizeof(Due) + m_calls.heldBytes() + m_numbers.size() * sizeof(std::string);
}

std::optional<TimePoint> ClientSession::deadline() const
{
    return m_broken ? std::optional(m_brokenAt) : std::nullopt;
}

Result<void> ClientSession::expired(FrameSink & /*sink*/, Now /*now*/)
{
    if (m_broken)
        return tl::unexpected(*m_broken);
    return {};
}

} // namespace Halyard::Wire::TfServer
