// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "protocol/engine.h"
#include "protocol/filterchain.h"
#include "protocol/framechannel.h"
#include "protocol/protocolfactory.h"
#include "protocol/session.h"
#include "wire/export.h"
#include "wire/framing.h"

namespace Halyard::Wire {

/// A Session on a FrameChannel, with the filters between them: the engine of every protocol that frames a
/// byte stream.
///
/// What came before an error is delivered first. Where the peer has broken the protocol, answers that it was
/// owed before are still sent, and behind them the session's last words; all of it gets closeTimeout to
/// leave. Closed is the last event, exactly once. A clean close is the same without an error.
class HALYARD_EXPORT FramedEngine final : public Engine
{
public:
    /// The framing is shared and outlives the engine; `security` may be missing.
    FramedEngine(const Framing &framing, std::unique_ptr<Session> session,
        std::unique_ptr<FrameSecurity> security, const EngineSetup &setup);
    ~FramedEngine() override;

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
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const override
    {
        return m_session ? m_session->roundTripTime() : std::nullopt;
    }
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    void expired(Now now) override;
    void setObserver(EngineObserver *observer) override;

private:
    enum class Phase : std::uint8_t {
        Idle,      ///< before start()
        Preparing, ///< until Ready
        Open,
        Parting, ///< nothing is read any more, answers are owed
        Closing, ///< the last output leaves
        Closed,  ///< and Closed was given
    };
    using Step = Result<std::optional<Event>>;

    [[nodiscard]] Step nextStep(Now now);
    [[nodiscard]] Step deliver(MutableBytes body, Now now);
    [[nodiscard]] Step endOfInput(Now now);
    [[nodiscard]] Result<void> startSessionIfPossible(Now now);
    [[nodiscard]] bool canBeReady() const;
    [[nodiscard]] std::optional<Event> readyFirst(std::optional<Event> event);
    [[nodiscard]] std::optional<Event> closedIfWritten();
    void beginParting(Error error, Now now);
    void beginClosing(Error error, Now now);
    void failLater(Error error);
    [[nodiscard]] Result<void> checkCanSend() const;
    [[nodiscard]] bool isRunning() const noexcept
    {
        return m_phase == Phase::Preparing || m_phase == Phase::Open;
    }
    [[nodiscard]] FrameSink &sink() noexcept;

    const EngineLimits m_limits;
    FrameChannel m_channel;
    std::unique_ptr<FilterChain> m_filters; // only where there are some
    std::unique_ptr<Session> m_session;     // gone after handOff(), and never there with onlyFrames
    Capabilities m_capabilities;            // what remains known after handOff()
    std::optional<Event> m_afterReady;      // came with the body that made us ready
    std::optional<Error> m_failure;         // delivered after all that is parsed before it
    Error m_closeError;
    TimePoint m_handshakeDeadline {};
    TimePoint m_partingDeadline {}; // no answers after it
    TimePoint m_closeDeadline {};
    Phase m_phase = Phase::Idle;
    bool m_sessionStarted = false;
    bool m_askedForCredentials = false;
    bool m_inputEnded = false;
    bool m_peerFinished = false;
};

} // namespace Halyard::Wire
