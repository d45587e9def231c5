// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace Halyard::Cli {

/// Counts durations in buckets that are 1/32 of a power of two wide: at most 3 % wrong, from a nanosecond to
/// centuries, in 16 KiB.
class LatencyHistogram
{
public:
    void add(std::chrono::nanoseconds duration) noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept { return m_count; }
    /// The duration that `part` (0–1) of all do not exceed, rounded up to the end of its bucket; zero where
    /// there are none.
    [[nodiscard]] std::chrono::nanoseconds percentile(double part) const noexcept;

private:
    static constexpr std::size_t SubBits = 5;
    static constexpr std::size_t Buckets = (64 - SubBits + 1) << SubBits;

    [[nodiscard]] static std::size_t bucketOf(std::uint64_t nanoseconds) noexcept;
    [[nodiscard]] static std::uint64_t endOf(std::size_t bucket) noexcept;

    std::array<std::uint64_t, Buckets> m_buckets {};
    std::uint64_t m_count = 0;
};

} // namespace Halyard::Cli
