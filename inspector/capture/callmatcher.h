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

    struct Request {
        RowNumber row = NoRow;
        RowNumber lastRow = NoRow; ///< of its frames; `row` where it has only one
        bool answered = false;
    };

    void request(quint32 conversation, Wire::Direction direction, quint64 call, RowNumber row);
    /// A further frame of a request; of one that is not known, nothing happens.
    void extend(quint32 conversation, Wire::Direction direction, quint64 call, RowNumber row);
    /// The request as it was before this answer, without rows if none is known.
    [[nodiscard]] Request answer(quint32 conversation, Wire::Direction direction, quint64 call);

private:
    struct Key {
        quint64 call = 0;
        quint32 conversation = 0;
        Wire::Direction asked = Wire::Direction::ClientToServer; ///< the direction of the request
        friend bool operator==(const Key &, const Key &) = default;
    };
    struct Hash {
        std::size_t operator()(const Key &key) const noexcept
        {
            return std::size_t((key.call * 2 + quint64(key.asked)) * 0x9E3779B97F4A7C15U) ^ key.conversation;
        }
    };
    std::size_t m_maxRequests;
    std::unordered_map<Key, Request, Hash> m_requests;
    std::deque<std::pair<Key, RowNumber>> m_order;
};

} // namespace Halyard::Inspector
