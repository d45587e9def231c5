// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

#include "wire/bytes.h"
#include "wire/export.h"
#include "wire/time.h"

namespace Halyard::Wire {

/// Remembers what must come only once, for as long as it could come again: one for all connections of an
/// endpoint. It has a lock, for its drivers may be threads; it is held for one look-up in a handshake.
class HALYARD_EXPORT ReplayCache
{
public:
    /// Of `maxEntries` the oldest is forgotten for a new one; each is forgotten after `lifetime`.
    explicit ReplayCache(
        std::chrono::milliseconds lifetime = std::chrono::seconds(60), std::size_t maxEntries = 65'536);

    /// False where these bytes have come before.
    [[nodiscard]] bool isFirst(ByteView bytes, Now now);
    [[nodiscard]] std::size_t count() const;

private:
    struct Entry {
        std::string bytes;
        TimePoint forgotten {};
    };

    const std::chrono::milliseconds m_lifetime;
    const std::size_t m_maxEntries;
    mutable std::mutex m_lock;
    std::deque<Entry> m_entries; // oldest first
    std::unordered_set<std::string> m_known;
};

} // namespace Halyard::Wire
