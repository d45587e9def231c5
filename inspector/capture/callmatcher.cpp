// SPDX-License-Identifier: MIT
#include "capture/callmatcher.h"

namespace Halyard::Inspector {

using Wire::Direction;

CallMatcher::CallMatcher(std::size_t maxRequests)
    : m_maxRequests(maxRequests)
{ }

void CallMatcher::request(quint32 conversation, Direction direction, quint64 call, RowNumber row)
{
    const Key key {call, conversation, direction};
    m_requests[key] = {row, row, false};
    m_order.emplace_back(key, row);
    while (m_order.size() > m_maxRequests) {
        const auto oldest = m_requests.find(m_order.front().first);
        if (oldest != m_requests.end() && oldest->second.row == m_order.front().second)
            m_requests.erase(oldest);
        m_order.pop_front();
    }
}

void CallMatcher::extend(quint32 conversation, Direction direction, quint64 call, RowNumber row)
{
    if (const auto found = m_requests.find({call, conversation, direction}); found != m_requests.end())
        found->second.lastRow = row;
}

CallMatcher::Request CallMatcher::answer(quint32 conversation, Direction direction, quint64 call)
{
    const auto asked
        = direction == Direction::ClientToServer ? Direction::ServerToClient : Direction::ClientToServer;
    const auto found = m_requests.find({call, conversation, asked});
    if (found == m_requests.end())
        return {};
    const Request before = found->second;
    found->second.answered = true;
    return before;
}

} // namespace Halyard::Inspector
