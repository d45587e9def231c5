// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "protocol/engine.h"
#include "protocol/framechannel.h"
#include "wire/export.h"
#include "wire/lengthframing.h"

namespace Halyard::Wire {

/// Any stream engine under a FrameSecurity of ours. What the inner engine says leaves in sealed records, each
/// in a frame | length u32 BE | record |, and what comes in is opened for it. The handshake's frames have the
/// same length in front. Where the inner protocol ends is its own business (BYE and the like); the end of the
/// input inside a record is FrameTruncated.
///
/// A record that does not open fails the connection with DecryptionFailed or what the security says; the
/// inner engine still says its last words. Observers see records as frames and, opened, the inner protocol's
/// stream, in pieces cut anywhere.
class HALYARD_EXPORT SecuredEngine final : public Engine
{
public:
    /// The most plain bytes that one record carries out.
    static constexpr std::size_t RecordBytes = 16'384;
    /// The largest record that is taken in.
    static constexpr std::size_t MaxSealedBytes = RecordBytes + 1'024;

    SecuredEngine(
        std::unique_ptr<Engine> inner, std::unique_ptr<FrameSecurity> security, const EngineLimits &limits);
    ~SecuredEngine() override;

    void start(Now now) override;
    [[nodiscard]] MutableBytes inputSpace(std::size_t wanted) override;
    void received(std::size_t bytes, Now now) override;
    void inputEnded(Now now) override;
    void inputPaused(bool paused, Now now) override;
    [[nodiscard]] std::optional<Event> nextEvent(Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, Now now) override;
    void provide(std::optional<Credentials> credentials, Now now) override;
    void close(Now now) override;
    void fail(Error error, Now now) override;
    [[nodiscard]] Result<void> handOff(Now now) override;
    [[nodiscard]] Result<void> sendFrame(ByteView body, Now now) override;
    [[nodiscard]] std::optional<ByteView> output() override;
    void written(std::size_t bytes, Now now) override;
    [[nodiscard]] std::size_t heldBytes() const override;
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    void expired(Now now) override;
    void setObserver(EngineObserver *observer) override;

private:
    enum class Phase : std::uint8_t {
        Idle,
        Handshaking, ///< the inner engine waits
        Running,     ///< it has started
        Closing,     ///< it is done; sealed output leaves
        Closed,
    };

    [[nodiscard]] std::optional<Event> innerEvent(Now now);
    [[nodiscard]] bool feedInner(Now now);
    [[nodiscard]] Result<bool> openNext(Now now);
    [[nodiscard]] Result<bool> endOfInput(Now now);
    [[nodiscard]] std::optional<Event> closedIfWritten();
    void startInnerIfPossible(Now now);
    void sealOutput();
    void stop(Error error, Now now);
    void failLater(Error error);
    void beginClosing(Error error, Now now);
    [[nodiscard]] tl::unexpected<Error> cannotSend() const;

    const LengthFraming m_framing;
    const EngineLimits m_limits;
    const std::unique_ptr<Engine> m_inner;
    FrameChannel m_channel;
    MutableBytes m_plain;           // opened, not yet taken by the inner engine
    std::optional<Error> m_failure; // delivered after all that is opened before it
    Error m_closeError;
    TimePoint m_handshakeDeadline {};
    std::optional<TimePoint> m_closeDeadline;
    Now m_now {};
    Phase m_phase = Phase::Idle;
    bool m_ready = false;
    bool m_askedForCredentials = false;
    bool m_inputEnded = false;
    bool m_inputDone = false; // failed, or its end was passed on
    bool m_sealFailed = false;
};

} // namespace Halyard::Wire
