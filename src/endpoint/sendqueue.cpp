// SPDX-License-Identifier: MIT
#include "endpoint/sendqueue_p.h"

#include <algorithm>
#include <utility>

namespace Halyard {

std::deque<SendQueue::Waiting>::iterator SendQueue::behindCancels()
{
    return std::find_if(m_messages.begin(), m_messages.end(),
        [](const Waiting &waiting) { return waiting.message.kind() != MessageKind::Cancel; });
}

void SendQueue::append(Message message)
{
    const qsizetype cost = message.costBytes();
    const auto at = message.kind() == MessageKind::Cancel ? behindCancels() : m_messages.end();
    m_messages.insert(at, {std::move(message), cost});
    m_bytes += cost;
}

void SendQueue::putBack(Message message)
{
    const qsizetype cost = message.costBytes();
    m_messages.insert(behindCancels(), {std::move(message), cost});
    m_bytes += cost;
}

std::optional<Message> SendQueue::takeFirst(Take take)
{
    if (m_messages.empty())
        return std::nullopt;
    if (take == Take::Cancel && m_messages.front().message.kind() != MessageKind::Cancel)
        return std::nullopt;
    Waiting first = std::move(m_messages.front());
    m_messages.pop_front();
    m_bytes -= first.cost;
    return std::move(first.message);
}

bool SendQueue::withdrawRequest(quint64 id)
{
    const auto found = std::find_if(m_messages.begin(), m_messages.end(), [id](const Waiting &waiting) {
        return waiting.message.kind() == MessageKind::Request && waiting.message.id() == id;
    });
    if (found == m_messages.end())
        return false;
    m_bytes -= found->cost;
    m_messages.erase(found);
    return true;
}

quint64 SendQueue::dropEvents(const std::function<bool()> &enough)
{
    quint64 dropped = 0;
    for (auto at = m_messages.begin(); at != m_messages.end() && !enough();) {
        if (at->message.kind() != MessageKind::Event) {
            ++at;
            continue;
        }
        m_bytes -= at->cost;
        at = m_messages.erase(at);
        ++dropped;
    }
    return dropped;
}

} // namespace Halyard
