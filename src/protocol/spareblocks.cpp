// SPDX-License-Identifier: MIT
#include "protocol/spareblocks.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace Halyard::Wire {

// So that giving never allocates.
SpareBlocks::SpareBlocks() { m_blocks.reserve(MostBlocks); }

Block SpareBlocks::take(std::size_t bytes)
{
    const std::size_t capacity = std::bit_ceil(bytes);
    // The one that was given last is the one that caches still know.
    const auto found = std::find_if(m_blocks.rbegin(), m_blocks.rend(),
        [capacity](const Block &block) { return block.capacity == capacity; });
    if (found == m_blocks.rend())
        return {std::make_unique_for_overwrite<std::byte[]>(capacity), capacity};
    Block block = std::move(*found);
    m_blocks.erase(std::next(found).base());
    m_keptBytes -= capacity;
    return block;
}

void SpareBlocks::give(Block block) noexcept
{
    if (block.capacity < SmallestBytes || m_keptBytes + block.capacity > MostBytes
        || m_blocks.size() == MostBlocks)
        return;
    m_keptBytes += block.capacity;
    m_blocks.push_back(std::move(block));
}

} // namespace Halyard::Wire
