// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <unordered_map>

#include "capture/framefacts.h"

namespace Halyard::Inspector {

/// Finds the request that an answer belongs to. Remembers a bounded number of requests, the latest ones.
class CallMatcher
{
public:
    explicit CallMatcher(std::size_t maxRequests = 65'536);

    void request(quint32 conversation, Wire::Direction direction, quint64 id, RowNumber row);
    /// The row of the request, NoRow if none is known. `first` tells whether this is its first answer.
    [[nodiscard]] RowNumber answer(quint32 conversation, Wire::Direction direction, quint64 re, bool &first);

private:
    struct Key {
        quint64 id = 0;
        quint32 conversation = 0;
        Wire::Direction asked = Wire::Direction::ClientToServer; ///< the direction of the request
        friend bool operator==(const Key &, const Key &) = default;
    };
    struct Hash {
        std::size_t operator()(const Key &key) const noexcept
        {
            return std::size_t((key.id * 2 + quint64(key.asked)) * 0x9E3779B97F4A7C15U) ^ key.conversation;
        }
    };
    struct Request {
        RowNumber row = NoRow;
        bool answered = false;
    };

    std::size_t m_maxRequests;
    std::unordered_map<Key, Request, Hash> m_requests;
    std::deque<std::pair<Key, RowNumber>> m_order;
};

} // namespace Halyard::Inspector
