// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "protocol/bytequeue.h"
#include "protocol/engine.h"
#include "protocol/framesink.h"
#include "protocol/limits.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framesecurity.h"
#include "wire/framing.h"
#include "wire/time.h"

namespace Halyard::Wire {

/// A byte stream as a row of plain bodies, both ways: Framing, FrameSecurity if there is one, limits and
/// buffers. Frames are cut, opened, sealed and wrapped where they lie. FramedEngine puts a session on it; a
/// proxy joins two. A value without I/O or clock; one owner, one thread.
///
/// Errors of the input are final: nextBody() gives the same one again, after all bodies before it.
class HALYARD_EXPORT FrameChannel final : public FrameSink
{
public:
    /// The framing is shared and outlives the channel.
    FrameChannel(const Framing &framing, std::unique_ptr<FrameSecurity> security, const EngineLimits &limits,
        const std::shared_ptr<SpareBlocks> &spares = {});
    ~FrameChannel() override;

    /// What the end of the input tells now, where the security knows more than that it has come.
    [[nodiscard]] std::optional<Error> meaningOfEnd() const
    {
        return m_security ? m_security->meaningOfEnd() : std::nullopt;
    }
    /// HandshakeTimedOut: not ready within EngineLimits::handshakeTimeout.
    [[nodiscard]] Error lateness() const;
    /// These, with name and user of what seals, once it does.
    [[nodiscard]] Capabilities withSecurity(Capabilities capabilities) const;
    /// Begins the security's handshake; its first frame may be pending output afterwards.
    void start(Now now);
    /// Whether plain bodies can pass: there is no security, or its handshake is done.
    [[nodiscard]] bool isEstablished() const;
    /// Set while the handshake waits for provide(): whose credentials it needs. Input waits meanwhile, at
    /// most maxBytesBeforeReady of it.
    [[nodiscard]] std::optional<std::string> credentialsNeeded() const;
    void provide(std::optional<Credentials> credentials, Now now);

    /// Where to put input: at least one byte, at most `wanted`, valid until the next call of received(),
    /// nextBody() or this. Empty while more is buffered than one frame: take bodies first. Memory grows with
    /// the bytes that arrive, never with an announced length.
    [[nodiscard]] MutableBytes inputSpace(std::size_t wanted);
    void received(std::size_t bytes, Now now);
    /// Input is neither kept nor parsed from now on; what came is dropped.
    void discardInput();
    /// No frame deadline runs while our own side holds the input back.
    void inputPaused(bool paused, Now now);
    /// The next plain body, or nothing while input or credentials are missing. It may be changed in place and
    /// stays valid until the next nextBody() or received(), or longer: see holdBody(). Fails as the
    /// framing and the security do, and with PayloadTooLarge, InputBudgetExceeded.
    [[nodiscard]] Result<std::optional<MutableBytes>> nextBody(Now now);
    /// Keeps the latest body valid until the next nextBody(), even if more input is received before.
    void holdBody() noexcept { m_input.pin(); }
    /// Whether the input stands inside a frame, with all complete ones taken: its end is then FrameTruncated.
    [[nodiscard]] bool isInsideFrame() const noexcept;
    [[nodiscard]] Error truncation() const;

    [[nodiscard]] Result<MutableBytes> begin(std::size_t bytes) override;
    [[nodiscard]] Result<void> commit() override;
    [[nodiscard]] Result<void> checkSize(std::size_t bytes) const override;
    [[nodiscard]] std::size_t pendingBytes() const override { return m_output.size(); }
    /// All pending output; valid until the next begin(), commit() or written().
    [[nodiscard]] ByteView output() const noexcept { return m_output.pending(); }
    void written(std::size_t bytes);
    void dropOutput();

    /// When the frame that has begun must be complete.
    [[nodiscard]] std::optional<TimePoint> deadline() const;
    /// Fails with FrameTooSlow when that has passed.
    [[nodiscard]] Result<void> expired(Now now);
    [[nodiscard]] std::size_t heldBytes() const noexcept;
    /// Layer Frame: each frame as it is on the wire, also one that fails its check. Layer OpenedBody: what
    /// was inside, only where there is a security.
    void setObserver(EngineObserver *observer) noexcept { m_observer = observer; }
    /// The time that an observer is told for frames that leave; calls with a Now set it too.
    void setNow(Now now) noexcept { m_now = now; }

private:
    [[nodiscard]] Result<std::optional<MutableBytes>> cutFrame();
    [[nodiscard]] Result<std::optional<MutableBytes>> waitForMore();
    [[nodiscard]] tl::unexpected<Error> failed(Error error);
    [[nodiscard]] Result<void> checkExtent(Extent extent) const;
    [[nodiscard]] bool isShakingHands() const;
    [[nodiscard]] Result<void> sendHandshakeFrames();
    void wrapAndAppend(MutableBytes body);
    void dropTaken();
    void exportSecrets();
    void observe(EngineObserver::Passage passage, EngineObserver::Layer layer, ByteView bytes);

    const Framing &m_framing;
    const std::unique_ptr<FrameSecurity> m_security;
    const EngineLimits m_limits;
    const Extent m_maxOverhead;
    EngineObserver *m_observer = nullptr;
    bool m_hasExported = false;
    Now m_now {};

    ByteQueue m_input;
    std::size_t m_taken = 0;          // bytes of the frame that was given out last
    std::optional<Extent> m_extent;   // of the frame in front, once known
    std::size_t m_readSize;           // follows what the peer really sends
    std::size_t m_offered = 0;        // by inputSpace()
    std::optional<TimePoint> m_began; // the incomplete frame in front
    std::optional<TimePoint> m_pausedAt;
    std::optional<Error> m_failure;
    bool m_discarding = false;

    ByteQueue m_output;
    std::size_t m_usualOutput
        = 0;             // of a turn lately: reserved at once, so that many small frames grow it only once
    MutableBytes m_open; // between begin() and commit(): front, body, back
};

} // namespace Halyard::Wire
