// SPDX-License-Identifier: MIT
#include "protocol/bytequeue.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace Halyard::Wire {

MutableBytes ByteQueue::reserve(std::size_t bytes)
{
    if (m_capacity - m_end < bytes) {
        const std::size_t held = size();
        const bool pinned = m_pinned && !m_retired;
        if (!pinned && m_begin >= held && held + bytes <= m_capacity) {
            if (held > 0)
                copyBytes(pending(), m_data.get());
        } else {
            const std::size_t capacity = std::bit_ceil(std::max(held + bytes, m_capacity + 1));
            auto data = std::make_unique_for_overwrite<std::byte[]>(capacity);
            if (held > 0)
                copyBytes(pending(), data.get());
            if (pinned) {
                m_retired = std::move(m_data);
                m_retiredCapacity = m_capacity;
            }
            m_data = std::move(data);
            m_capacity = capacity;
        }
        m_begin = 0;
        m_end = held;
    }
    return {m_data.get() + m_end, m_capacity - m_end};
}

void ByteQueue::consume(std::size_t bytes) noexcept
{
    m_begin += bytes;
    if (m_begin == m_end && (!m_pinned || m_retired))
        m_begin = m_end = 0;
}

void ByteQueue::release() noexcept
{
    if (m_pinned && !m_retired)
        return;
    m_data.reset();
    m_capacity = m_begin = m_end = 0;
}

void ByteQueue::unpin() noexcept
{
    m_pinned = false;
    m_retired.reset();
    m_retiredCapacity = 0;
    if (m_begin == m_end)
        m_begin = m_end = 0;
}

} // namespace Halyard::Wire
