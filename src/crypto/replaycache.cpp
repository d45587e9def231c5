// SPDX-License-Identifier: MIT
#include "crypto/replaycache.h"

#include <algorithm>

namespace Halyard::Wire {

ReplayCache::ReplayCache(std::chrono::milliseconds lifetime, std::size_t maxEntries)
    : m_lifetime(lifetime)
    , m_maxEntries(std::max<std::size_t>(maxEntries, 1))
{ }

bool ReplayCache::isFirst(ByteView bytes, Now now)
{
    const std::scoped_lock guard(m_lock);
    while (!m_entries.empty() && m_entries.front().forgotten <= now.steady) {
        m_known.erase(m_entries.front().bytes);
        m_entries.pop_front();
    }
    const auto [known, isNew] = m_known.emplace(asText(bytes));
    if (!isNew)
        return false;
    m_entries.push_back({*known, now.steady + m_lifetime});
    if (m_entries.size() > m_maxEntries) {
        m_known.erase(m_entries.front().bytes);
        m_entries.pop_front();
    }
    return true;
}

std::size_t ReplayCache::count() const
{
    const std::scoped_lock guard(m_lock);
    return m_entries.size();
}

} // namespace Halyard::Wire
