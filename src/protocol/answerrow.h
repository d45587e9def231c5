// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "protocol/limits.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// The answers that a server owes where nothing on the wire but their order tells whose they are: each
/// request has a place, and leaves it in the order in which it came, whatever the order in which answers are
/// given. What is answered without asking the application has a place, too.
class HALYARD_EXPORT AnswerRow
{
public:
    explicit AnswerRow(const EngineLimits &limits) noexcept
        : m_limits(limits)
    { }

    /// A place for a request; its number, from 1 on, is the request's id. Fails with InputBudgetExceeded
    /// where too many wait for one in front of them.
    [[nodiscard]] Result<std::uint64_t> add();
    /// A place whose answer is known already. Fails with InputBudgetExceeded where too many, or more than two
    /// frames' worth of bytes, wait for one in front of them.
    [[nodiscard]] Result<void> addAnswered(Bytes answer);
    /// Fails with InvalidArgument where this is no request that waits for its answer.
    [[nodiscard]] Result<void> checkOpen(std::uint64_t id) const;
    /// The request's answer may leave at once: then settle(); otherwise keep() it.
    [[nodiscard]] bool isInFront(std::uint64_t id) const noexcept { return id == m_firstId; }
    void settle();
    void keep(std::uint64_t id, Bytes answer);
    /// The answer in front, which leaves its place; nothing where it is still waited for.
    [[nodiscard]] std::optional<Bytes> takeReady();
    /// All places are given up; the requests among them that had no answer.
    [[nodiscard]] std::vector<std::uint64_t> clear();

    [[nodiscard]] bool isEmpty() const noexcept { return m_places.empty(); }
    /// Requests without an answer.
    [[nodiscard]] std::size_t waiting() const noexcept { return m_waiting; }
    /// Whether this request's answer has not left.
    [[nodiscard]] bool holds(std::uint64_t id) const noexcept { return id - m_firstId < m_places.size(); }
    /// Whether the answers that are kept are more than two of the largest frames.
    [[nodiscard]] bool keepsMuch() const noexcept { return m_keptBytes > 2 * m_limits.maxFrameBytesOut; }
    [[nodiscard]] std::size_t heldBytes() const noexcept
    {
        return m_places.size() * sizeof(Place) + m_keptBytes;
    }

private:
    struct Place {
        bool isRequest = false;
        std::optional<Bytes> answer;
    };

    [[nodiscard]] Result<void> checkRoom() const;
    [[nodiscard]] tl::unexpected<Error> tooMany() const;
    void leave();

    const EngineLimits m_limits;
    std::deque<Place> m_places;
    std::uint64_t m_firstId = 1; // of the place in front
    std::size_t m_waiting = 0;
    std::size_t m_keptBytes = 0;
};

} // namespace Halyard::Wire
