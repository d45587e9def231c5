// SPDX-License-Identifier: MIT
#include "endpoint/deadlinequeue_p.h"

#include <algorithm>

#include <QTimerEvent>

namespace Halyard {

Wire::Now presentTime() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

DeadlineQueue::Entry::Entry(DeadlineQueue *queue)
    : m_queue(queue)
    , m_key(++queue->m_lastKey)
{
    queue->m_entries.emplace(m_key, this);
}

DeadlineQueue::Entry::~Entry()
{
    if (m_queue)
        m_queue->m_entries.erase(m_key);
}

void DeadlineQueue::Entry::arm(std::optional<Wire::TimePoint> deadline)
{
    m_deadline = deadline;
    if (deadline && m_queue && (!m_queuedFor || *deadline < *m_queuedFor))
        m_queue->push(*this, *deadline);
}

DeadlineQueue::DeadlineQueue(QObject *parent)
    : QObject(parent)
{ }

DeadlineQueue::~DeadlineQueue()
{
    for (const auto &[key, entry] : m_entries)
        entry->m_queue = nullptr;
}

void DeadlineQueue::push(Entry &entry, Wire::TimePoint at)
{
    entry.m_queuedFor = at;
    m_heap.push({at, entry.m_key});
    if (!m_timerFor || at < *m_timerFor)
        restartTimer();
}

void DeadlineQueue::restartTimer()
{
    using namespace std::chrono;
    if (m_heap.empty()) {
        m_timer.stop();
        m_timerFor.reset();
        return;
    }
    m_timerFor = m_heap.top().at;
    // One millisecond more than the rest, so that the deadline has passed when the timer fires.
    const auto rest = ceil<milliseconds>(*m_timerFor - steady_clock::now()) + 1ms;
    const auto wait = std::clamp<milliseconds>(rest, 0ms, hours(24));
    m_timer.start(int(wait.count()), Qt::PreciseTimer, this);
}

void DeadlineQueue::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return QObject::timerEvent(event);
    m_timer.stop();
    m_timerFor.reset();
    const Wire::Now now = presentTime();
    while (!m_heap.empty() && m_heap.top().at <= now.steady) {
        const Item item = m_heap.top();
        m_heap.pop();
        const auto found = m_entries.find(item.key);
        if (found == m_entries.end())
            continue;
        Entry &entry = *found->second;
        if (entry.m_queuedFor != item.at)
            continue; // an earlier item of this entry has been pushed since
        entry.m_queuedFor.reset();
        if (!entry.m_deadline)
            continue;
        if (*entry.m_deadline > now.steady) {
            push(entry, *entry.m_deadline);
            continue;
        }
        entry.m_deadline.reset();
        entry.deadlinePassed(now); // may delete the entry, or others
    }
    restartTimer();
}

} // namespace Halyard
