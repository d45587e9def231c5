// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace Halyard::Bench {

/// Counts durations in buckets that grow with the value: 64 for each power of two, so that a quantile is off
/// by at most 1/64 of itself and counting costs a few instructions.
class LatencyHistogram
{
public:
    void add(std::uint64_t nanoseconds) noexcept
    {
        ++m_buckets[bucketOf(nanoseconds)];
        ++m_count;
    }
    [[nodiscard]] std::uint64_t count() const noexcept { return m_count; }
    /// The value below which this share (0 … 1) of all durations lies, in nanoseconds; 0 when there are none.
    [[nodiscard]] std::uint64_t quantile(double share) const noexcept
    {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(m_count));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < m_buckets.size(); ++bucket) {
            seen += m_buckets[bucket];
            if (seen > wanted || (seen == m_count && seen != 0))
                return upperEnd(bucket);
        }
        return 0;
    }

private:
    static constexpr unsigned SubBits = 6;
    static constexpr std::uint64_t SubBuckets = 1U << SubBits;

    [[nodiscard]] static std::size_t bucketOf(std::uint64_t value) noexcept
    {
        if (value < SubBuckets)
            return value;
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - SubBits;
        return (shift + 1) * SubBuckets + ((value >> shift) - SubBuckets);
    }
    [[nodiscard]] static std::uint64_t upperEnd(std::size_t bucket) noexcept
    {
        if (bucket < SubBuckets)
            return bucket;
        const auto shift = bucket / SubBuckets - 1;
        return ((bucket % SubBuckets + SubBuckets + 1) << shift) - 1;
    }

    std::array<std::uint64_t, (64 - SubBits + 1) * SubBuckets> m_buckets {};
    std::uint64_t m_count = 0;
};

} // namespace Halyard::Bench
