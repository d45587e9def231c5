// SPDX-License-Identifier: MIT
#include "wire/npro/dissector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/guestname.h"
#include "wire/npro/fieldtrace.h"
#include "wire/npro/layout.h"

namespace Halyard::Wire::Npro {

namespace {

void mark(Dissection &dissection, const Error &error)
{
    markFailed(dissection.root, error);
    dissection.summary += " [" + std::string(errorName(error.code)) + ']';
}

void markField(Field &field, const Error &error)
{
    field.severity = Severity::Error;
    field.note = std::string(errorName(error.code)) + ": " + error.detail;
}

Field fieldOf(std::string name, std::string value, std::size_t offset, std::size_t length)
{
    Field field;
    field.name = std::move(name);
    field.value = std::move(value);
    field.offset = offset;
    field.length = length;
    return field;
}

} // namespace

NproDissector::NproDissector(const DissectorLimits &limits)
    : StreamDissector("network-protocol", m_framing, limits)
{ }

DissectorLimits NproDissector::defaultLimits()
{
    DissectorLimits limits;
    limits.maxFrameBytes = HeaderBytes + MaxPayloadBytes;
    return limits;
}

void NproDissector::useSecurities(std::shared_ptr<const SecurityProvider> securities)
{
    m_securities = std::move(securities);
}

Result<void> NproDissector::unlock(ByteView exportedSecrets)
{
    if (!m_securities)
        return failure(
            ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "nothing here can open records");
    auto opener = m_securities->makeOpener("npro-session", exportedSecrets);
    if (!opener)
        return tl::unexpected(std::move(opener.error()));
    m_opener = std::move(*opener);
    return {};
}

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
        return mark(dissection,
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
    if (!message)
        mark(dissection, message.error());
    else if (expected && *expected != message->index())
        mark(dissection,
            {ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer,
                std::string(messageName(*message)) + " in place of " + std::string(messageName(*expected))});
}

bool NproDissector::isRepeated(ByteView nonce)
{
    const std::uint64_t front = ByteReader(nonce).readU64Le().value_or(0);
    if (std::find(m_nonces.begin(), m_nonces.end(), front) != m_nonces.end())
        return true;
    if (m_nonces.size() < RememberedNonces) {
        m_nonces.push_back(front);
    } else {
        m_nonces[m_oldestNonce] = front;
        m_oldestNonce = (m_oldestNonce + 1) % RememberedNonces;
    }
    return false;
}

void NproDissector::explainRecord(Dissection &dissection, ByteView body)
{
    FieldTrace trace(body, HeaderBytes);
    dissection.summary = "sealed record, " + countOf(body.size(), "byte");
    if (!readRecord(body, trace)) {
        trace.addRest("record", "DecryptionFailed: too short to be one");
        for (Field &field : trace.takeFields())
            dissection.root.fields.push_back(std::move(field));
        return mark(dissection,
            {ErrorCode::DecryptionFailed, ErrorOrigin::Peer,
                "a record of " + std::to_string(body.size()) + " bytes"});
    }
    Field record = fieldOf("record", countOf(body.size(), "byte"), HeaderBytes, body.size());
    record.fields = trace.takeFields();
    const bool repeated = isRepeated(body.first(RecordNonceBytes));
    openRecord(dissection, record, body);
    const bool failed = dissection.root.severity == Severity::Error;
    if (repeated && !failed) {
        const Error error {
            ErrorCode::DecryptionFailed, ErrorOrigin::Peer, "a record that has been here before"};
        markField(record, error);
        mark(dissection, error);
    }
    dissection.root.fields.push_back(std::move(record));
}

void NproDissector::openRecord(Dissection &dissection, Field &record, ByteView body)
{
    if (!m_opener)
        return;
    Bytes copy = toBytes(body);
    const auto plain = m_opener->open(dissection.direction, copy);
    if (!plain) {
        markField(record, plain.error());
        return mark(dissection, plain.error());
    }
    Field opened = fieldOf("opened", {}, HeaderBytes + RecordNonceBytes, plain->size());
    opened.layer = toBytes(*plain);
    FieldTrace trace(*opened.layer, 0);
    const auto message = readMessage(*opened.layer, trace);
    opened.value = message ? summaryOf(*message) : "no message, " + countOf(plain->size(), "byte");
    opened.fields = trace.takeFields();
    dissection.summary = opened.value + " (sealed)";
    if (!message)
        mark(dissection, message.error());
    record.fields.push_back(std::move(opened));
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
    mark(dissection, error);
    dissection.root.note = std::move(note);
}

} // namespace Halyard::Wire::Npro
