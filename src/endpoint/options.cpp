// SPDX-License-Identifier: MIT
#include "endpoint/options.h"

#include <algorithm>

#include "endpoint/proxy.h"

namespace Halyard {
namespace {

using std::chrono::milliseconds;

// Largest time that QTimer takes without overflow, and then some: a year.
constexpr milliseconds LongestTime = std::chrono::hours(24 * 365);
constexpr qint64 MostBytes = qint64(1) << 40;
constexpr qint64 MostItems = 1'000'000'000;

/// Collects the first violation, so that validate() reads as a table.
class Check
{
public:
    Check &range(const char *member, qint64 value, qint64 least, qint64 most)
    {
        if (m_result && (value < least || value > most))
            refuse(member, QStringLiteral("%1 is not between %2 and %3").arg(value).arg(least).arg(most));
        return *this;
    }
    Check &time(const char *member, milliseconds value, milliseconds least)
    {
        if (m_result && (value < least || value > LongestTime))
            refuse(member,
                QStringLiteral("%1 ms is not between %2 ms and a year")
                    .arg(value.count())
                    .arg(least.count()));
        return *this;
    }
    Check &notAbove(const char *member, qint64 value, const char *other, qint64 limit)
    {
        if (m_result && value > limit)
            refuse(member,
                QStringLiteral("%1 is above %2, which is %3")
                    .arg(value)
                    .arg(QLatin1String(other))
                    .arg(limit));
        return *this;
    }
    Check &nested(const Result<void> &result)
    {
        if (m_result)
            m_result = result;
        return *this;
    }
    [[nodiscard]] Result<void> result() const { return m_result; }

private:
    void refuse(const char *member, const QString &why)
    {
        m_result = failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            QLatin1String(member) + QLatin1String(": ") + why);
    }
    Result<void> m_result;
};

Result<void> validateTransport(const TransportOptions &transport)
{
    return Check()
        .time("transport.connectTimeout", transport.connectTimeout, milliseconds(1))
        .time("transport.handshakeTimeout", transport.handshakeTimeout, milliseconds(1))
        .time("transport.flushTimeout", transport.flushTimeout, milliseconds(0))
        .time("transport.lingerTimeout", transport.lingerTimeout, milliseconds(0))
        .range("transport.acceptBacklog", transport.acceptBacklog, 1, 65'535)
        .range("transport.maxHandshakeBytes", transport.maxHandshakeBytes, 1'024, MostItems)
        .result();
}

Result<void> validateEngine(const Wire::EngineLimits &engine)
{
    constexpr auto most = qint64(MostBytes);
    return Check()
        .range("engine.maxFrameBytesIn", qint64(engine.maxFrameBytesIn), 64, most)
        .range("engine.maxFrameBytesOut", qint64(engine.maxFrameBytesOut), 64, most)
        .range("engine.maxBytesBeforeReady", qint64(engine.maxBytesBeforeReady), 64, most)
        .range("engine.maxHeaders", qint64(engine.maxHeaders), 0, MostItems)
        .range("engine.maxOpenRequests", qint64(engine.maxOpenRequests), 0, MostItems)
        .time("engine.frameGrace", engine.frameGrace, milliseconds(1))
        .range("engine.frameBytesPerSecond", qint64(engine.frameBytesPerSecond), 1, most)
        .time("engine.handshakeTimeout", engine.handshakeTimeout, milliseconds(1))
        .time("engine.heartbeatInterval", engine.heartbeatInterval, milliseconds(0))
        .range("engine.heartbeatSilentPeriods", engine.heartbeatSilentPeriods, 1, 1'000)
        .time("engine.closeTimeout", engine.closeTimeout, milliseconds(0))
        .result();
}

} // namespace

Result<void> ConnectionOptions::validate() const
{
    return Check()
        .nested(validateEngine(engine))
        .range("queueHighBytes", queueHighBytes, 1, MostBytes)
        .range("queueLowBytes", queueLowBytes, 0, MostBytes)
        .notAbove("queueLowBytes", queueLowBytes, "queueHighBytes", queueHighBytes)
        .range("queueHighMessages", queueHighMessages, 1, MostItems)
        .range("queueLowMessages", queueLowMessages, 0, MostItems)
        .notAbove("queueLowMessages", queueLowMessages, "queueHighMessages", queueHighMessages)
        .range("queueRejectFactor", queueRejectFactor, 1, 1'000)
        .range("maxQueuedAnswerBytes", maxQueuedAnswerBytes, 1, MostBytes)
        .range("maxUndeliveredBytes", maxUndeliveredBytes, 1, MostBytes)
        .range("readBytesPerTurn", readBytesPerTurn, 1, MostBytes)
        .range("deliveredMessagesPerTurn", deliveredMessagesPerTurn, 1, MostItems)
        .range("deliveredBytesPerTurn", deliveredBytesPerTurn, 1, MostBytes)
        .range("outputAheadBytes", outputAheadBytes, 1, MostBytes)
        .time("idleTimeout", idleTimeout, milliseconds(0))
        .time("writeTimeout", writeTimeout, milliseconds(0))
        .time("answerTimeout", answerTimeout, milliseconds(0))
        .time("drainTimeout", drainTimeout, milliseconds(0))
        .time("requestTimeout", requestTimeout, milliseconds(0))
        .result();
}

milliseconds ReconnectPolicy::ceiling(int attempt) const noexcept
{
    auto wait = first;
    for (int i = 0; i < attempt && wait < longest; ++i)
        wait *= 2;
    return std::min(wait, longest);
}

bool ReconnectPolicy::mayRetry(const Error &error) noexcept
{
    switch (error.code()) {
    case ErrorCode::None: // a clean close by the peer
    case ErrorCode::HeartbeatTimedOut:
    case ErrorCode::FrameTooSlow:
    case ErrorCode::FrameTruncated:
    case ErrorCode::InputBudgetExceeded:
    case ErrorCode::OutputNotRead:
    case ErrorCode::ConnectionRefused:
    case ErrorCode::HostNotFound:
    case ErrorCode::ConnectTimedOut:
    case ErrorCode::ConnectionLost:
    case ErrorCode::AddressNotAvailable:
    case ErrorCode::TransportFailed:
    case ErrorCode::TooManyConnections:
    case ErrorCode::HandshakeTimedOut:
    case ErrorCode::IdleTimedOut:
    case ErrorCode::ClosedBeforeReady:
    case ErrorCode::DrainTimedOut:
    case ErrorCode::WriteTimedOut:
        return true;
    default:
        return false;
    }
}

Result<void> ReconnectPolicy::validate() const
{
    return Check()
        .time("reconnect.first", first, milliseconds(1))
        .time("reconnect.longest", longest, milliseconds(1))
        .notAbove("reconnect.first", first.count(), "reconnect.longest", longest.count())
        .result();
}

Result<void> ClientOptions::validate() const
{
    return Check()
        .nested(connection.validate())
        .nested(validateTransport(transport))
        .nested(reconnect.validate())
        .result();
}

Result<void> GuessLimits::validate() const
{
    return Check()
        .range("guesses.perUser", perUser, 1, MostItems)
        .range("guesses.perAddress", perAddress, 1, MostItems)
        .time("guesses.window", window, milliseconds(1))
        .result();
}

Result<void> ServerOptions::validate() const
{
    return Check()
        .nested(connection.validate())
        .nested(validateTransport(transport))
        .range("maxConnections", maxConnections, 1, MostItems)
        .range("maxHandshakes", maxHandshakes, 1, MostItems)
        .range("maxConnectionsPerAddress", maxConnectionsPerAddress, 1, MostItems)
        .nested(guesses.validate())
        .range("maxUnfinishedInputBytes", maxUnfinishedInputBytes, 1, MostBytes)
        .result();
}

Result<void> ProxyOptions::validate() const
{
    return Check()
        .nested(validateTransport(listening))
        .nested(validateTransport(connecting))
        .nested(validateEngine(engine))
        .range("maxPendingBytes", maxPendingBytes, 1, MostBytes)
        .range("maxConnections", maxConnections, 1, MostItems)
        .range("maxHandshakes", maxHandshakes, 1, MostItems)
        .range("maxUnfinishedInputBytes", maxUnfinishedInputBytes, 1, MostBytes)
        .time("closeTimeout", closeTimeout, milliseconds(0))
        .time("halfCloseTimeout", halfCloseTimeout, milliseconds(0))
        .nested(guesses.validate())
        .result();
}

} // namespace Halyard
