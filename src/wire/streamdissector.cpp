// SPDX-License-Identifier: MIT
#include "wire/streamdissector.h"

#include <algorithm>
#include <utility>

namespace Halyard::Wire {

namespace {

constexpr std::size_t FeedBytes = 65'536;    ///< taken in at once, so that a long feed is not held twice
constexpr std::size_t KeptBytes = 1'048'576; ///< of a buffer's memory, between frames

} // namespace

StreamDissector::StreamDissector(
    std::string_view protocol, const Framing &framing, const DissectorLimits &limits)
    : m_protocol(protocol)
    , m_framing(framing)
    , m_limits(limits)
{ }

void StreamDissector::feed(Direction direction, ByteView bytes, Now now)
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

std::size_t StreamDissector::heldBytes() const noexcept
{
    return m_heldBytes + m_streams[0].pending().size() + m_streams[1].pending().size();
}

void StreamDissector::finish(Direction direction, Now now)
{
    while (cutOne(direction, now, true)) { }
}

void StreamDissector::settle(Now now)
{
    for (const Direction direction : {Direction::ClientToServer, Direction::ServerToClient}) {
        Stream &stream = m_streams[std::size_t(direction)];
        if (stream.pending().empty())
            continue;
        // What has been looked through holds no frame; behind it one may have begun.
        const auto extent = m_framing.measure(stream.pending(), m_limits.maxFrameBytes);
        if (!extent)
            take(CutKind::Garbage, direction, std::max<std::size_t>(stream.scanned, 1), now, extent.error());
    }
}

bool StreamDissector::cutOne(Direction direction, Now now, bool isFinished)
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
        take(CutKind::Frame, direction, (*extent)->total(), now, {}, **extent);
        return true;
    }
    if (isFinished)
        take(CutKind::Truncated, direction, pending.size(), now);
    return isFinished;
}

std::optional<std::size_t> StreamDissector::garbageLength(Stream &stream, bool isFinished) const
{
    const ByteView pending = stream.pending();
    const std::size_t most = std::min(pending.size(), std::max<std::size_t>(m_limits.maxGarbageBytes, 1));
    const auto first = firstByte();
    std::size_t at = first ? std::max<std::size_t>(stream.scanned, 1) : most;
    while (at < most) {
        const auto found
            = std::find(pending.begin() + std::ptrdiff_t(at), pending.begin() + std::ptrdiff_t(most), *first);
        at = std::size_t(found - pending.begin());
        if (at == most)
            break;
        const auto verdict = looksLikeFrame(pending.subspan(at));
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

void StreamDissector::take(
    CutKind kind, Direction direction, std::size_t length, Now now, Error error, Extent extent)
{
    Stream &stream = m_streams[std::size_t(direction)];
    const ByteView bytes = stream.pending().first(length);
    const std::size_t cost = length + sizeof(Cut);
    if (m_cuts.empty() || m_heldBytes + cost <= m_limits.maxHeldBytes) {
        m_cuts.push_back(
            {kind, direction, stream.streamOffset, now, extent, toBytes(bytes), std::move(error)});
        m_heldBytes += cost;
    } else {
        if (m_cuts.back().kind != CutKind::Skipped)
            m_cuts.push_back({CutKind::Skipped, direction, stream.streamOffset, now, {}, {}, {}});
        m_cuts.back().time = now;
        m_cuts.back().skippedCuts += 1;
        m_cuts.back().skippedBytes += length;
    }
    stream.begin += length;
    stream.streamOffset += length;
    stream.scanned = 0;
}

std::optional<Dissection> StreamDissector::next()
{
    if (m_cuts.empty())
        return std::nullopt;
    Cut cut = std::move(m_cuts.front());
    m_cuts.pop_front();
    if (cut.kind != CutKind::Skipped)
        m_heldBytes -= cut.bytes.size() + sizeof(Cut);
    return explain(std::move(cut));
}

Dissection StreamDissector::explain(Cut cut)
{
    Dissection dissection;
    dissection.protocol = m_protocol;
    dissection.direction = cut.direction;
    dissection.streamOffset = cut.streamOffset;
    dissection.time = cut.time;
    dissection.complete = cut.kind == CutKind::Frame || cut.kind == CutKind::Garbage;
    dissection.extent = cut.extent;
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
        dissection.summary = countOf(cut.skippedCuts, "frame") + ", " + countOf(cut.skippedBytes, "byte")
            + ": not explained";
        dissection.root.name = "not explained";
        dissection.root.severity = Severity::Warning;
        dissection.root.note = "more came in than may be held; both directions are counted here";
        break;
    }
    dissection.root.value = dissection.summary;
    return dissection;
}

void markFailed(Field &field, const Error &error)
{
    field.severity = Severity::Error;
    field.note = std::string(errorName(error.code)) + ": " + error.detail;
}

void markDissection(Dissection &dissection, const Error &error)
{
    markFailed(dissection.root, error);
    dissection.summary += " [" + std::string(errorName(error.code)) + ']';
}

std::string countOf(std::uint64_t number, std::string_view noun)
{
    return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

} // namespace Halyard::Wire
