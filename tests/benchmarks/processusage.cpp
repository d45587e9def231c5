// SPDX-License-Identifier: MIT
#include "processusage.h"

#include <ctime>
#include <fstream>
#include <string>

namespace Halyard::Bench {

namespace {

/// The number behind `key` in a file of /proc with lines "Key:   123 kB", in bytes; 0 without such a line.
std::uint64_t kilobytesLine(const std::string &path, const std::string &key)
{
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key))
            return std::stoull(line.substr(key.size())) * 1024;
    }
    return 0;
}

} // namespace

std::chrono::nanoseconds cpuTime(pid_t process)
{
    // The same sum as utime + stime of /proc/<pid>/stat, in nanoseconds where that file counts in hundredths.
    clockid_t clock {};
    timespec time {};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::uint64_t residentBytes(pid_t process)
{
    const std::string folder = "/proc/" + std::to_string(process);
    const std::uint64_t proportional = kilobytesLine(folder + "/smaps_rollup", "Pss:");
    return proportional != 0 ? proportional : kilobytesLine(folder + "/status", "VmRSS:");
}

} // namespace Halyard::Bench
