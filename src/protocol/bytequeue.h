// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "protocol/spareblocks.h"
#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Bytes in a row: written behind, read in front, always contiguous. Grows by doubling, moves what is left
/// only when at least as much has been read, so that every byte costs constant time. Memory is never
/// initialised before it is written and is given back by release(), to the spare blocks if there are any.
class HALYARD_EXPORT ByteQueue
{
public:
    explicit ByteQueue(std::shared_ptr<SpareBlocks> spares = {}) noexcept
        : m_spares(std::move(spares))
    { }
    ~ByteQueue();
    ByteQueue(const ByteQueue &) = delete;
    ByteQueue &operator=(const ByteQueue &) = delete;

    [[nodiscard]] std::size_t size() const noexcept { return m_end - m_begin; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_begin == m_end; }
    [[nodiscard]] MutableBytes pending() noexcept { return {m_block.data.get() + m_begin, size()}; }
    [[nodiscard]] ByteView pending() const noexcept { return {m_block.data.get() + m_begin, size()}; }
    [[nodiscard]] std::size_t capacity() const noexcept { return m_block.capacity; }
    [[nodiscard]] std::size_t heldBytes() const noexcept { return m_block.capacity + m_retired.capacity; }

    /// All free space behind what is pending, at least `bytes` (> 0); valid until the next non-const call.
    [[nodiscard]] MutableBytes reserve(std::size_t bytes);
    /// So many bytes of the reserved space are pending now.
    void append(std::size_t bytes) noexcept { m_end += bytes; }
    void consume(std::size_t bytes) noexcept;
    void clear() noexcept { consume(size()); }
    /// Gives the memory back; only while nothing is pending.
    void release() noexcept;

    /// What is pending now stays where it is until unpin(), whatever is reserved or consumed meanwhile.
    void pin() noexcept { m_pinned = true; }
    void unpin() noexcept;

private:
    [[nodiscard]] Block take(std::size_t bytes);
    void giveBack(Block &block) noexcept;

    std::shared_ptr<SpareBlocks> m_spares;
    Block m_block;
    Block m_retired; // holds pinned bytes after the queue has moved
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    bool m_pinned = false;
};

} // namespace Halyard::Wire
