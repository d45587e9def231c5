// SPDX-License-Identifier: MIT
#include "protocol/tfserver/serversession.h"

#include <utility>

#include "protocol/bodywriter.h"
#include "protocol/tfserver/conventions.h"

namespace Halyard::Wire::TfServer {

ServerSession::ServerSession(RouteSource routes, const std::string &security, const EngineLimits &limits)
    : TfServerSession("the generation of the first request" + security, limits)
    , m_routes(std::move(routes))
    , m_answers(limits)
{ }

ServerSession::~ServerSession() = default;

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
    return malformed("no opening of either generation");
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
    if (m_answers.waiting() >= m_limits.maxOpenRequests)
        return answerAtOnce(
            write(generation(), ServerError {ServerError::Kind::InternalError, "too many open requests"}),
            sink);
    const auto id = m_answers.add();
    if (!id)
        return tl::unexpected(id.error());
    if (route->mayHandOff)
        m_mayHandOff = *id;
    m_headers.clear();
    if (auto added = m_headers.append(HeaderType, meta.structureType); !added)
        return tl::unexpected(std::move(added.error()));
    return MessageReceived {{MessageKind::Request, *id, route->name, m_headers.view(), payload, 0}};
}

Result<std::optional<Event>> ServerSession::answerAtOnce(Bytes answer, FrameSink &sink)
{
    const bool isNext = m_answers.isEmpty();
    if (auto done = isNext ? writeBody(sink, answer) : m_answers.addAnswered(std::move(answer)); !done)
        return tl::unexpected(std::move(done.error()));
    return std::nullopt;
}

Result<void> ServerSession::send(const MessageView &message, FrameSink &sink, Now /*now*/)
{
    const bool isAnswer = message.kind == MessageKind::Reply || message.kind == MessageKind::Error;
    if (!isAnswer || message.id == 0)
        return refused(ErrorCode::NotSupportedByProtocol,
            "tfserver's servers send nothing but one answer to each request");
    if (auto open = m_answers.checkOpen(message.id); !open)
        return open;
    if (message.kind == MessageKind::Error)
        return sendError(message, sink);
    if (!message.headers.isEmpty())
        return refused(ErrorCode::NotSupportedByProtocol, "headers in an answer");
    return give(message.id, message.payload, sink);
}

Result<void> ServerSession::give(std::uint64_t id, ByteView answer, FrameSink &sink)
{
    if (!m_answers.isInFront(id)) {
        if (auto fits = sink.checkSize(answer.size()); !fits)
            return fits;
        m_answers.keep(id, toBytes(answer));
        return {};
    }
    if (auto sent = writeBody(sink, answer); !sent)
        return sent;
    m_answers.settle();
    return sendThoseThatFollow(sink);
}

Result<void> ServerSession::sendError(const MessageView &message, FrameSink &sink)
{
    ServerError error = toWire(message);
    auto sent = give(message.id, write(generation(), error), sink);
    if (!sent && sent.error().code == ErrorCode::PayloadTooLarge && error.detail) {
        error.detail.reset(); // an answer without a text is better than none
        sent = give(message.id, write(generation(), error), sink);
    }
    return sent;
}

Result<void> ServerSession::sendThoseThatFollow(FrameSink &sink)
{
    while (const auto answer = m_answers.takeReady()) {
        auto sent = writeBody(sink, *answer);
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

} // namespace Halyard::Wire::TfServer
