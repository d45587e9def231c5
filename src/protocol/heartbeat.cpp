// SPDX-License-Identifier: MIT
#include "protocol/heartbeat.h"

#include <algorithm>
#include <string>

namespace Halyard::Wire {

Heartbeat::Heartbeat(std::chrono::milliseconds interval, unsigned silentPeriods) noexcept
    : m_interval(interval)
    , m_patience(interval * std::max(silentPeriods, 1U))
{ }

void Heartbeat::start(Now now) noexcept
{
    m_started = isOn();
    m_heard = now.steady;
    m_nextPing = now.steady + m_interval;
}

void Heartbeat::paused(bool paused, Now now) noexcept
{
    m_paused = paused;
    if (!paused)
        m_heard = now.steady;
}

std::optional<TimePoint> Heartbeat::deadline() const noexcept
{
    if (!m_started)
        return std::nullopt;
    return m_paused ? m_nextPing : std::min(m_nextPing, m_heard + m_patience);
}

Result<bool> Heartbeat::expired(Now now)
{
    if (!m_started)
        return false;
    if (!m_paused && now.steady >= m_heard + m_patience)
        return failure(ErrorCode::HeartbeatTimedOut, ErrorOrigin::Peer,
            "not a byte for " + std::to_string(m_patience.count()) + " ms");
    if (now.steady < m_nextPing)
        return false;
    m_nextPing = now.steady + m_interval;
    return true;
}

std::uint64_t Heartbeat::pingSent(Now now) noexcept
{
    m_pingSent = now.steady;
    m_answerDue = true;
    return ++m_number;
}

void Heartbeat::answered(std::uint64_t number, Now now) noexcept
{
    if (!m_answerDue || number != m_number)
        return;
    m_answerDue = false;
    m_roundTrip = std::chrono::duration_cast<std::chrono::microseconds>(now.steady - m_pingSent);
}

} // namespace Halyard::Wire
