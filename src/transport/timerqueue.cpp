// SPDX-License-Identifier: MIT
#include "transport/timerqueue_p.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <QCoreApplication>
#include <QTimerEvent>

namespace Halyard {

using std::chrono::milliseconds;

void TimerQueue::add(int id, milliseconds interval, Qt::TimerType type, QObject *object, TimePoint now)
{
    if (type == Qt::VeryCoarseTimer)
        interval = std::max(std::chrono::round<std::chrono::seconds>(interval), std::chrono::seconds(1));
    remove(id);
    Timer &timer = m_timers[id];
    timer.id = id;
    timer.type = type;
    timer.interval = interval;
    timer.object = object;
    timer.serial = m_nextSerial++;
    setDue(timer, now + interval);
    insert(timer);
}

bool TimerQueue::remove(int id)
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return false;
    takeOut(found->second);
    m_timers.erase(found);
    return true;
}

bool TimerQueue::removeAll(const QObject *object)
{
    bool any = false;
    for (auto it = m_timers.begin(); it != m_timers.end();) {
        if (it->second.object != object) {
            ++it;
            continue;
        }
        takeOut(it->second);
        it = m_timers.erase(it);
        any = true;
    }
    return any;
}

QList<TimerQueue::TimerInfo> TimerQueue::timersOf(const QObject *object) const
{
    QList<TimerInfo> infos;
    for (const auto &[id, timer] : m_timers) {
        if (timer.object == object)
            infos.append(TimerInfo(id, int(timer.interval.count()), timer.type));
    }
    return infos;
}

std::optional<milliseconds> TimerQueue::remaining(int id, TimePoint now) const
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return std::nullopt;
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(found->second.deadline - now));
}

std::optional<TimerQueue::TimePoint> TimerQueue::nextDeadline() const
{
    return m_heap.empty() ? std::nullopt : std::optional(m_heap.front()->deadline);
}

int TimerQueue::fire(TimePoint now)
{
    if (m_heap.empty() || m_heap.front()->deadline > now)
        return 0;
    std::vector<Due> due = std::exchange(m_spare, {}); // a handler may run an event loop of its own
    due.clear();
    collectDue(now, due);
    std::sort(due.begin(), due.end(), [](const Due &a, const Due &b) {
        return a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order;
    });

    int fired = 0;
    for (const Due &entry : due) {
        const auto found = m_timers.find(entry.id);
        if (found == m_timers.end())
            continue;
        Timer &timer = found->second;
        // Stopped, started anew, or fired by an inner loop since it was collected.
        if (timer.serial != entry.serial || timer.position == OnStack || timer.deadline > now)
            continue;
        takeOut(timer);
        // Keeps its rhythm, but does not make up for what it has missed.
        const TimePoint next = timer.due + timer.interval;
        setDue(timer, next > now ? next : now + timer.interval);

        QTimerEvent event(entry.id);
        ++fired;
        QCoreApplication::sendEvent(timer.object, &event);

        const auto still = m_timers.find(entry.id);
        if (still != m_timers.end() && still->second.serial == entry.serial
            && still->second.position == OnStack)
            insert(still->second);
    }
    m_spare = std::move(due);
    return fired;
}

// What is due hangs together at the top of the heap.
void TimerQueue::collectDue(TimePoint now, std::vector<Due> &into) const
{
    std::vector<std::size_t> toVisit {0};
    while (!toVisit.empty()) {
        const std::size_t position = toVisit.back();
        toVisit.pop_back();
        if (position >= m_heap.size() || m_heap[position]->deadline > now)
            continue;
        const Timer &timer = *m_heap[position];
        into.push_back({timer.deadline, timer.order, timer.serial, timer.id});
        toVisit.push_back(2 * position + 1);
        toVisit.push_back(2 * position + 2);
    }
}

// A coarse timer may be late by a twentieth of its interval: rounding up to a common raster lets many fire in
// one turn. It is never early.
TimerQueue::TimePoint TimerQueue::rounded(TimePoint due, milliseconds interval, Qt::TimerType type)
{
    if (type == Qt::PreciseTimer)
        return due;
    if (type == Qt::VeryCoarseTimer)
        return std::chrono::round<std::chrono::seconds>(due);
    const auto slack = std::uint64_t(interval.count() / 20);
    if (slack == 0)
        return due;
    const auto raster = milliseconds(std::bit_floor(slack));
    const auto beyond = due.time_since_epoch() % raster;
    return beyond.count() == 0 ? due : due + (raster - beyond);
}

bool TimerQueue::isBefore(const Timer &a, const Timer &b)
{
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.order < b.order;
}

void TimerQueue::setDue(Timer &timer, TimePoint due)
{
    timer.due = due;
    timer.deadline = rounded(due, timer.interval, timer.type);
}

void TimerQueue::insert(Timer &timer)
{
    timer.order = m_nextOrder++;
    m_heap.push_back(&timer);
    timer.position = m_heap.size() - 1;
    siftUp(timer.position);
}

void TimerQueue::takeOut(Timer &timer)
{
    const std::size_t position = std::exchange(timer.position, OnStack);
    if (position == OnStack)
        return;
    Timer *last = m_heap.back();
    m_heap.pop_back();
    if (last == &timer)
        return;
    place(*last, position);
    siftUp(position);
    siftDown(last->position);
}

void TimerQueue::place(Timer &timer, std::size_t position)
{
    m_heap[position] = &timer;
    timer.position = position;
}

void TimerQueue::siftUp(std::size_t position)
{
    Timer &moving = *m_heap[position];
    while (position > 0) {
        const std::size_t parent = (position - 1) / 2;
        if (!isBefore(moving, *m_heap[parent]))
            break;
        place(*m_heap[parent], position);
        position = parent;
    }
    place(moving, position);
}

void TimerQueue::siftDown(std::size_t position)
{
    Timer &moving = *m_heap[position];
    for (;;) {
        std::size_t child = 2 * position + 1;
        if (child >= m_heap.size())
            break;
        if (child + 1 < m_heap.size() && isBefore(*m_heap[child + 1], *m_heap[child]))
            ++child;
        if (!isBefore(*m_heap[child], moving))
            break;
        place(*m_heap[child], position);
        position = child;
    }
    place(moving, position);
}

} // namespace Halyard
