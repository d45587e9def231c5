// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/export.h"

namespace Halyard::Wire {

/// The requests of one direction that are not answered yet, by id: a flat table, no allocation per request.
/// Ids are > 0. Whoever uses it bounds the count.
class HALYARD_EXPORT OpenRequests
{
public:
    struct Entry {
        std::uint64_t id = 0;
        bool hasItems = false; ///< a stream has begun
    };

    [[nodiscard]] std::size_t count() const noexcept { return m_count; }
    /// Nullptr if it is not open; valid until the next non-const call.
    [[nodiscard]] Entry *find(std::uint64_t id) noexcept;
    /// The id must not be open.
    void insert(std::uint64_t id);
    /// False if it was not open.
    bool remove(std::uint64_t id) noexcept;
    [[nodiscard]] std::size_t heldBytes() const noexcept { return m_slots.capacity() * sizeof(Entry); }

private:
    [[nodiscard]] std::size_t home(std::uint64_t id) const noexcept;
    void grow();

    std::vector<Entry> m_slots; // open addressing, id 0 is a free slot; the size is a power of two
    std::size_t m_count = 0;
};

} // namespace Halyard::Wire
