// SPDX-License-Identifier: MIT
#include "protocol/bytequeue.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace Halyard::Wire {

ByteQueue::~ByteQueue()
{
    giveBack(m_block);
    giveBack(m_retired);
}

Block ByteQueue::take(std::size_t bytes)
{
    if (m_spares)
        return m_spares->take(bytes);
    const std::size_t capacity = std::bit_ceil(bytes);
    return {std::make_unique_for_overwrite<std::byte[]>(capacity), capacity};
}

void ByteQueue::giveBack(Block &block) noexcept
{
    Block done = std::exchange(block, {});
    if (m_spares)
        m_spares->give(std::move(done));
}

MutableBytes ByteQueue::reserve(std::size_t bytes)
{
    if (capacity() - m_end < bytes) {
        const std::size_t held = size();
        const bool pinned = m_pinned && !m_retired.data;
        if (!pinned && m_begin >= held && held + bytes <= capacity()) {
            if (held > 0)
                copyBytes(pending(), m_block.data.get());
        } else {
            Block larger = take(std::max(held + bytes, capacity() + 1));
            if (held > 0)
                copyBytes(pending(), larger.data.get());
            std::swap(m_block, larger);
            if (pinned)
                m_retired = std::move(larger);
            else
                giveBack(larger);
        }
        m_begin = 0;
        m_end = held;
    }
    return {m_block.data.get() + m_end, capacity() - m_end};
}

void ByteQueue::consume(std::size_t bytes) noexcept
{
    m_begin += bytes;
    if (m_begin == m_end && (!m_pinned || m_retired.data))
        m_begin = m_end = 0;
}

void ByteQueue::release() noexcept
{
    if (m_pinned && !m_retired.data)
        return;
    giveBack(m_block);
    m_begin = m_end = 0;
}

void ByteQueue::unpin() noexcept
{
    m_pinned = false;
    if (m_retired.data)
        giveBack(m_retired);
    if (m_begin == m_end)
        m_begin = m_end = 0;
}

} // namespace Halyard::Wire
