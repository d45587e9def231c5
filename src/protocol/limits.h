// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>

namespace Halyard::Wire {

/// What one engine may hold and how long it waits. Defaults are those of docs/limits.md; every value is an
/// option of the endpoint.
struct EngineLimits {
    std::size_t maxFrameBytesIn = 8'388'608;  ///< one frame with all overhead; PayloadTooLarge
    std::size_t maxFrameBytesOut = 8'388'608; ///< the same for sending; Engine::send() refuses it
    std::size_t maxBytesBeforeReady
        = 16'384;                 ///< input kept before the handshakes are done; InputBudgetExceeded
    std::size_t maxHeaders = 256; ///< entries per frame; TooManyHeaders
    std::size_t maxOpenRequests
        = 1'024; ///< per connection and direction; the request is refused with CallRefused
    std::chrono::milliseconds frameGrace {30'000};        ///< a frame must be complete within this …
    std::size_t frameBytesPerSecond = 16'384;             ///< … plus its size at this rate; FrameTooSlow
    std::chrono::milliseconds handshakeTimeout {10'000};  ///< until Ready; HandshakeTimedOut
    std::chrono::milliseconds heartbeatInterval {15'000}; ///< zero turns heartbeats off
    unsigned heartbeatSilentPeriods = 4;            ///< dead after so many without a byte; HeartbeatTimedOut
    std::chrono::milliseconds closeTimeout {1'000}; ///< for final output to leave
};

} // namespace Halyard::Wire
