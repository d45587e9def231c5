// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "wire/error.h"

namespace Halyard::Wire {

/// What one key may seal or open: so many records and bytes, far below what its cipher allows.
class KeyLife
{
public:
    static constexpr std::uint64_t MaxRecords = 1ULL << 32U;
    static constexpr std::uint64_t MaxBytes = 64ULL << 30U;

    explicit KeyLife(std::uint64_t maxRecords = MaxRecords, std::uint64_t maxBytes = MaxBytes) noexcept
        : m_maxRecords(maxRecords)
        , m_maxBytes(maxBytes)
    { }
    /// Fails with SecurityHandshakeFailed where one record more of so many bytes would be too much: connect
    /// anew.
    [[nodiscard]] Result<void> check(std::size_t bytes) const
    {
        if (m_records < m_maxRecords && m_bytes + bytes <= m_maxBytes)
            return {};
        return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Local,
            "the key is used up after " + std::to_string(m_records) + " records");
    }
    void count(std::size_t bytes) noexcept
    {
        ++m_records;
        m_bytes += bytes;
    }

private:
    std::uint64_t m_maxRecords;
    std::uint64_t m_maxBytes;
    std::uint64_t m_records = 0;
    std::uint64_t m_bytes = 0;
};

} // namespace Halyard::Wire
