// SPDX-License-Identifier: MIT
#include "endpoint/calltable_p.h"

namespace Halyard {

void Waiter::settle(const Result<Reply> &result) const
{
    if (m_promise) {
        m_promise->addResult(result);
        m_promise->finish();
    } else if (m_call) {
        if (result)
            m_call->finish(*result);
        else
            m_call->fail(result.error());
    }
}

void Waiter::giveItem(const Message &item) const
{
    if (m_call)
        Q_EMIT m_call->itemReceived(item);
}

CallTable::CallTable(DeadlineQueue *deadlines, std::size_t maxOpen, std::function<void()> expired)
    : Entry(deadlines)
    , m_maxOpen(maxOpen)
    , m_expired(std::move(expired))
{ }

void CallTable::add(quint64 id, Waiter waiter, std::optional<Wire::TimePoint> deadline)
{
    m_calls.insert_or_assign(id, Open {std::move(waiter), deadline});
    // Deadlines of finished calls are not taken back: the timer fires, finds nothing, and is set for the next
    // one. Calls of one connection mostly have the same time-out, so this costs one look at the table in that
    // time.
    if (deadline && (!m_armedFor || *deadline < *m_armedFor)) {
        m_armedFor = deadline;
        arm(deadline);
    }
}

const Waiter *CallTable::find(quint64 id) const
{
    const auto found = m_calls.find(id);
    return found == m_calls.end() ? nullptr : &found->second.waiter;
}

std::optional<Waiter> CallTable::take(quint64 id)
{
    const auto found = m_calls.find(id);
    if (found == m_calls.end())
        return std::nullopt;
    Waiter waiter = std::move(found->second.waiter);
    m_calls.erase(found);
    return waiter;
}

std::vector<Waiter> CallTable::takeAll()
{
    std::vector<Waiter> waiters;
    waiters.reserve(m_calls.size());
    for (auto &[id, open] : m_calls)
        waiters.push_back(std::move(open.waiter));
    m_calls.clear();
    m_armedFor.reset();
    arm(std::nullopt);
    return waiters;
}

std::vector<std::pair<quint64, Waiter>> CallTable::takeExpired(Wire::TimePoint now)
{
    std::vector<std::pair<quint64, Waiter>> expired;
    m_armedFor.reset();
    for (auto at = m_calls.begin(); at != m_calls.end();) {
        const auto deadline = at->second.deadline;
        if (deadline && *deadline <= now) {
            expired.emplace_back(at->first, std::move(at->second.waiter));
            at = m_calls.erase(at);
            continue;
        }
        if (deadline && (!m_armedFor || *deadline < *m_armedFor))
            m_armedFor = deadline;
        ++at;
    }
    arm(m_armedFor);
    return expired;
}

void CallTable::deadlinePassed(Wire::Now) { m_expired(); }

} // namespace Halyard
