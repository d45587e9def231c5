// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/bytereader.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Numbers, little endian, field by field: what Bincode::Reader and Rkyv::Reader have in common. The first
/// read that fails ends it: from then on all reads give zeros and empty views, and what was wrong and where
/// is kept. So a whole structure is read first and judged once.
class HALYARD_EXPORT FieldReader
{
public:
    [[nodiscard]] std::uint8_t readU8();
    [[nodiscard]] std::uint16_t readU16();
    [[nodiscard]] std::uint32_t readU32();
    [[nodiscard]] std::uint64_t readU64();
    [[nodiscard]] bool readBool();

    [[nodiscard]] bool hasFailed() const noexcept { return bool(m_error); }
    /// Bytes read so far.
    [[nodiscard]] std::size_t position() const noexcept { return m_reader.position(); }

protected:
    /// `offset` is where the bytes begin in the whole, `tooShort` what is said where they end too early.
    FieldReader(ByteView bytes, std::size_t offset, std::string_view tooShort) noexcept
        : m_reader(bytes)
        , m_offset(offset)
        , m_tooShort(tooShort)
    { }

    void fail(std::string_view what);
    /// MalformedMessage for the first read that failed.
    [[nodiscard]] Result<void> judgement() const;

    ByteReader m_reader;

private:
    template <class Number>
    Number take(std::optional<Number> number);

    std::size_t m_offset;
    std::string_view m_tooShort;
    Error m_error;
};

} // namespace Halyard::Wire
