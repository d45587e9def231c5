// SPDX-License-Identifier: MIT
#include "wire/vstp/dissector.h"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/vstp/fieldtrace.h"
#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

namespace {

constexpr std::size_t FeedBytes = 65'536;    ///< taken in at once, so that a long feed is not held twice
constexpr std::size_t KeptBytes = 1'048'576; ///< of a buffer's memory, between frames

/// Whether a frame might begin here, judged after bytes that were none; nothing while too few are there. More
/// is asked than of a frame in its place, because any "VT" in a payload would do otherwise.
std::optional<bool> looksLikeFrame(ByteView bytes, const VstpFraming &framing, std::size_t limit)
{
    const auto extent = framing.measure(bytes, limit);
    if (!extent)
        return false;
    if (!*extent)
        return std::nullopt;
    const auto type = std::to_integer<std::uint8_t>(bytes[TypeAt]);
    const auto flags = std::to_integer<std::uint8_t>(bytes[FlagsAt]);
    return isFrameType(type) && (flags & ~unsigned(KnownFlags)) == 0;
}

/// The protocol that bytes belong to, where their beginning tells.
std::string_view guestName(ByteView bytes)
{
    const std::string_view text = asText(bytes);
    if (bytes.size() >= 2 && bytes[1] == std::byte {3}) {
        if (bytes[0] == std::byte {0x16} && bytes.size() > 5 && bytes[5] == std::byte {1})
            return "a TLS ClientHello: the peer wants TLS where this side is plain";
        if (bytes[0] == std::byte {0x16})
            return "a TLS handshake";
        if (bytes[0] == std::byte {0x15})
            return "a TLS alert";
        if (bytes[0] == std::byte {0x17})
            return "a TLS record";
    }
    for (const std::string_view method :
        {"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH "}) {
        if (text.starts_with(method))
            return "an HTTP request";
    }
    if (text.starts_with("HTTP/"))
        return "an HTTP response";
    if (text.starts_with("PRI * HTTP/2"))
        return "the preface of HTTP/2";
    if (text.starts_with("SSH-"))
        return "an SSH greeting";
    return {};
}

std::string count(std::uint64_t number, std::string_view noun)
{
    return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

std::string typeName(std::optional<std::uint64_t> type)
{
    if (!type)
        return "unfinished frame";
    if (!isFrameType(static_cast<std::uint8_t>(*type)))
        return "unknown type " + std::to_string(*type);
    return std::string(frameTypeName(static_cast<FrameType>(*type)));
}

void fail(Field &root, const Error &error)
{
    root.severity = Severity::Error;
    root.note = std::string(errorName(error.code)) + ": " + error.detail;
}

} // namespace

VstpDissector::VstpDissector(Profile profile, const DissectorLimits &limits)
    : m_framing(profile)
    , m_limits(limits)
{ }

void VstpDissector::feed(Direction direction, ByteView bytes, Now now)
{
    Stream &stream = m_streams[std::size_t(direction)];
    while (!bytes.empty()) {
        const ByteView part = bytes.first(std::min(bytes.size(), FeedBytes));
        bytes = bytes.subspan(part.size());
        stream.buffer.erase(stream.buffer.begin(), stream.buffer.begin() + std::ptrdiff_t(stream.begin));
        stream.begin = 0;
        stream.buffer.insert(stream.buffer.end(), part.begin(), part.end());
        while (cutOne(direction, now, false)) { }
    }
    // A rare large frame must not cost its size for as long as the conversation lasts.
    if (stream.pending().empty() && stream.buffer.capacity() > KeptBytes) {
        stream.buffer = Bytes();
        stream.begin = 0;
    }
}

std::size_t VstpDissector::heldBytes() const noexcept
{
    return m_heldBytes + m_streams[0].pending().size() + m_streams[1].pending().size();
}

void VstpDissector::finish(Direction direction, Now now)
{
    while (cutOne(direction, now, true)) { }
}

bool VstpDissector::cutOne(Direction direction, Now now, bool isFinished)
{
    Stream &stream = m_streams[std::size_t(direction)];
    const ByteView pending = stream.pending();
    if (pending.empty())
        return false;
    const auto extent = m_framing.measure(pending, m_limits.maxFrameBytes);
    if (!extent) {
        const auto length = garbageLength(stream, isFinished);
        if (length)
            take(CutKind::Garbage, direction, *length, now, extent.error());
        return length.has_value();
    }
    if (*extent && (*extent)->total() <= pending.size()) {
        take(CutKind::Frame, direction, (*extent)->total(), now);
        return true;
    }
    if (isFinished)
        take(CutKind::Truncated, direction, pending.size(), now);
    return isFinished;
}

std::optional<std::size_t> VstpDissector::garbageLength(Stream &stream, bool isFinished) const
{
    const ByteView pending = stream.pending();
    const std::size_t most = std::min(pending.size(), std::max<std::size_t>(m_limits.maxGarbageBytes, 1));
    std::size_t at = std::max<std::size_t>(stream.scanned, 1);
    while (at < most) {
        const auto found = std::find(
            pending.begin() + std::ptrdiff_t(at), pending.begin() + std::ptrdiff_t(most), Magic.front());
        at = std::size_t(found - pending.begin());
        if (at == most)
            break;
        const auto verdict = looksLikeFrame(pending.subspan(at), m_framing, m_limits.maxFrameBytes);
        if (!verdict)
            break; // the bytes that decide are still to come
        if (*verdict)
            return at;
        ++at;
    }
    if (at >= m_limits.maxGarbageBytes || isFinished)
        return most;
    stream.scanned = at;
    return std::nullopt;
}

void VstpDissector::take(CutKind kind, Direction direction, std::size_t length, Now now, Error error)
{
    Stream &stream = m_streams[std::size_t(direction)];
    const ByteView bytes = stream.pending().first(length);
    const std::size_t cost = length + sizeof(Cut);
    if (m_cuts.empty() || m_heldBytes + cost <= m_limits.maxHeldBytes) {
        m_cuts.push_back({kind, direction, stream.streamOffset, now, toBytes(bytes), std::move(error)});
        m_heldBytes += cost;
    } else {
        if (m_cuts.back().kind != CutKind::Skipped)
            m_cuts.push_back({CutKind::Skipped, direction, stream.streamOffset, now, {}, {}});
        m_cuts.back().time = now;
        m_cuts.back().skippedCuts += 1;
        m_cuts.back().skippedBytes += length;
    }
    stream.begin += length;
    stream.streamOffset += length;
    stream.scanned = 0;
}

std::optional<Dissection> VstpDissector::next()
{
    if (m_cuts.empty())
        return std::nullopt;
    Cut cut = std::move(m_cuts.front());
    m_cuts.pop_front();
    if (cut.kind != CutKind::Skipped)
        m_heldBytes -= cut.bytes.size() + sizeof(Cut);
    return explain(std::move(cut));
}

Dissection VstpDissector::explain(Cut cut) const
{
    Dissection dissection;
    dissection.protocol = "vstp";
    dissection.direction = cut.direction;
    dissection.streamOffset = cut.streamOffset;
    dissection.time = cut.time;
    dissection.complete = cut.kind == CutKind::Frame || cut.kind == CutKind::Garbage;
    dissection.bytes = std::move(cut.bytes);
    dissection.root.name = cut.kind == CutKind::Garbage ? "garbage" : "frame";
    dissection.root.length = dissection.bytes.size();
    switch (cut.kind) {
    case CutKind::Frame:
    case CutKind::Truncated:
        explainFrame(dissection, cut.kind == CutKind::Truncated);
        break;
    case CutKind::Garbage:
        explainGarbage(dissection, cut.error);
        break;
    case CutKind::Skipped:
        dissection.summary
            = count(cut.skippedCuts, "frame") + ", " + count(cut.skippedBytes, "byte") + ": not explained";
        dissection.root.name = "not explained";
        dissection.root.severity = Severity::Warning;
        dissection.root.note = "more came in than may be held; both directions are counted here";
        break;
    }
    dissection.root.value = dissection.summary;
    return dissection;
}

void VstpDissector::explainFrame(Dissection &dissection, bool isTruncated) const
{
    const ByteView bytes = dissection.bytes;
    const Profile profile = m_framing.profile();
    FieldTrace trace(bytes, profile);
    const auto extent = readStart(bytes, m_limits.maxFrameBytes, profile, trace);
    std::string size;
    Error error;
    if (extent && *extent) {
        const ByteView behindPrefix = bytes.subspan(PrefixBytes);
        const ByteView body = behindPrefix.first(std::min((*extent)->body, behindPrefix.size()));
        const auto frame = readBody(body, profile, m_limits.maxHeaders, trace);
        if (!frame)
            error = frame.error();
        if (!isTruncated) {
            // The engine checks this first, although it comes last.
            if (const auto checked = readChecksum(bytes, **extent, profile, trace); !checked)
                error = checked.error();
        } else {
            size = std::to_string((*extent)->total());
        }
    }
    if (isTruncated) {
        trace.addUnfinishedPart();
        error = {ErrorCode::FrameTruncated, ErrorOrigin::Peer,
            size.empty()
                ? "the stream ends in the first " + std::to_string(HeadersAt) + " bytes of a frame"
                : "the stream ends after " + std::to_string(bytes.size()) + " of " + size + " bytes"};
    }
    trace.explain();

    const auto type = trace.value(Part::Type);
    dissection.summary = typeName(type);
    dissection.summary += summaryOf(trace.headers());
    if (isTruncated)
        dissection.summary += ", " + std::to_string(bytes.size()) + " of "
            + (size.empty() ? "at least " + std::to_string(HeadersAt) : size) + " bytes";
    else if (trace.payloadSize() > 0 || type == std::uint64_t(FrameType::Data))
        dissection.summary += ", " + count(trace.payloadSize(), "byte");
    if (error) {
        fail(dissection.root, error);
        dissection.summary += " [" + std::string(errorName(error.code)) + ']';
    }
    dissection.root.fields = trace.takeFields();
}

void VstpDissector::explainGarbage(Dissection &dissection, const Error &error) const
{
    const ByteView bytes = dissection.bytes;
    FieldTrace trace(bytes, m_framing.profile());
    // Fails again, or ends where the next frame cuts in.
    static_cast<void>(readStart(bytes, m_limits.maxFrameBytes, m_framing.profile(), trace));
    fail(dissection.root, error);

    const std::string_view guest = guestName(bytes);
    dissection.summary = count(bytes.size(), "byte") + " of garbage";
    if (error.code == ErrorCode::BadMagic) {
        // All of it is one field: two bytes by themselves would say nothing.
        trace = FieldTrace(bytes, m_framing.profile());
        if (!guest.empty()) {
            dissection.root.note += "; this is " + std::string(guest);
            dissection.summary += ": " + std::string(guest.substr(0, guest.find(':')));
        }
        trace.addGarbage(dissection.root.note);
    } else {
        trace.addGarbage("where the next frame begins cannot be known");
    }
    if (error.code == ErrorCode::PayloadTooLarge) {
        dissection.complete = false;
        dissection.root.name = "frame";
        dissection.summary = typeName(trace.value(Part::Type));
        if (const auto announced = trace.value(Part::PayloadLength))
            dissection.summary += ", " + count(*announced, "byte") + " announced";
    }
    dissection.summary += " [" + std::string(errorName(error.code)) + ']';
    dissection.root.fields = trace.takeFields();
}

} // namespace Halyard::Wire::Vstp
