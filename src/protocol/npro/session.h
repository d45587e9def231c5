// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/heartbeat.h"
#include "protocol/limits.h"
#include "protocol/npro/conventions.h"
#include "protocol/session.h"
#include "wire/export.h"

/// network-protocol over a byte stream (its specification, sections 4 and 7;
/// docs/wire/network-protocol-conventions.md). Nothing on the wire says what answers what: answers come in
/// the order of the requests, some requests have none, and Pings stand between.
namespace Halyard::Wire::Npro {

/// Whether packets hold records of a FrameSecurity, as between the crate's client and daemon, or messages in
/// clear, as inside its TLS. Heartbeats and Disconnect exist in the first case only.
enum class Wrapping : std::uint8_t { Sealed, Plain };

/// What both sides have: Pings, which also tell how far the peer has come, and the heartbeat made of them. We
/// ping only when nothing else of ours has left for an interval, for crates hand a Ping to the application.
class HALYARD_EXPORT NproSession : public Session
{
public:
    ~NproSession() override;

    [[nodiscard]] Result<void> start(FrameSink &sink, Now now) override;
    void heardFrom(Now now) override;
    void inputPaused(bool paused, Now now) override;
    void fail(const Error &error, FrameSink &sink, Now now) override;
    [[nodiscard]] bool isReady() const override { return m_started; }
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

protected:
    NproSession(Wrapping wrapping, const EngineLimits &limits);

    [[nodiscard]] Result<void> write(const Message &message, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> writeBytes(const MessageBytes &bytes, FrameSink &sink, Now now);
    /// Sends a Ping; its number is what pongs() will be when it is answered.
    [[nodiscard]] Result<std::uint64_t> writePing(FrameSink &sink, Now now);
    /// False where none was due.
    bool pongReceived(Now now);
    [[nodiscard]] std::uint64_t pings() const noexcept { return m_pings; }
    [[nodiscard]] std::uint64_t pongs() const noexcept { return m_pongs; }
    void peerFinished();
    [[nodiscard]] bool hasPeerFinished() const noexcept { return m_peerFinished; }
    [[nodiscard]] bool isSealed() const noexcept { return m_wrapping == Wrapping::Sealed; }

    const EngineLimits m_limits;
    HeaderBlock m_headers; // of the latest message

private:
    const Wrapping m_wrapping;
    Heartbeat m_heartbeat;
    std::uint64_t m_pings = 0;
    std::uint64_t m_pongs = 0;
    std::optional<std::pair<std::uint64_t, std::uint64_t>>
        m_beat; // the latest one: our number, the heartbeat's
    bool m_started = false;
    bool m_peerFinished = false;
};

} // namespace Halyard::Wire::Npro
