// SPDX-License-Identifier: MIT
#include "wire/tfserver/exchange.h"

#include <utility>

#include "wire/escape.h"
#include "wire/preview.h"
#include "wire/streamdissector.h"
#include "wire/tfserver/fieldtrace.h"

namespace Halyard::Wire::TfServer {

namespace {

// Requests whose answers are followed; behind more of them answers are only called answers.
constexpr std::size_t MaxDue = 65'536;
// Handlers whose names are remembered.
constexpr std::size_t MaxNames = 1'024;
// Of a name, which may be as large as a frame; behind a longer one its handler is only a number.
constexpr std::size_t MaxNameBytes = 255;

ExplainedBody plainly(Field field, std::string summary, std::string_view type)
{
    ExplainedBody plain {std::move(field), std::move(summary), std::nullopt, {}, {}};
    plain.message.type = type;
    return plain;
}

/// Bytes of the application.
Field payloadField(std::string name, ByteView body, std::size_t at)
{
    Field field = bytesField(std::move(name), body, at);
    field.role = FieldRole::Payload;
    return field;
}

ExplainedBody frameOfStream(ByteView body, std::size_t at)
{
    return plainly(payloadField("frame", body, at), "frame of a stream, " + countOf(body.size(), "byte"),
        "stream frame");
}

} // namespace

ExplainedBody Exchange::explain(Direction direction, ByteView body, std::size_t at)
{
    if (m_isHandedOff)
        return frameOfStream(body, at);
    return direction == Direction::ClientToServer ? explainRequest(body, at) : explainAnswer(body, at);
}

ExplainedBody Exchange::explainRequest(ByteView body, std::size_t at)
{
    if (auto announced = std::exchange(m_announced, std::nullopt)) {
        ExplainedBody payload = plainly(
            payloadField("payload", body, at), "payload, " + countOf(body.size(), "byte"), "payload");
        payload.message = std::move(*announced);
        payload.message.type = "payload";
        payload.message.part = CallPart::Extends;
        payload.message.goesOn = false;
        return payload;
    }
    if (body.empty()) {
        m_hasLostCount = true; // servers of the crate answer it, ours do not
        return plainly(payloadField("payload", body, at), "empty payload, not announced", "payload");
    }
    if (!m_generation)
        m_generation = recogniseGeneration(body);
    if (const auto opening = parseOpening(m_generation.value_or(Generation::G4), body))
        return explainOpening(*opening, body, at);
    ExplainedBody none
        = plainly(bytesField("body", body, at), "no request, " + countOf(body.size(), "byte"), "no request");
    if (m_hasRequested)
        none.remark = "neither a PacketMeta nor a HandlerMetaReq: malformed, or a frame of a stream that was "
                      "handed off";
    else
        none.wrong = malformed("neither a PacketMeta nor a HandlerMetaReq").value();
    open(none.message, m_hasRequested ? Due::Kind::Verdict : Due::Kind::Answer);
    return none;
}

ExplainedBody Exchange::explainOpening(const Opening &opening, ByteView body, std::size_t at)
{
    const Generation generation = m_generation.value_or(Generation::G4);
    if (const auto *query = std::get_if<HandlerQuery>(&opening)) {
        ExplainedBody lookUp = plainly(queryField(generation, body, at),
            "HandlerMetaReq name=" + escapeText(query->name, 64), "HandlerMetaReq");
        lookUp.message.route = query->name.substr(0, MaxNameBytes);
        open(lookUp.message, Due::Kind::Number, query->name);
        return lookUp;
    }
    const auto &meta = std::get<PacketMeta>(opening);
    m_hasRequested = true;
    ExplainedBody request = plainly(metaField(generation, body, at),
        "PacketMeta handler=" + std::to_string(meta.handlerId)
            + " type=" + std::to_string(meta.structureType),
        "PacketMeta");
    request.message.route = routeOf(meta.handlerId);
    request.message.headers.emplace_back("type", std::to_string(meta.structureType));
    request.message.isApplications = true;
    request.message.goesOn = meta.hasPayload;
    open(request.message, Due::Kind::Answer);
    if (meta.hasPayload)
        m_announced = request.message;
    return request;
}

ExplainedBody Exchange::explainAnswer(ByteView body, std::size_t at)
{
    const bool isAskedFor = !m_due.empty();
    Due due;
    if (isAskedFor) {
        due = std::move(m_due.front());
        m_due.pop_front();
    }
    const auto error = parseServerError(m_generation.value_or(Generation::G4), body);
    const bool isRefusal = error && error->kind == ServerError::Kind::MalformedMetaInfo;
    if (due.kind == Due::Kind::Verdict && !isRefusal && !m_hasLostCount)
        return explainFirstOfStream(body, at, "a server of requests would have refused what opens none");
    if (!isAskedFor && m_hasRequested && !m_hasLostCount)
        return explainFirstOfStream(body, at, "nothing was asked that this could answer");
    ExplainedBody answer = explainDueAnswer(body, at, due);
    if (!isAskedFor) {
        answer.remark = "nothing was asked that this could answer";
    } else if (!m_hasLostCount) {
        answer.message.call = due.call;
        answer.message.part = CallPart::Ends;
    }
    return answer;
}

ExplainedBody Exchange::explainDueAnswer(ByteView body, std::size_t at, const Due &due)
{
    const Generation generation = m_generation.value_or(Generation::G4);
    if (const auto error = parseServerError(generation, body)) {
        ExplainedBody refusal = plainly(errorField(generation, body, at),
            "ServerError " + std::string(serverErrorName(error->kind)), "ServerError");
        refusal.field.severity = Severity::Note;
        refusal.field.note = "the request failed";
        return refusal;
    }
    const bool isLookUp = due.kind == Due::Kind::Number;
    if (const auto number = parseHandlerAnswer(generation, body); number && isLookUp) {
        learn(number->handlerId, due.name);
        ExplainedBody found = plainly(answerField(generation, body, at),
            "HandlerMetaAns handler=" + std::to_string(number->handlerId), "HandlerMetaAns");
        found.message.route = due.name;
        return found;
    }
    ExplainedBody answer
        = plainly(payloadField("answer", body, at), "answer, " + countOf(body.size(), "byte"), "answer");
    answer.message.isApplications = !isLookUp;
    if (isLookUp)
        answer.wrong = malformed("a look-up is answered by a number or an error").value();
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

void Exchange::open(MessageFacts &message, Due::Kind due, std::string_view name)
{
    if (m_due.size() < MaxDue)
        m_due.push_back({due, ++m_calls, std::string(name.size() > MaxNameBytes ? "" : name)});
    else
        m_hasLostCount = true;
    if (m_hasLostCount)
        return;
    message.call = m_calls;
    message.part = CallPart::Opens;
}

void Exchange::learn(std::uint64_t handler, const std::string &name)
{
    if (name.empty())
        return;
    if (m_names.size() >= MaxNames)
        m_names.clear();
    m_names.insert_or_assign(handler, name);
}

/// A number is a route, too.
std::string Exchange::routeOf(std::uint64_t handler) const
{
    const auto known = m_names.find(handler);
    return known == m_names.end() ? std::to_string(handler) : known->second;
}

} // namespace Halyard::Wire::TfServer
