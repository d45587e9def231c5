// SPDX-License-Identifier: MIT
// tfserver's answering side.
#include <algorithm>
#include <array>
#include <utility>

#include "protocol/bodywriter.h"
#include "protocol/tfserver/tfserversession.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::uint64_t MaxType = 255;
// Of the text that goes with an error.
constexpr std::size_t MaxErrorBytes = 4'096;
// Places in the row of answers for each request that may be open: look-ups and refusals have places too.
constexpr std::size_t PlacesPerRequest = 2;
constexpr std::size_t FewestPlaces = 16;

tl::unexpected<Error> refused(ErrorCode code, std::string detail)
{
    return failure(code, ErrorOrigin::Local, std::move(detail));
}

} // namespace

ServerSession::ServerSession(RouteSource routes, std::string security, const EngineLimits &limits)
    : m_routes(std::move(routes))
    , m_security(std::move(security))
    , m_limits(limits)
{ }

ServerSession::~ServerSession() = default;

Result<void> ServerSession::start(FrameSink & /*sink*/, Now /*now*/)
{
    m_started = true;
    return {};
}

Result<std::optional<Event>> ServerSession::received(ByteView body, FrameSink &sink, Now /*now*/)
{
    if (m_meta)
        return request(*std::exchange(m_meta, std::nullopt), body, sink);
    // Clients of the crate send an empty payload as a frame that they have not announced.
    if (body.empty())
        return std::nullopt;
    const auto opening = readOpening(body);
    if (!opening)
        return answerAtOnce(
            write(generation(), ServerError {ServerError::Kind::MalformedMetaInfo, std::nullopt}), sink);
    if (const auto *query = std::get_if<HandlerQuery>(&*opening)) {
        const auto names = m_routes ? m_routes() : nullptr;
        const auto number = names ? names->numberOf(query->name) : std::nullopt;
        return answerAtOnce(number
                ? write(generation(), HandlerAnswer {*number})
                : write(generation(), ServerError {ServerError::Kind::NoSuchHandler, std::nullopt}),
            sink);
    }
    const auto &meta = std::get<PacketMeta>(*opening);
    if (!meta.hasPayload)
        return request(meta, {}, sink);
    m_meta = meta;
    return std::nullopt;
}

Result<Opening> ServerSession::readOpening(ByteView body)
{
    if (m_generation)
        return parseOpening(*m_generation, body);
    m_generation = recogniseGeneration(body);
    for (const Generation candidate : {Generation::G4, Generation::G3}) {
        if (m_generation.value_or(candidate) != candidate)
            continue;
        if (auto opening = parseOpening(candidate, body)) { // with surplus bytes, as the crate takes them
            m_generation = candidate;
            return opening;
        }
    }
    return failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer, "no opening of either generation");
}

Result<std::optional<Event>> ServerSession::request(const PacketMeta &meta, ByteView payload, FrameSink &sink)
{
    m_names = m_routes ? m_routes() : nullptr;
    const RouteNames::Route *route = m_names ? m_names->find(meta.handlerId) : nullptr;
    const bool fits = route && meta.structureType <= MaxType
        && (route->types.empty() || route->types.contains(meta.structureType));
    if (!fits)
        return answerAtOnce(
            write(generation(), ServerError {ServerError::Kind::NoSuchHandler, std::nullopt}), sink);
    if (m_waiting >= m_limits.maxOpenRequests)
        return answerAtOnce(
            write(generation(), ServerError {ServerError::Kind::InternalError, "too many open requests"}),
            sink);
    if (auto room = checkRoom(); !room)
        return tl::unexpected(std::move(room.error()));
    m_places.push_back({true, std::nullopt});
    ++m_waiting;
    if (route->mayHandOff)
        m_mayHandOff = m_firstId + m_places.size() - 1;
    m_headers.clear();
    if (auto added = m_headers.append("type", meta.structureType); !added)
        return tl::unexpected(std::move(added.error()));
    return MessageReceived {
        {MessageKind::Request, m_firstId + m_places.size() - 1, route->name, m_headers.view(), payload, 0}};
}

Result<void> ServerSession::checkRoom() const
{
    const std::size_t most = std::max(PlacesPerRequest * m_limits.maxOpenRequests, FewestPlaces);
    if (m_places.size() < most)
        return {};
    return failure(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
        std::to_string(m_places.size()) + " answers wait for one in front of them");
}

