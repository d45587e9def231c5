// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

#include <sys/types.h>

namespace Halyard::Bench {

/// User and system time that a process has used so far. Zero when it is gone.
[[nodiscard]] std::chrono::nanoseconds cpuTime(pid_t process);

/// Resident memory in bytes. Shared pages count in part only (Pss), so that libraries which other programs
/// have loaded do not blur the picture; where the kernel does not tell, it is the whole resident set.
[[nodiscard]] std::uint64_t residentBytes(pid_t process);

} // namespace Halyard::Bench
