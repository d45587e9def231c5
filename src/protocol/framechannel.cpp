// SPDX-License-Identifier: MIT
#include "protocol/framechannel.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace Halyard::Wire {

namespace {

using Layer = EngineObserver::Layer;
using Passage = EngineObserver::Passage;

constexpr std::size_t FirstReadBytes = 4'096;
// More does not make reading faster, and a peer that fills it pays for it with as many bytes.
constexpr std::size_t LargestReadBytes = 65'536;
// What an idle connection may keep of its output buffer, so that small answers need no allocation.
constexpr std::size_t KeptOutputBytes = 1'024;
// What is reserved in one piece, before a turn's first frame, where turns have been writing as much.
constexpr std::size_t LargestUsualOutput = 262'144;

std::string sizeAgainstLimit(std::size_t bytes, std::size_t limit)
{
    return std::to_string(bytes) + " bytes, limit " + std::to_string(limit);
}

} // namespace

FrameChannel::FrameChannel(const Framing &framing, std::unique_ptr<FrameSecurity> security,
    const EngineLimits &limits, const std::shared_ptr<SpareBlocks> &spares)
    : m_framing(framing)
    , m_security(std::move(security))
    , m_limits(limits)
    , m_maxOverhead(framing.maxOverhead())
    , m_input(spares)
    , m_readSize(FirstReadBytes)
    , m_output(spares)
{ }

FrameChannel::~FrameChannel() = default;

void FrameChannel::start(Now now)
{
    m_now = now;
    if (!m_security)
        return;
    m_security->start(now);
    if (auto sent = sendHandshakeFrames(); !sent)
        m_failure = std::move(sent.error());
}

bool FrameChannel::isEstablished() const { return !m_security || m_security->isEstablished(); }

bool FrameChannel::isShakingHands() const { return m_security && !m_security->expectsRecords(); }

Capabilities FrameChannel::withSecurity(Capabilities capabilities) const
{
    if (m_security && m_security->isEstablished()) {
        capabilities.security = m_security->name();
        capabilities.user = m_security->user();
    }
    return capabilities;
}

std::optional<std::string> FrameChannel::credentialsNeeded() const
{
    if (isEstablished() || m_failure)
        return std::nullopt;
    return m_security->credentialsNeeded();
}

void FrameChannel::provide(std::optional<Credentials> credentials, Now now)
{
    m_now = now;
    if (!m_security)
        return;
    m_security->provide(std::move(credentials), now);
    if (auto sent = sendHandshakeFrames(); !sent && !m_failure)
        m_failure = std::move(sent.error());
}

MutableBytes FrameChannel::inputSpace(std::size_t wanted)
{
    if (m_failure || wanted == 0)
        return {};
    const std::size_t waiting = m_input.size() - m_taken;
    const std::size_t bound = isShakingHands() ? m_limits.maxBytesBeforeReady + 1 // the one that breaks it
                                               : m_limits.maxFrameBytesIn + LargestReadBytes;
    if (waiting >= bound)
        return {};
    const std::size_t capacity = m_input.capacity();
    std::size_t room = m_readSize;
    if (capacity > 0) {
        room = std::max<std::size_t>(capacity / 4, 1);
        if (m_extent && m_taken == 0 && m_extent->total() > waiting)
            room = std::min(room, m_extent->total() - waiting);
    }
    const MutableBytes space = m_input.reserve(room);
    m_offered = std::min({wanted, space.size(), bound - waiting});
    return space.first(m_offered);
}

void FrameChannel::received(std::size_t bytes, Now now)
{
    m_now = now;
    bytes = std::min(bytes, m_offered);
    if (bytes == 0)
        return;
    if (bytes == m_offered)
        m_readSize = std::min(m_readSize * 2, LargestReadBytes);
    else if (bytes < m_readSize / 8)
        m_readSize = std::max(m_readSize / 2, FirstReadBytes);
    m_offered = 0;
    if (m_discarding)
        m_input.release();
    else
        m_input.append(bytes);
}

void FrameChannel::discardInput()
{
    m_discarding = true;
    m_began.reset();
    m_extent.reset();
    dropTaken();
    m_input.clear();
    m_input.release();
}

void FrameChannel::inputPaused(bool paused, Now now)
{
    m_now = now;
    if (paused == m_pausedAt.has_value())
        return;
    if (paused) {
        m_pausedAt = now.steady;
        return;
    }
    if (m_began)
        *m_began += now.steady - std::max(*m_began, *m_pausedAt);
    m_pausedAt.reset();
}

void FrameChannel::dropTaken()
{
    m_input.unpin();
    m_input.consume(std::exchange(m_taken, 0));
}

