// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include <QBasicTimer>
#include <QObject>

#include "wire/time.h"

namespace Halyard {

/// The present, from both clocks; asked for once a turn by whoever drives an engine.
[[nodiscard]] Wire::Now presentTime();

/// One timer for all deadlines of a thread. A deadline that moves later costs nothing until the old one comes
/// up: it is looked at again then. Only one that moves earlier touches the heap.
class DeadlineQueue : public QObject
{
    Q_OBJECT
public:
    /// Something with a deadline. Leaves the queue by itself.
    class Entry
    {
    public:
        explicit Entry(DeadlineQueue *queue);
        virtual ~Entry();
        Entry(const Entry &) = delete;
        Entry &operator=(const Entry &) = delete;

        /// Sets, moves or (with nothing) takes away the deadline.
        void arm(std::optional<Wire::TimePoint> deadline);
        /// The deadline has passed and is unset; may arm() again or delete this.
        virtual void deadlinePassed(Wire::Now now) = 0;

    private:
        friend class DeadlineQueue;
        DeadlineQueue *m_queue; // outlives its entries or tells them
        std::uint64_t m_key = 0;
        std::optional<Wire::TimePoint> m_deadline;
        std::optional<Wire::TimePoint> m_queuedFor; // the earliest heap item of this entry
    };

    explicit DeadlineQueue(QObject *parent = nullptr);
    ~DeadlineQueue() override;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    struct Item {
        Wire::TimePoint at;
        std::uint64_t key = 0;
        friend bool operator>(const Item &a, const Item &b) noexcept { return a.at > b.at; }
    };

    void push(Entry &entry, Wire::TimePoint at);
    void restartTimer();

    std::priority_queue<Item, std::vector<Item>, std::greater<>> m_heap;
    std::unordered_map<std::uint64_t, Entry *> m_entries;
    std::uint64_t m_lastKey = 0;
    QBasicTimer m_timer;
    std::optional<Wire::TimePoint> m_timerFor;
};

} // namespace Halyard
