// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "wire/export.h"

namespace Halyard::Wire {

/// Memory of a power of two, uninitialised.
struct Block {
    std::unique_ptr<std::byte[]> data;
    std::size_t capacity = 0;
};

/// Blocks that one connection has done with and the next one takes. Connections hold no buffers while they
/// are idle; without this every turn of a busy one would ask the system for fresh pages and give them back,
/// which costs as much as all the rest. For connections of one thread; bounded: what does not fit is freed.
class HALYARD_EXPORT SpareBlocks
{
public:
    SpareBlocks();

    static constexpr std::size_t SmallestBytes = 4'096; ///< smaller ones are the allocator's own trade
    static constexpr std::size_t MostBytes = 1'048'576; ///< of all that are kept
    static constexpr std::size_t MostBlocks = 32;

    /// At least so many bytes (> 0).
    [[nodiscard]] Block take(std::size_t bytes);
    void give(Block block) noexcept;
    [[nodiscard]] std::size_t keptBytes() const noexcept { return m_keptBytes; }

private:
    std::vector<Block> m_blocks;
    std::size_t m_keptBytes = 0;
};

} // namespace Halyard::Wire
