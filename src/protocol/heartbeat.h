// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "wire/error.h"
#include "wire/export.h"
#include "wire/time.h"

namespace Halyard::Wire {

/// Decides when to ask whether the peer is alive and when to give it up. One PING per interval, whether or
/// not anything else is heard: the peer lives on hearing us, and the answers measure the round trip.
class HALYARD_EXPORT Heartbeat
{
public:
    /// An interval of zero turns it off.
    Heartbeat(std::chrono::milliseconds interval, unsigned silentPeriods) noexcept;

    [[nodiscard]] bool isOn() const noexcept { return m_interval.count() > 0; }
    void start(Now now) noexcept;
    /// The peer has said goodbye: it owes no sign of life any more.
    void stop() noexcept { m_started = false; }
    /// Any byte of the peer counts.
    void heardFrom(Now now) noexcept { m_heard = now.steady; }
    /// The peer hears from us without a PING, and the next one can wait: for protocols in which a PING costs
    /// the peer more than a look.
    void heardOfUs(Now now) noexcept { m_nextPing = now.steady + m_interval; }
    /// While we do not read, silence is our own doing.
    void paused(bool paused, Now now) noexcept;
    /// Nothing before start().
    [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
    /// Whether a PING is due. Fails with HeartbeatTimedOut once the peer was silent for too long.
    [[nodiscard]] Result<bool> expired(Now now);
    /// The number to send in the next PING.
    [[nodiscard]] std::uint64_t pingSent(Now now) noexcept;
    /// The number that came back.
    void answered(std::uint64_t number, Now now) noexcept;
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const noexcept
    {
        return m_roundTrip;
    }

private:
    const std::chrono::milliseconds m_interval;
    const std::chrono::milliseconds m_patience;
    TimePoint m_heard {};
    TimePoint m_nextPing {};
    TimePoint m_pingSent {};
    std::uint64_t m_number = 0;
    std::optional<std::chrono::microseconds> m_roundTrip;
    bool m_started = false;
    bool m_paused = false;
    bool m_answerDue = false;
};

} // namespace Halyard::Wire
