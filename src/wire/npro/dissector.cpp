// SPDX-License-Identifier: MIT
#include "wire/npro/dissector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/guestname.h"
#include "wire/npro/exchange.h"
#include "wire/npro/fieldtrace.h"
#include "wire/npro/layout.h"
#include "wire/sealedrecords.h"

namespace Halyard::Wire::Npro {

NproDissector::NproDissector(const DissectorLimits &limits)
    : StreamDissector("network-protocol", m_framing, limits)
    , m_exchange(std::make_unique<Exchange>())
    , m_records(std::make_unique<SealedRecords>("npro-session"))
{ }

NproDissector::~NproDissector() = default;

DissectorLimits NproDissector::defaultLimits()
{
    DissectorLimits limits;
    limits.maxFrameBytes = HeaderBytes + MaxPayloadBytes;
    return limits;
}

void NproDissector::useSecurities(std::shared_ptr<const SecurityProvider> securities)
{
    m_records->useSecurities(std::move(securities));
}

Result<void> NproDissector::unlock(ByteView exportedSecrets) { return m_records->unlock(exportedSecrets); }

std::optional<std::byte> NproDissector::firstByte() const { return Magic.front(); }

std::optional<bool> NproDissector::looksLikeFrame(ByteView bytes) const
{
    const auto extent = m_framing.measure(bytes, limits().maxFrameBytes);
    if (!extent)
        return false;
    return *extent ? std::optional(true) : std::nullopt;
}

void NproDissector::explainFrame(Dissection &dissection, bool isTruncated)
{
    const ByteView bytes = dissection.bytes;
    FieldTrace trace(bytes.first(std::min(bytes.size(), HeaderBytes)), 0);
    const auto extent = readStart(bytes, limits().maxFrameBytes, trace);
    if (isTruncated) {
        trace.addRest("unfinished", "FrameTruncated: the header is not complete");
        dissection.root.fields = trace.takeFields();
        if (bytes.size() > HeaderBytes) {
            FieldTrace rest(bytes.subspan(HeaderBytes), HeaderBytes);
            rest.addRest("payload", "FrameTruncated: not all of it is there");
            dissection.root.fields.push_back(std::move(rest.takeFields().front()));
        }
        const std::string size = extent && *extent ? std::to_string((*extent)->total()) : "at least 9";
        dissection.summary = "unfinished packet, " + std::to_string(bytes.size()) + " of " + size + " bytes";
        return markDissection(dissection,
            {ErrorCode::FrameTruncated, ErrorOrigin::Peer,
                "the stream ends after " + std::to_string(bytes.size()) + " of " + size + " bytes"});
    }
    dissection.root.fields = trace.takeFields();
    const ByteView body = bytes.subspan(HeaderBytes);
    if (m_kind == Kind::Unknown) {
        const auto first = parseMessage(body);
        const bool begins = first
            && (std::holds_alternative<HandshakeInit>(*first)
                || std::holds_alternative<HandshakeResponse>(*first));
        m_kind = begins ? Kind::Sealed : Kind::Clear;
    }
    const auto due = handshakeDue(dissection.direction);
    m_packets[std::size_t(dissection.direction)] += 1;
    if (m_kind == Kind::Sealed && !due)
        explainRecord(dissection, body);
    else
        explainMessage(dissection, body, m_kind == Kind::Sealed ? due : std::nullopt);
}

std::optional<std::uint32_t> NproDissector::handshakeDue(Direction direction)
{
    const std::uint64_t before = m_packets[std::size_t(direction)];
    if (direction == Direction::ServerToClient)
        return before == 0 ? std::optional(TagOf<HandshakeResponse>) : std::nullopt;
    if (before == 0)
        return TagOf<HandshakeInit>;
    return before == 1 ? std::optional(TagOf<HandshakeConfirm>) : std::nullopt;
}

void NproDissector::explainMessage(
    Dissection &dissection, ByteView body, std::optional<std::uint32_t> expected)
{
    FieldTrace trace(body, HeaderBytes);
    const auto message = readMessage(body, trace);
    dissection.summary = message ? summaryOf(*message) : "no message, " + countOf(body.size(), "byte");
    if (!body.empty()) {
        Field field = fieldOf("message", dissection.summary, HeaderBytes, body.size());
        field.fields = trace.takeFields();
        dissection.root.fields.push_back(std::move(field));
    }
    if (message)
        dissection.message = m_exchange->factsOf(dissection.direction, *message, m_kind == Kind::Sealed);
    if (!message)
        markDissection(dissection, message.error());
    else if (expected && *expected != message->index())
        markDissection(dissection,
            {ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer,
                std::string(messageName(*message)) + " in place of " + std::string(messageName(*expected))});
}

void NproDissector::explainRecord(Dissection &dissection, ByteView body)
{
    FieldTrace trace(body, HeaderBytes);
    dissection.message.type = "record";
    dissection.summary = "sealed record, " + countOf(body.size(), "byte");
    if (!readRecord(body, trace)) {
        trace.addRest("record", "DecryptionFailed: too short to be one");
        for (Field &field : trace.takeFields())
            dissection.root.fields.push_back(std::move(field));
        return markDissection(dissection,
            {ErrorCode::DecryptionFailed, ErrorOrigin::Peer,
                "a record of " + std::to_string(body.size()) + " bytes"});
    }
    Field record = fieldOf("record", countOf(body.size(), "byte"), HeaderBytes, body.size());
    record.fields = trace.takeFields();
    const auto outcome = m_records->open(dissection.direction, record, body, body.first(RecordNonceBytes));
    if (outcome.opened)
        explainOpened(dissection, *outcome.opened);
    if (outcome.wrong)
        markDissection(dissection, *outcome.wrong);
    dissection.root.fields.push_back(std::move(record));
}

void NproDissector::explainOpened(Dissection &dissection, Field &opened)
{
    FieldTrace trace(*opened.layer, 0);
    const auto message = readMessage(*opened.layer, trace);
    opened.value = message ? summaryOf(*message) : "no message, " + countOf(opened.layer->size(), "byte");
    opened.fields = trace.takeFields();
    dissection.summary = opened.value + " (sealed)";
    if (message)
        dissection.message = m_exchange->factsOf(dissection.direction, *message, true);
    else
        markDissection(dissection, message.error());
}

void NproDissector::explainGarbage(Dissection &dissection, const Error &error)
{
    const ByteView bytes = dissection.bytes;
    dissection.summary = countOf(bytes.size(), "byte") + " of garbage";
    std::string note = std::string(errorName(error.code)) + ": " + error.detail;
    const std::string_view guest = guestName(bytes);
    if (error.code == ErrorCode::BadMagic && !guest.empty()) {
        note += "; this is " + std::string(guest);
        dissection.summary += ": " + std::string(guest.substr(0, guest.find(':')));
    }
    FieldTrace trace(bytes, 0);
    if (error.code != ErrorCode::BadMagic) {
        // Fails again, or ends where the next packet cuts in.
        static_cast<void>(readStart(bytes, limits().maxFrameBytes, trace));
    }
    trace.addRest("garbage", note);
    dissection.complete = error.code != ErrorCode::PayloadTooLarge;
    dissection.root.fields = trace.takeFields();
    markDissection(dissection, error);
    dissection.root.note = std::move(note);
}

} // namespace Halyard::Wire::Npro
