// SPDX-License-Identifier: MIT
#include "endpoint/requesttable_p.h"

#include <algorithm>
#include <utility>

namespace Halyard {

namespace {

constexpr std::size_t FirstForgetAt = 16;

}

RequestTable::RequestTable(
    DeadlineQueue *deadlines, std::chrono::milliseconds answerTimeout, std::function<void()> expired)
    : Entry(deadlines)
    , m_forgetAt(FirstForgetAt)
    , m_answerTimeout(answerTimeout)
    , m_expired(std::move(expired))
{ }

void RequestTable::add(const std::shared_ptr<RequestState> &request)
{
    forgetFinished();
    Known known {request, std::nullopt};
    if (m_answerTimeout.count() > 0) {
        known.deadline = std::chrono::steady_clock::now() + m_answerTimeout;
        // All have the same time, so the first to come is the first to expire. Deadlines of answered ones are
        // not taken back: one look at the table in that time finds out.
        if (!std::exchange(m_isArmed, true))
            arm(known.deadline);
    }
    m_requests.insert_or_assign(request->message().id(), std::move(known));
}

void RequestTable::forgetFinished()
{
    if (m_requests.size() < m_forgetAt)
        return;
    std::erase_if(m_requests, [](const auto &entry) {
        const auto request = entry.second.request.lock();
        return !request || request->isOver();
    });
    m_forgetAt = std::max(FirstForgetAt, 2 * m_requests.size());
}

std::shared_ptr<RequestState> RequestTable::take(quint64 id)
{
    const auto found = m_requests.find(id);
    if (found == m_requests.end())
        return nullptr;
    auto request = found->second.request.lock();
    m_requests.erase(found);
    return request;
}

std::vector<std::weak_ptr<RequestState>> RequestTable::all() const
{
    std::vector<std::weak_ptr<RequestState>> requests;
    requests.reserve(m_requests.size());
    for (const auto &[id, known] : m_requests)
        requests.push_back(known.request);
    return requests;
}

std::vector<std::weak_ptr<RequestState>> RequestTable::takeAll()
{
    auto requests = all();
    m_requests.clear();
    m_isArmed = false;
    arm(std::nullopt);
    return requests;
}

std::vector<std::shared_ptr<RequestState>> RequestTable::takeExpired(Wire::TimePoint now)
{
    std::vector<std::shared_ptr<RequestState>> expired;
    std::optional<Wire::TimePoint> next;
    for (auto at = m_requests.begin(); at != m_requests.end();) {
        Known &known = at->second;
        auto request = known.request.lock();
        if (!request || request->isOver()) {
            at = m_requests.erase(at);
            continue;
        }
        if (request->isBegun())
            known.deadline.reset(); // but the peer may still cancel it
        if (known.deadline && *known.deadline <= now) {
            expired.push_back(std::move(request));
            at = m_requests.erase(at);
            continue;
        }
        if (known.deadline && (!next || *known.deadline < *next))
            next = known.deadline;
        ++at;
    }
    m_isArmed = next.has_value();
    arm(next);
    return expired;
}

void RequestTable::deadlinePassed(Wire::Now /*now*/) { m_expired(); }

} // namespace Halyard
