// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <QFuture>
#include <QPointer>
#include <QPromise>

#include "endpoint/call.h"
#include "endpoint/deadlinequeue_p.h"
#include "endpoint/result.h"

namespace Halyard {

/// One caller that waits: for signals or for a future. Settled at most once; whoever settles it may find
/// everything gone after.
class Waiter
{
public:
    explicit Waiter(Call *call)
        : m_call(call)
        , m_isCall(true)
    { }
    explicit Waiter(std::shared_ptr<QPromise<Result<Reply>>> promise)
        : m_promise(std::move(promise))
    { }

    void settle(const Result<Reply> &result) const;
    /// False where only one answer is expected.
    [[nodiscard]] bool takesItems() const noexcept { return m_isCall; }
    void giveItem(const Message &item) const;

private:
    QPointer<Call> m_call;
    std::shared_ptr<QPromise<Result<Reply>>> m_promise;
    bool m_isCall = false;
};

/// The calls of one connection that wait for answers, by id, with their deadlines. Runs no application code:
/// what it gives back is settled by its owner.
class CallTable : private DeadlineQueue::Entry
{
public:
    /// `expired` is called from the event loop's timer: it must only note that takeExpired() has something.
    CallTable(DeadlineQueue *deadlines, std::size_t maxOpen, std::function<void()> expired);

    [[nodiscard]] bool isFull() const noexcept { return m_calls.size() >= m_maxOpen; }
    [[nodiscard]] std::size_t size() const noexcept { return m_calls.size(); }
    [[nodiscard]] quint64 nextId() noexcept { return ++m_lastId; }
    void add(quint64 id, Waiter waiter, std::optional<Wire::TimePoint> deadline);
    [[nodiscard]] const Waiter *find(quint64 id) const;
    [[nodiscard]] std::optional<Waiter> take(quint64 id);
    [[nodiscard]] std::vector<Waiter> takeAll();
    [[nodiscard]] std::vector<std::pair<quint64, Waiter>> takeExpired(Wire::TimePoint now);

private:
    struct Open {
        Waiter waiter;
        std::optional<Wire::TimePoint> deadline;
    };

    void deadlinePassed(Wire::Now now) override;

    std::unordered_map<quint64, Open> m_calls;
    const std::size_t m_maxOpen;
    quint64 m_lastId = 0;
    std::optional<Wire::TimePoint> m_armedFor;
    const std::function<void()> m_expired;
};

} // namespace Halyard
