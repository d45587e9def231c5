// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include <QAbstractEventDispatcher>
#include <QList>

namespace Halyard {

/// The timers of one event dispatcher: a heap ordered by deadline, so that starting, stopping and re-arming
/// one of many costs the logarithm of their number. Belongs to the dispatcher's thread.
class TimerQueue
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using TimerInfo = QAbstractEventDispatcher::TimerInfo;

    void add(int id, std::chrono::milliseconds interval, Qt::TimerType type, QObject *object, TimePoint now);
    bool remove(int id);
    bool removeAll(const QObject *object);
    [[nodiscard]] QList<TimerInfo> timersOf(const QObject *object) const;
    /// Until `id` fires, rounded up, 0 when it is overdue; nothing where there is no such timer.
    [[nodiscard]] std::optional<std::chrono::milliseconds> remaining(int id, TimePoint now) const;
    /// When the next timer wants to fire; nothing where there is none, or where all are on the stack.
    [[nodiscard]] std::optional<TimePoint> nextDeadline() const;
    /// Sends their events to all timers that are due, each at most once; returns how many. A timer whose
    /// event is being handled does not fire again in an event loop inside the handler.
    int fire(TimePoint now);

private:
    static constexpr std::size_t OnStack = SIZE_MAX;

    struct Timer {
        int id = 0;
        Qt::TimerType type = Qt::CoarseTimer;
        std::chrono::milliseconds interval {};
        QObject *object = nullptr;
        TimePoint due;                  ///< exactly
        TimePoint deadline;             ///< as its type lets us round it
        std::uint64_t order = 0;        ///< of equal deadlines the one set first fires first
        std::uint64_t serial = 0;       ///< ids are used again
        std::size_t position = OnStack; ///< in the heap
    };
    struct Due {
        TimePoint deadline;
        std::uint64_t order = 0;
        std::uint64_t serial = 0;
        int id = 0;
    };

    [[nodiscard]] static TimePoint rounded(
        TimePoint due, std::chrono::milliseconds interval, Qt::TimerType type);
    [[nodiscard]] static bool isBefore(const Timer &a, const Timer &b);
    void setDue(Timer &timer, TimePoint due);
    void insert(Timer &timer);
    void takeOut(Timer &timer);
    void place(Timer &timer, std::size_t position);
    void siftUp(std::size_t position);
    void siftDown(std::size_t position);
    void collectDue(TimePoint now, std::vector<Due> &into) const;

    std::unordered_map<int, Timer> m_timers; ///< its nodes do not move
    std::vector<Timer *> m_heap;
    std::vector<Due> m_spare; ///< kept for its capacity
    std::uint64_t m_nextOrder = 0;
    std::uint64_t m_nextSerial = 0;
};

} // namespace Halyard
