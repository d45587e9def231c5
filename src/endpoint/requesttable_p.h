// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "endpoint/deadlinequeue_p.h"
#include "endpoint/requeststate_p.h"

namespace Halyard {

/// The requests of one connection's peer that its application works on, by id, with the time that it has for
/// each. They belong to whoever works on them; here they are only known. Runs no application code: what it
/// gives out is told by its owner.
class RequestTable : private DeadlineQueue::Entry
{
public:
    /// `expired` is called from the event loop's timer: it must only note that takeExpired() has something.
    RequestTable(
        DeadlineQueue *deadlines, std::chrono::milliseconds answerTimeout, std::function<void()> expired);

    void add(const std::shared_ptr<RequestState> &request);
    /// Nothing where nobody works on it any more.
    [[nodiscard]] std::shared_ptr<RequestState> take(quint64 id);
    [[nodiscard]] std::vector<std::weak_ptr<RequestState>> all() const;
    [[nodiscard]] std::vector<std::weak_ptr<RequestState>> takeAll();
    /// Those of which nothing was answered in time.
    [[nodiscard]] std::vector<std::shared_ptr<RequestState>> takeExpired(Wire::TimePoint now);

private:
    struct Known {
        std::weak_ptr<RequestState> request;
        std::optional<Wire::TimePoint> deadline;
    };

    void forgetFinished();
    void deadlinePassed(Wire::Now now) override;

    std::unordered_map<quint64, Known> m_requests;
    std::size_t m_forgetAt;
    const std::chrono::milliseconds m_answerTimeout;
    bool m_isArmed = false;
    const std::function<void()> m_expired;
};

} // namespace Halyard