Result<std::optional<MutableBytes>> FrameChannel::nextBody(Now now)
{
    m_now = now;
    dropTaken();
    if (m_failure)
        return tl::unexpected(*m_failure);
    for (;;) {
        if (credentialsNeeded())
            return waitForMore();
        auto body = cutFrame();
        if (!body || !*body || !m_security)
            return body;
        if (!m_security->isEstablished()) {
            const auto took = m_security->handshake(**body, now);
            exportSecrets();
            if (!took)
                return failed(took.error());
            if (auto sent = sendHandshakeFrames(); !sent)
                return failed(std::move(sent.error()));
            if (*took == FrameSecurity::Took::Handshake) {
                dropTaken();
                continue;
            }
        }
        auto opened = m_security->open(**body);
        if (!opened)
            return failed(std::move(opened.error()));
        observe(Passage::In, Layer::OpenedBody, *opened);
        return *opened;
    }
}

Result<std::optional<MutableBytes>> FrameChannel::cutFrame()
{
    const MutableBytes waiting = m_input.pending();
    if (waiting.empty())
        return waitForMore();
    if (!m_extent) {
        auto extent = m_framing.measure(waiting, m_limits.maxFrameBytesIn);
        if (!extent)
            return failed(std::move(extent.error()));
        if (!*extent)
            return waitForMore();
        if (auto fits = checkExtent(**extent); !fits)
            return failed(std::move(fits.error()));
        m_extent = **extent;
    }
    const Extent extent = *m_extent;
    if (waiting.size() < extent.total())
        return waitForMore();
    const MutableBytes frame = waiting.first(extent.total());
    observe(Passage::In, Layer::Frame, frame);
    if (auto checked = m_framing.check(frame, extent); !checked)
        return failed(std::move(checked.error()));
    m_taken = frame.size();
    m_extent.reset();
    m_began.reset();
    return frame.subspan(extent.header, extent.body);
}

Result<void> FrameChannel::checkExtent(Extent extent) const
{
    if (!m_security)
        return {};
    if (extent.body > m_security->maxBody())
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer,
            "a sealed body of " + sizeAgainstLimit(extent.body, m_security->maxBody()));
    if (isShakingHands() && extent.total() > m_limits.maxBytesBeforeReady)
        return failure(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
            "a handshake frame of " + sizeAgainstLimit(extent.total(), m_limits.maxBytesBeforeReady));
    return {};
}

Result<std::optional<MutableBytes>> FrameChannel::waitForMore()
{
    if (isShakingHands() && m_input.size() > m_limits.maxBytesBeforeReady)
        return failed({ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
            "more than " + std::to_string(m_limits.maxBytesBeforeReady)
                + " bytes before the handshake was done"});
    if (m_input.isEmpty())
        m_input.release();
    else if (!m_began && !credentialsNeeded())
        m_began = m_now.steady;
    return std::nullopt;
}

tl::unexpected<Error> FrameChannel::failed(Error error)
{
    m_failure = std::move(error);
    m_taken = 0;
    m_began.reset();
    m_extent.reset();
    m_input.clear();
    m_input.release();
    return tl::unexpected(*m_failure);
}

bool FrameChannel::isInsideFrame() const noexcept { return m_input.size() > m_taken; }

Error FrameChannel::lateness() const
{
    const auto end = meaningOfEnd(); // silence tells the same, unless that would judge a proof
    const std::string more = end && end->code == ErrorCode::ClosedBeforeReady ? "; " + end->detail : "";
    return {ErrorCode::HandshakeTimedOut, ErrorOrigin::Peer,
        "not ready after " + std::to_string(m_limits.handshakeTimeout.count()) + " ms" + more};
}

Error FrameChannel::truncation() const
{
    std::string detail
        = "the stream ended " + std::to_string(m_input.size() - m_taken) + " bytes into a frame";
    if (m_extent)
        detail += " of " + std::to_string(m_extent->total());
    return {ErrorCode::FrameTruncated, ErrorOrigin::Peer, std::move(detail)};
}

Result<void> FrameChannel::checkSize(std::size_t bytes) const
{
    const Overhead overhead = m_security ? m_security->overhead() : Overhead {};
    const std::size_t most = std::min(
        m_limits.maxFrameBytesOut, m_security ? m_security->maxBody() + m_maxOverhead.header : SIZE_MAX);
    const std::size_t around = m_maxOverhead.header + overhead.front + overhead.back + m_maxOverhead.trailer;
    if (around <= most && bytes <= most - around)
        return {};
    return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
        "a body of " + std::to_string(bytes) + " bytes, with all around it more than "
            + std::to_string(most));
}

