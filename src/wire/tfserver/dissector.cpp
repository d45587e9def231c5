// SPDX-License-Identifier: MIT
#include "wire/tfserver/dissector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/bytereader.h"
#include "wire/escape.h"
#include "wire/guestname.h"
#include "wire/tfserver/packetfields.h"
#include "wire/tfserver/recognition.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::size_t HeaderBytes = LengthFraming::HeaderBytes;
constexpr std::size_t TagBytes = 32;
constexpr std::size_t CounterBytes = 8;
// Requests whose answers are followed; behind more of them answers are only called answers.
constexpr std::size_t MaxDue = 65'536;

void put(Dissection &dissection, Field field, std::string summary)
{
    dissection.summary = std::move(summary);
    dissection.root.fields.push_back(std::move(field));
}

void mark(Dissection &dissection, const Error &error)
{
    markFailed(dissection.root, error);
    dissection.summary += " [" + std::string(errorName(error.code)) + ']';
}

} // namespace

TfServerDissector::TfServerDissector(const DissectorLimits &limits)
    : StreamDissector("tfserver", m_framing, limits)
{ }

// Any four bytes below the limit are a length: behind a wrong one nothing can be found again.
std::optional<std::byte> TfServerDissector::firstByte() const { return std::nullopt; }

std::optional<bool> TfServerDissector::looksLikeFrame(ByteView /*bytes*/) const { return false; }

void TfServerDissector::explainFrame(Dissection &dissection, bool isTruncated)
{
    const ByteView bytes = dissection.bytes;
    const auto length = ByteReader(bytes).readU32Be();
    Field field;
    field.name = "length";
    field.length = std::min(bytes.size(), HeaderBytes);
    field.value = length ? countOf(*length, "byte") : "unfinished";
    dissection.root.fields.push_back(std::move(field));
    const ByteView body = bytes.subspan(std::min(bytes.size(), HeaderBytes));
    if (!isTruncated)
        return explainBody(dissection, body);
    if (!body.empty())
        dissection.root.fields.push_back(bytesField("unfinished", body, HeaderBytes));
    dissection.summary = "unfinished frame, " + countOf(bytes.size(), "byte");
    mark(dissection,
        {ErrorCode::FrameTruncated, ErrorOrigin::Peer,
            "the stream ends after " + std::to_string(bytes.size())
                + (length ? " of " + std::to_string(HeaderBytes + *length) + " bytes" : " bytes")});
}

void TfServerDissector::explainBody(Dissection &dissection, ByteView body)
{
    const bool isClient = dissection.direction == Direction::ClientToServer;
    if (m_kind == Kind::Unknown && isClient)
        m_kind = recogniseGeneration(body) || looksSealed(dissection.bytes) == Likeness::No ? Kind::Clear
                                                                                            : Kind::Sealed;
    (isClient ? m_fromClient : m_fromServer) += 1;
    if (m_kind == Kind::Sealed)
        explainSealedBody(dissection, body);
    else if (isClient)
        explainClientBody(dissection, body);
    else
        explainAnswer(dissection, body);
}

void TfServerDissector::explainClientBody(Dissection &dissection, ByteView body)
{
    if (std::exchange(m_payloadFollows, false))
        return put(
            dissection, bytesField("payload", body, HeaderBytes), "payload, " + countOf(body.size(), "byte"));
    if (body.empty())
        return put(dissection, bytesField("payload", body, HeaderBytes), "empty payload, not announced");
    if (!m_generation)
        m_generation = recogniseGeneration(body);
    const Generation generation = m_generation.value_or(Generation::G4);
    if (const auto opening = parseOpening(generation, body))
        return explainOpening(dissection, body, *opening);
    expect(Due::Answer);
    put(dissection, bytesField("body", body, HeaderBytes), "no request, " + countOf(body.size(), "byte"));
    mark(dissection,
        {ErrorCode::MalformedMessage, ErrorOrigin::Peer, "neither a PacketMeta nor a HandlerMetaReq"});
}

