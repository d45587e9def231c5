// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <sys/types.h>

namespace Halyard::Bench {

enum class Speech : std::uint8_t {
    Raw,      ///< plain DATA frames, answered with the same headers and payload
    Requests, ///< HELLO with halyard=1, then requests to the route `echo`
};

struct LoadOptions {
    std::uint16_t port = 0;
    Speech speech = Speech::Raw;
    std::size_t connections = 1;
    std::size_t payloadBytes = 64;
    std::size_t inFlight = 1; ///< per connection
    std::chrono::duration<double> duration {1.0};
    std::chrono::duration<double> warmUp {0.2};
    pid_t server = 0; ///< whose CPU time and memory is looked at; 0 for none
};

} // namespace Halyard::Bench