Result<MutableBytes> FrameChannel::begin(std::size_t bytes)
{
    if (!isEstablished())
        return failure(ErrorCode::NotReady, ErrorOrigin::Local, "the security handshake is not done");
    if (bytes > m_limits.maxFrameBytesOut)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            "a body of " + sizeAgainstLimit(bytes, m_limits.maxFrameBytesOut));
    const Overhead overhead = m_security ? m_security->overhead() : Overhead {};
    const std::size_t whole = overhead.front + bytes + overhead.back;
    if (m_security && whole > m_security->maxBody())
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            "a sealed body of " + sizeAgainstLimit(whole, m_security->maxBody()));
    const std::size_t most = m_maxOverhead.header + whole + m_maxOverhead.trailer;
    const MutableBytes space
        = m_output.reserve(m_output.capacity() <= KeptOutputBytes ? std::max(most, m_usualOutput) : most);
    m_open = space.subspan(m_maxOverhead.header, whole);
    return m_open.subspan(overhead.front, bytes);
}

Result<void> FrameChannel::commit()
{
    const MutableBytes body = std::exchange(m_open, {});
    // Once sealed, a frame has to leave: its counter is used. So the most it can become is what counts then.
    const Extent extent = m_security ? m_maxOverhead : m_framing.extentFor(body);
    const std::size_t total = extent.header + body.size() + extent.trailer;
    if (total > m_limits.maxFrameBytesOut)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            "a frame of " + sizeAgainstLimit(total, m_limits.maxFrameBytesOut));
    if (m_security) {
        const Overhead overhead = m_security->overhead();
        observe(Passage::Out, Layer::OpenedBody,
            body.subspan(overhead.front, body.size() - overhead.front - overhead.back));
        if (auto sealed = m_security->seal(body); !sealed)
            return sealed;
    }
    wrapAndAppend(body);
    return {};
}

void FrameChannel::wrapAndAppend(MutableBytes body)
{
    const Extent extent = m_framing.extentFor(body);
    std::byte *const start = body.data() - m_maxOverhead.header;
    if (extent.header < m_maxOverhead.header)
        std::memmove(start + extent.header, body.data(), body.size());
    const MutableBytes frame(start, extent.total());
    m_framing.wrap(frame, extent);
    m_output.append(frame.size());
    observe(Passage::Out, Layer::Frame, frame);
}

Result<void> FrameChannel::sendHandshakeFrames()
{
    while (const auto body = m_security->nextHandshakeFrame()) {
        const std::size_t most = m_maxOverhead.header + body->size() + m_maxOverhead.trailer;
        if (most > m_limits.maxFrameBytesOut)
            return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
                "a handshake frame of " + sizeAgainstLimit(most, m_limits.maxFrameBytesOut));
        const MutableBytes space = m_output.reserve(most).subspan(m_maxOverhead.header, body->size());
        copyBytes(*body, space.data());
        wrapAndAppend(space);
    }
    return {};
}

void FrameChannel::written(std::size_t bytes)
{
    m_usualOutput = std::clamp(m_output.size(), m_usualOutput / 2, LargestUsualOutput);
    m_output.consume(std::min(bytes, m_output.size()));
    if (m_output.isEmpty() && m_output.capacity() > KeptOutputBytes)
        m_output.release();
}

void FrameChannel::dropOutput()
{
    m_output.clear();
    m_output.release();
}

std::optional<TimePoint> FrameChannel::deadline() const
{
    if (!m_began || m_pausedAt)
        return std::nullopt;
    const std::size_t bytes = m_extent ? m_extent->total() : 0;
    const std::size_t rate = std::max<std::size_t>(m_limits.frameBytesPerSecond, 1);
    return *m_began + m_limits.frameGrace + std::chrono::milliseconds(bytes * 1000 / rate);
}

Result<void> FrameChannel::expired(Now now)
{
    m_now = now;
    const auto due = deadline();
    if (!due || now.steady < *due)
        return {};
    std::string detail = std::to_string(m_input.size() - m_taken);
    if (m_extent)
        detail += " of " + std::to_string(m_extent->total());
    return failed(
        {ErrorCode::FrameTooSlow, ErrorOrigin::Peer, detail + " bytes of a frame when its time was over"});
}

std::size_t FrameChannel::heldBytes() const noexcept { return m_input.heldBytes() + m_output.heldBytes(); }

void FrameChannel::exportSecrets()
{
    if (m_hasExported || !m_observer || !m_observer->wantsSecrets())
        return;
    if (auto secrets = m_security->exportedSecrets()) {
        m_hasExported = true;
        m_observer->secretsExported(std::move(*secrets), m_now);
    }
}

void FrameChannel::observe(Passage passage, Layer layer, ByteView bytes)
{
    if (m_observer)
        m_observer->observed(passage, layer, bytes, m_now);
}

} // namespace Halyard::Wire