void TfServerDissector::explainOpening(Dissection &dissection, ByteView body, const Opening &opening)
{
    const Generation generation = m_generation.value_or(Generation::G4);
    if (const auto *query = std::get_if<HandlerQuery>(&opening)) {
        expect(Due::Number);
        return put(dissection, packetField(generation, *query, body, HeaderBytes),
            "HandlerMetaReq name=" + escapeText(query->name, 64));
    }
    const auto &meta = std::get<PacketMeta>(opening);
    m_payloadFollows = meta.hasPayload;
    expect(Due::Answer);
    put(dissection, packetField(generation, meta, body, HeaderBytes),
        "PacketMeta handler=" + std::to_string(meta.handlerId)
            + " type=" + std::to_string(meta.structureType));
}

void TfServerDissector::explainAnswer(Dissection &dissection, ByteView body)
{
    const Due due = m_due.empty() ? Due::Answer : m_due.front();
    const bool isAskedFor = !m_due.empty();
    if (isAskedFor)
        m_due.pop_front();
    const Generation generation = m_generation.value_or(Generation::G4);
    if (const auto error = parseServerError(generation, body)) {
        Field field = packetField(generation, *error, body, HeaderBytes);
        field.severity = Severity::Note;
        field.note = "the request failed";
        put(dissection, std::move(field), "ServerError " + std::string(serverErrorName(error->kind)));
    } else if (const auto number = parseHandlerAnswer(generation, body); number && due == Due::Number) {
        put(dissection, packetField(generation, *number, body, HeaderBytes),
            "HandlerMetaAns handler=" + std::to_string(number->handlerId));
    } else {
        put(dissection, bytesField("answer", body, HeaderBytes), "answer, " + countOf(body.size(), "byte"));
        if (due == Due::Number)
            mark(dissection,
                {ErrorCode::MalformedMessage, ErrorOrigin::Peer,
                    "a look-up is answered by a number or an error"});
    }
    if (!isAskedFor) {
        dissection.root.severity = std::max(dissection.root.severity, Severity::Warning);
        dissection.root.note = "nothing was asked that this could answer";
    }
}

void TfServerDissector::explainSealedBody(Dissection &dissection, ByteView body)
{
    const bool isClient = dissection.direction == Direction::ClientToServer;
    const std::uint64_t number = isClient ? m_fromClient : m_fromServer;
    if (isClient && number == 1)
        return put(dissection, bytesField("user", body, HeaderBytes), "user " + escapeText(asText(body), 64));
    if (number == (isClient ? 2U : 1U))
        return put(dissection, bytesField("point", body, HeaderBytes),
            isClient ? "point of the client" : "point of the server");
    if (isClient && number == 3)
        m_confirms = body.size() == TagBytes && ByteReader(body).readU64Be() != 1;
    if (m_confirms && number == (isClient ? 3U : 2U))
        return put(dissection, bytesField("confirmation", body, HeaderBytes),
            isClient ? "confirmation of the client" : "confirmation of the server");
    put(dissection, bytesField("record", body, HeaderBytes),
        "sealed record, " + countOf(body.size(), "byte"));
    if (!m_confirms && body.size() >= CounterBytes) {
        Field counter;
        counter.name = "counter";
        counter.value = std::to_string(ByteReader(body).readU64Be().value_or(0));
        counter.offset = HeaderBytes;
        counter.length = CounterBytes;
        dissection.root.fields.back().fields.push_back(std::move(counter));
    }
}

void TfServerDissector::expect(Due due)
{
    if (m_due.size() < MaxDue)
        m_due.push_back(due);
}

void TfServerDissector::explainGarbage(Dissection &dissection, const Error &error)
{
    const ByteView bytes = dissection.bytes;
    const std::string_view guest = guestName(bytes);
    put(dissection, bytesField("bytes", bytes, 0), countOf(bytes.size(), "byte") + " of garbage");
    mark(dissection, error);
    if (!guest.empty())
        dissection.root.note += "; this is " + std::string(guest);
}

} // namespace Halyard::Wire::TfServer
