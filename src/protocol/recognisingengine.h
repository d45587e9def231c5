// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "protocol/engine.h"
#include "protocol/protocolfactory.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// The server's end of a connection whose protocol is not known yet: looks at up to 64 bytes, then is the
/// engine of the first factory in the list that says Yes (one that says More is waited for while it stands
/// before). The bytes are replayed. Says nothing itself, so only protocols whose clients speak first can be
/// told apart; with a single factory there is nothing to find out and its engine starts at once.
///
/// Fails with ProtocolNotRecognised, or with HandshakeTimedOut when the client is silent for
/// handshakeTimeout, which the engine that follows shares.
class HALYARD_EXPORT RecognisingEngine final : public Engine
{
public:
    static constexpr std::size_t LookBytes = 64;

    /// The factories are kept as long as the engine; canShareAPort() holds.
    RecognisingEngine(std::vector<std::shared_ptr<const ProtocolFactory>> factories, EngineSetup setup);
    ~RecognisingEngine() override;

    /// Fails with InvalidArgument where a list is empty, or names one protocol twice, or has more than one
    /// member of which one waits for the server's first word.
    [[nodiscard]] static Result<void> canShareAPort(
        const std::vector<std::shared_ptr<const ProtocolFactory>> &factories);
    [[nodiscard]] std::string_view recognisedProtocol() const override;
    /// Whose engine this has become; nullptr before.
    [[nodiscard]] const ProtocolFactory *recognised() const noexcept { return m_recognised; }

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
    enum class Phase : std::uint8_t { Idle, Looking, Recognised, Closing, Closed };

    void look(bool isAll, Now now);
    void become(const ProtocolFactory &factory, Now now);
    void giveUp(Error error);
    [[nodiscard]] tl::unexpected<Error> cannotSend() const;

    const std::vector<std::shared_ptr<const ProtocolFactory>> m_factories;
    EngineSetup m_setup;
    std::unique_ptr<Engine> m_engine;
    const ProtocolFactory *m_recognised = nullptr;
    EngineObserver *m_observer = nullptr;
    Error m_error;
    TimePoint m_deadline {};
    std::array<std::byte, LookBytes> m_first {};
    std::size_t m_firstBytes = 0;
    Phase m_phase = Phase::Idle;
    bool m_paused = false;
};

} // namespace Halyard::Wire
