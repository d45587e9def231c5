// SPDX-License-Identifier: MIT
#include "cli/latencyhistogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace Halyard::Cli {

void LatencyHistogram::add(std::chrono::nanoseconds duration) noexcept
{
    ++m_buckets[bucketOf(std::uint64_t(std::max<std::int64_t>(duration.count(), 0)))];
    ++m_count;
}

std::chrono::nanoseconds LatencyHistogram::percentile(double part) const noexcept
{
    const auto wanted = std::max<std::uint64_t>(1, std::uint64_t(std::ceil(part * double(m_count))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < Buckets; ++bucket) {
        seen += m_buckets[bucket];
        if (seen >= wanted)
            return std::chrono::nanoseconds(std::int64_t(endOf(bucket)));
    }
    return std::chrono::nanoseconds(0);
}

std::size_t LatencyHistogram::bucketOf(std::uint64_t nanoseconds) noexcept
{
    if (nanoseconds < (std::uint64_t(1) << SubBits))
        return std::size_t(nanoseconds);
    // The highest SubBits + 1 bits: the first is always set, the others count within its power of two.
    const auto shift = std::size_t(std::bit_width(nanoseconds)) - SubBits - 1;
    return ((shift + 1) << SubBits) + std::size_t((nanoseconds >> shift) - (std::uint64_t(1) << SubBits));
}

std::uint64_t LatencyHistogram::endOf(std::size_t bucket) noexcept
{
    if (bucket < (std::size_t(1) << SubBits))
        return bucket;
    const auto shift = (bucket >> SubBits) - 1;
    const auto lead = (std::uint64_t(1) << SubBits) + (bucket & ((std::size_t(1) << SubBits) - 1));
    return ((lead + 1) << shift) - 1;
}

} // namespace Halyard::Cli