Result<std::optional<Event>> ServerSession::answerAtOnce(Bytes answer, FrameSink &sink)
{
    if (m_places.empty()) {
        if (auto sent = writeBody(sink, answer); !sent)
            return tl::unexpected(std::move(sent.error()));
        return std::nullopt;
    }
    if (auto room = checkRoom(); !room)
        return tl::unexpected(std::move(room.error()));
    m_heldBytes += answer.size();
    m_places.push_back({false, std::move(answer)});
    return std::nullopt;
}

Result<void> ServerSession::send(const MessageView &message, FrameSink &sink, Now /*now*/)
{
    const bool isAnswer = message.kind == MessageKind::Reply || message.kind == MessageKind::Error;
    if (!isAnswer || message.id == 0)
        return refused(ErrorCode::NotSupportedByProtocol,
            "tfserver's servers send nothing but one answer to each request");
    const auto place = placeOf(message.id);
    if (!place)
        return tl::unexpected(place.error());
    if (message.kind == MessageKind::Error)
        return sendError(*place, message, sink);
    if (!message.headers.isEmpty())
        return refused(ErrorCode::NotSupportedByProtocol, "headers in an answer");
    return give(*place, message.payload, sink);
}

Result<std::size_t> ServerSession::placeOf(std::uint64_t id) const
{
    const std::uint64_t place = id - m_firstId; // wraps far beyond the end for those that have left
    if (place >= m_places.size() || !m_places[place].isRequest || m_places[place].answer)
        return refused(ErrorCode::InvalidArgument, "request " + std::to_string(id) + " is not open");
    return place;
}

Result<void> ServerSession::give(std::size_t place, ByteView answer, FrameSink &sink)
{
    if (place == 0) {
        if (auto sent = writeBody(sink, answer); !sent)
            return sent;
        --m_waiting;
        leavePlace();
        return sendThoseThatFollow(sink);
    }
    if (auto fits = sink.checkSize(answer.size()); !fits)
        return fits;
    --m_waiting;
    m_heldBytes += answer.size();
    m_places[place].answer = toBytes(answer);
    return {};
}

Result<void> ServerSession::sendError(std::size_t place, const MessageView &message, FrameSink &sink)
{
    const auto code = static_cast<ErrorCode>(message.code);
    ServerError error {ServerError::Kind::NoSuchHandler, std::nullopt};
    if (code != ErrorCode::NoSuchRoute) {
        const std::string_view text = asText(message.payload);
        error = {
            ServerError::Kind::InternalError, text.empty() ? errorName(code) : text.substr(0, MaxErrorBytes)};
    }
    auto sent = give(place, write(generation(), error), sink);
    if (!sent && sent.error().code == ErrorCode::PayloadTooLarge && error.detail) {
        error.detail.reset(); // an answer without a text is better than none
        sent = give(place, write(generation(), error), sink);
    }
    return sent;
}

void ServerSession::leavePlace()
{
    m_places.pop_front();
    if (m_mayHandOff == m_firstId)
        m_mayHandOff.reset();
    ++m_firstId;
}

Result<void> ServerSession::sendThoseThatFollow(FrameSink &sink)
{
    while (!m_places.empty() && m_places.front().answer) {
        const Bytes answer = *std::exchange(m_places.front().answer, std::nullopt);
        m_heldBytes -= answer.size();
        leavePlace();
        auto sent = writeBody(sink, answer);
        if (!sent && sent.error().code == ErrorCode::PayloadTooLarge) { // a filter made it so
            const ServerError instead {ServerError::Kind::InternalError, "the answer is too large"};
            sent = writeBody(sink, write(generation(), instead));
        }
        if (!sent)
            return sent;
    }
    return {};
}

Result<void> ServerSession::inputEnded(FrameSink & /*sink*/, Now /*now*/)
{
    if (m_meta)
        return failure(ErrorCode::FrameTruncated, ErrorOrigin::Peer,
            "the stream ended in front of an announced payload");
    return {};
}

void ServerSession::close(FrameSink & /*sink*/, Now /*now*/) { }

void ServerSession::fail(const Error & /*error*/, FrameSink & /*sink*/, Now /*now*/) { }

Capabilities ServerSession::capabilities() const
{
    Capabilities result;
    result.routes = true;
    result.requests = true; // and no headers: answers have none
    result.handoff = true;
    result.negotiated = "tfserver, the generation of the first request" + m_security;
    return result;
}

std::size_t ServerSession::heldBytes() const { return m_places.size() * sizeof(Place) + m_heldBytes; }

std::optional<TimePoint> ServerSession::deadline() const { return std::nullopt; }

Result<void> ServerSession::expired(FrameSink & /*sink*/, Now /*now*/) { return {}; }

} // namespace Halyard::Wire::TfServer
