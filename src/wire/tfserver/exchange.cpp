// SPDX-License-Identifier: MIT
#include "wire/tfserver/exchange.h"

#include <utility>

#include "wire/escape.h"
#include "wire/streamdissector.h"
#include "wire/tfserver/packetfields.h"

namespace Halyard::Wire::TfServer {

namespace {

// Requests whose answers are followed; behind more of them answers are only called answers.
constexpr std::size_t MaxDue = 65'536;

ExplainedBody plainly(Field field, std::string summary)
{
    return {std::move(field), std::move(summary), std::nullopt, {}};
}

ExplainedBody frameOfStream(ByteView body, std::size_t at)
{
    return plainly(bytesField("frame", body, at), "frame of a stream, " + countOf(body.size(), "byte"));
}

Error malformed(std::string why) { return {ErrorCode::MalformedMessage, ErrorOrigin::Peer, std::move(why)}; }

} // namespace

ExplainedBody Exchange::explain(Direction direction, ByteView body, std::size_t at)
{
    if (m_isHandedOff)
        return frameOfStream(body, at);
    return direction == Direction::ClientToServer ? explainRequest(body, at) : explainAnswer(body, at);
}

ExplainedBody Exchange::explainRequest(ByteView body, std::size_t at)
{
    if (std::exchange(m_payloadFollows, false))
        return plainly(bytesField("payload", body, at), "payload, " + countOf(body.size(), "byte"));
    if (body.empty()) {
        m_hasLostCount = true; // servers of the crate answer it, ours do not
        return plainly(bytesField("payload", body, at), "empty payload, not announced");
    }
    if (!m_generation)
        m_generation = recogniseGeneration(body);
    if (const auto opening = parseOpening(m_generation.value_or(Generation::G4), body))
        return explainOpening(*opening, body, at);
    ExplainedBody none = plainly(bytesField("body", body, at), "no request, " + countOf(body.size(), "byte"));
    if (m_hasRequested)
        none.remark = "neither a PacketMeta nor a HandlerMetaReq: malformed, or a frame of a stream that was "
                      "handed off";
    else
        none.wrong = malformed("neither a PacketMeta nor a HandlerMetaReq");
    expect(m_hasRequested ? Due::Verdict : Due::Answer);
    return none;
}

ExplainedBody Exchange::explainOpening(const Opening &opening, ByteView body, std::size_t at)
{
    const Generation generation = m_generation.value_or(Generation::G4);
    if (const auto *query = std::get_if<HandlerQuery>(&opening)) {
        expect(Due::Number);
        return plainly(
            packetField(generation, *query, body, at), "HandlerMetaReq name=" + escapeText(query->name, 64));
    }
    const auto &meta = std::get<PacketMeta>(opening);
    m_payloadFollows = meta.hasPayload;
    m_hasRequested = true;
    expect(Due::Answer);
    return plainly(packetField(generation, meta, body, at),
        "PacketMeta handler=" + std::to_string(meta.handlerId)
            + " type=" + std::to_string(meta.structureType));
}

ExplainedBody Exchange::explainAnswer(ByteView body, std::size_t at)
{
    const bool isAskedFor = !m_due.empty();
    const Due due = isAskedFor ? m_due.front() : Due::Answer;
    if (isAskedFor)
        m_due.pop_front();
    const Generation generation = m_generation.value_or(Generation::G4);
    const auto error = parseServerError(generation, body);
    const bool isRefusal = error && error->kind == ServerError::Kind::MalformedMetaInfo;
    if (due == Due::Verdict && !isRefusal && !m_hasLostCount)
        return explainFirstOfStream(body, at, "a server of requests would have refused what opens none");
    if (!isAskedFor && m_hasRequested && !m_hasLostCount)
        return explainFirstOfStream(body, at, "nothing was asked that this could answer");
    ExplainedBody answer;
    if (error) {
        answer = plainly(packetField(generation, *error, body, at),
            "ServerError " + std::string(serverErrorName(error->kind)));
        answer.field.severity = Severity::Note;
        answer.field.note = "the request failed";
    } else if (const auto number = parseHandlerAnswer(generation, body); number && due == Due::Number) {
        answer = plainly(packetField(generation, *number, body, at),
            "HandlerMetaAns handler=" + std::to_string(number->handlerId));
    } else {
        answer = plainly(bytesField("answer", body, at), "answer, " + countOf(body.size(), "byte"));
        if (due == Due::Number)
            answer.wrong = malformed("a look-up is answered by a number or an error");
    }
    if (!isAskedFor)
        answer.remark = "nothing was asked that this could answer";
    return answer;
}

ExplainedBody Exchange::explainFirstOfStream(ByteView body, std::size_t at, std::string why)
{
    m_isHandedOff = true;
    m_due.clear();
    ExplainedBody frame = frameOfStream(body, at);
    frame.field.severity = Severity::Note;
    frame.field.note = std::move(why) + ": the stream was handed off";
    return frame;
}

void Exchange::expect(Due due)
{
    if (m_due.size() < MaxDue)
        m_due.push_back(due);
    else
        m_hasLostCount = true;
}

} // namespace Halyard::Wire::TfServer
