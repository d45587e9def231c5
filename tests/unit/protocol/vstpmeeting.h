// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "dialogue.h"

namespace Halyard::Wire::Test {

/// How two Halyard peers meet, from the server's and from the client's side.
inline constexpr std::string_view MeetAsServer = R"(
    < HELLO halyard=1 features=stream,cancel
    > WELCOME halyard=1 features=stream,cancel
    ! ready
)";
inline constexpr std::string_view MeetAsClient = R"(
    > HELLO halyard=1 features=stream,cancel
    < WELCOME halyard=1 features=stream,cancel
    ! ready
)";

/// Without heartbeats in the way.
[[nodiscard]] inline EngineLimits quietLimits()
{
    EngineLimits limits;
    limits.heartbeatInterval = std::chrono::milliseconds(0);
    return limits;
}

} // namespace Halyard::Wire::Test
