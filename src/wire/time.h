// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace Halyard::Wire {

using TimePoint = std::chrono::steady_clock::time_point;

/// The present time, handed in by whoever runs the engine. The inner ring never asks a clock.
struct Now {
    TimePoint steady;                           ///< for deadlines
    std::chrono::system_clock::time_point wall; ///< for time stamps on the wire and in captures
};

} // namespace Halyard::Wire
