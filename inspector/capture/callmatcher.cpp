// SPDX-License-Identifier: MIT
#include "capture/callmatcher.h"

#include <utility>

namespace Halyard::Inspector {

using Wire::Direction;

CallMatcher::CallMatcher(std::size_t maxRequests)
    : m_maxRequests(maxRequests)
{ }

void CallMatcher::request(quint32 conversation, Direction direction, quint64 id, RowNumber row)
{
    const Key key {id, conversation, direction};
    m_requests[key] = {row, false};
    m_order.emplace_back(key, row);
    while (m_order.size() > m_maxRequests) {
        const auto oldest = m_requests.find(m_order.front().first);
        if (oldest != m_requests.end() && oldest->second.row == m_order.front().second)
            m_requests.erase(oldest);
        m_order.pop_front();
    }
}

RowNumber CallMatcher::answer(quint32 conversation, Direction direction, quint64 re, bool &first)
{
    const auto asked
        = direction == Direction::ClientToServer ? Direction::ServerToClient : Direction::ClientToServer;
    const auto found = m_requests.find({re, conversation, asked});
    if (found == m_requests.end())
        return NoRow;
    first = !std::exchange(found->second.answered, true);
    return found->second.row;
}

} // namespace Halyard::Inspector
