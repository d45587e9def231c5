// SPDX-License-Identifier: MIT
#include "protocol/npro/session.h"

#include <utility>

namespace Halyard::Wire::Npro {

NproSession::NproSession(Wrapping wrapping, const EngineLimits &limits)
    : m_limits(limits)
    , m_wrapping(wrapping)
    , m_heartbeat(wrapping == Wrapping::Sealed ? limits.heartbeatInterval : std::chrono::milliseconds(0),
          limits.heartbeatSilentPeriods)
{ }

NproSession::~NproSession() = default;

Result<void> NproSession::start(FrameSink & /*sink*/, Now now)
{
    m_started = true;
    m_heartbeat.start(now);
    return {};
}

void NproSession::heardFrom(Now now) { m_heartbeat.heardFrom(now); }

void NproSession::inputPaused(bool paused, Now now) { m_heartbeat.paused(paused, now); }

void NproSession::fail(const Error & /*error*/, FrameSink & /*sink*/, Now /*now*/)
{
    // The wire has no errors: closing says it.
}

Result<void> NproSession::write(const Message &message, FrameSink &sink, Now now)
{
    const auto bytes = encodeMessage(message);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return writeBytes(*bytes, sink, now);
}

Result<void> NproSession::writeBytes(const MessageBytes &bytes, FrameSink &sink, Now now)
{
    const auto body = sink.begin(bytes.size());
    if (!body)
        return tl::unexpected(body.error());
    copyBytes(bytes.rest, copyBytes(bytes.front, body->data()));
    auto sent = sink.commit();
    if (sent)
        m_heartbeat.heardOfUs(now);
    return sent;
}

Result<std::uint64_t> NproSession::writePing(FrameSink &sink, Now now)
{
    return write(Ping {}, sink, now).map([this] { return ++m_pings; });
}

bool NproSession::pongReceived(Now now)
{
    if (m_pongs >= m_pings)
        return false;
    ++m_pongs;
    if (m_beat && m_beat->first == m_pongs)
        m_heartbeat.answered(m_beat->second, now);
    return true;
}

void NproSession::peerFinished()
{
    m_peerFinished = true;
    m_heartbeat.stop();
}

Capabilities NproSession::capabilities() const
{
    Capabilities result;
    result.routes = true;
    result.headers = true;
    result.events = true;
    result.heartbeat = m_heartbeat.isOn();
    result.negotiated = isSealed() ? "network-protocol, sealed" : "network-protocol, plain packets";
    return result;
}

std::optional<std::chrono::microseconds> NproSession::roundTripTime() const
{
    return m_heartbeat.roundTripTime();
}

std::optional<TimePoint> NproSession::deadline() const { return m_heartbeat.deadline(); }

Result<void> NproSession::expired(FrameSink &sink, Now now)
{
    const auto due = m_heartbeat.expired(now);
    if (!due)
        return tl::unexpected(due.error());
    if (!*due || sink.pendingBytes() > 0)
        return {}; // the peer hears from us as soon as it reads
    const auto number = writePing(sink, now);
    if (!number)
        return tl::unexpected(number.error());
    m_beat = {*number, m_heartbeat.pingSent(now)};
    return {};
}

} // namespace Halyard::Wire::Npro
