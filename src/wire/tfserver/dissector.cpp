// SPDX-License-Identifier: MIT
#include "wire/tfserver/dissector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/bytereader.h"
#include "wire/escape.h"
#include "wire/guestname.h"
#include "wire/preview.h"
#include "wire/sealedrecords.h"
#include "wire/tfserver/codec.h"
#include "wire/tfserver/exchange.h"
#include "wire/tfserver/recognition.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::size_t HeaderBytes = LengthFraming::HeaderBytes;
constexpr std::size_t TagBytes = 32;
constexpr std::size_t CounterBytes = 8;
constexpr std::size_t RecordTagBytes = 16;

void put(Dissection &dissection, Field field, std::string summary, std::string_view type = {})
{
    dissection.message.type = type;
    dissection.summary = std::move(summary);
    dissection.root.fields.push_back(std::move(field));
}

void markAs(Dissection &dissection, const ExplainedBody &explained)
{
    if (explained.wrong)
        markDissection(dissection, *explained.wrong);
    if (explained.remark.empty())
        return;
    dissection.root.severity = std::max(dissection.root.severity, Severity::Warning);
    dissection.root.note = explained.remark;
}

} // namespace

TfServerDissector::TfServerDissector(const DissectorLimits &limits)
    : StreamDissector("tfserver", m_framing, limits)
    , m_exchange(std::make_unique<Exchange>())
    , m_records(std::make_unique<SealedRecords>("spake2-ed25519"))
{ }

TfServerDissector::~TfServerDissector() = default;

void TfServerDissector::useSecurities(std::shared_ptr<const SecurityProvider> securities)
{
    m_records->useSecurities(std::move(securities));
}

Result<void> TfServerDissector::unlock(ByteView exportedSecrets)
{
    return m_records->unlock(exportedSecrets);
}

// Any four bytes below the limit are a length: behind a wrong one nothing can be found again.
std::optional<std::byte> TfServerDissector::firstByte() const { return std::nullopt; }

std::optional<bool> TfServerDissector::looksLikeFrame(ByteView /*bytes*/) const { return false; }

void TfServerDissector::explainFrame(Dissection &dissection, bool isTruncated)
{
    const ByteView bytes = dissection.bytes;
    const auto length = ByteReader(bytes).readU32Be();
    dissection.root.fields.push_back(fieldOf(
        "length", length ? countOf(*length, "byte") : "unfinished", 0, std::min(bytes.size(), HeaderBytes)));
    const ByteView body = bytes.subspan(std::min(bytes.size(), HeaderBytes));
    if (!isTruncated)
        return explainBody(dissection, body);
    if (!body.empty())
        dissection.root.fields.push_back(bytesField("unfinished", body, HeaderBytes));
    dissection.summary = "unfinished frame, " + countOf(bytes.size(), "byte");
    markDissection(dissection,
        {ErrorCode::FrameTruncated, ErrorOrigin::Peer,
            "the stream ends after " + std::to_string(bytes.size())
                + (length ? " of " + std::to_string(HeaderBytes + *length) + " bytes" : " bytes")});
}

void TfServerDissector::explainBody(Dissection &dissection, ByteView body)
{
    const bool isClient = dissection.direction == Direction::ClientToServer;
    if (m_kind == Kind::Unknown && isClient)
        m_kind = recogniseGeneration(body) || looksSealed(dissection.bytes) == Recognition::No ? Kind::Clear
                                                                                               : Kind::Sealed;
    m_frames[std::size_t(dissection.direction)] += 1;
    if (m_kind == Kind::Sealed)
        return explainSealedBody(dissection, body);
    ExplainedBody explained = m_exchange->explain(dissection.direction, body, HeaderBytes);
    put(dissection, std::move(explained.field), explained.summary);
    dissection.message = std::move(explained.message);
    markAs(dissection, explained);
}

void TfServerDissector::explainSealedBody(Dissection &dissection, ByteView body)
{
    const bool isClient = dissection.direction == Direction::ClientToServer;
    const std::uint64_t number = m_frames[std::size_t(dissection.direction)];
    if (isClient && number == 1)
        return put(dissection, bytesField("user", body, HeaderBytes), "user " + escapeText(asText(body), 64),
            "user");
    if (number == (isClient ? 2U : 1U))
        return put(dissection, bytesField("point", body, HeaderBytes),
            isClient ? "point of the client" : "point of the server", "point");
    if (isClient && number == 3)
        m_confirms = body.size() == TagBytes && ByteReader(body).readU64Be() != 1;
    if (!m_confirms || number != (isClient ? 3U : 2U))
        return explainRecord(dissection, body);
    put(dissection, bytesField("confirmation", body, HeaderBytes),
        isClient ? "confirmation of the client" : "confirmation of the server", "confirmation");
    if (const auto wrong = m_records->check(dissection.direction, dissection.root.fields.back(), body))
        markDissection(dissection, *wrong);
}

void TfServerDissector::explainRecord(Dissection &dissection, ByteView body)
{
    const std::size_t front = m_confirms ? 0 : CounterBytes;
    Field record = bytesField("record", body, HeaderBytes);
    dissection.message.type = "record";
    dissection.summary = "sealed record, " + countOf(body.size(), "byte");
    if (body.size() < front + RecordTagBytes) {
        const Error error {ErrorCode::DecryptionFailed, ErrorOrigin::Peer,
            "a record of " + countOf(body.size(), "byte") + ", too short to be one"};
        markFailed(record, error);
        dissection.root.fields.push_back(std::move(record));
        return markDissection(dissection, error);
    }
    if (front > 0)
        record.fields.push_back(fieldOf(
            "counter", std::to_string(ByteReader(body).readU64Be().value_or(0)), HeaderBytes, CounterBytes));
    const std::size_t back = body.size() - RecordTagBytes;
    record.fields.push_back(bytesField("ciphertext", body.subspan(front, back - front), HeaderBytes + front));
    record.fields.push_back(bytesField("tag", body.subspan(back), HeaderBytes + back));
    const auto outcome = m_records->open(dissection.direction, record, body, body.subspan(back));
    if (outcome.opened) {
        Field &opened = *outcome.opened;
        ExplainedBody inside = m_exchange->explain(dissection.direction, *opened.layer, 0);
        opened.value = inside.summary;
        opened.fields.push_back(std::move(inside.field));
        dissection.summary = inside.summary + " (sealed)";
        dissection.message = std::move(inside.message);
        markAs(dissection, inside);
    }
    if (outcome.wrong)
        markDissection(dissection, *outcome.wrong);
    dissection.root.fields.push_back(std::move(record));
}

void TfServerDissector::explainGarbage(Dissection &dissection, const Error &error)
{
    const ByteView bytes = dissection.bytes;
    const std::string_view guest = guestName(bytes);
    put(dissection, bytesField("bytes", bytes, 0), countOf(bytes.size(), "byte") + " of garbage");
    markDissection(dissection, error);
    if (!guest.empty())
        dissection.root.note += "; this is " + std::string(guest);
}

} // namespace Halyard::Wire::TfServer
