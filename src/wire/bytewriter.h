// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "wire/bytes.h"

namespace Halyard::Wire {

/// One number, little endian, behind bytes that grow.
template <class Number>
void appendLe(Bytes &bytes, Number number)
{
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        bytes.push_back(static_cast<std::byte>(std::uint64_t(number) >> (8U * i)));
}

/// Writes numbers and byte runs into space that somebody else owns. A write that does not fit is left out as
/// a whole, and fits() is false from then on: a sequence of writes is checked once, at its end.
class ByteWriter
{
public:
    explicit constexpr ByteWriter(MutableBytes space) noexcept
        : m_space(space)
    { }

    /// Bytes written so far.
    [[nodiscard]] constexpr std::size_t position() const noexcept { return m_position; }
    [[nodiscard]] constexpr std::size_t remaining() const noexcept { return m_space.size() - m_position; }
    /// Everything so far had room.
    [[nodiscard]] constexpr bool fits() const noexcept { return m_fits; }

    constexpr ByteWriter &writeU8(std::uint8_t number) noexcept { return writeBe(number); }
    constexpr ByteWriter &writeU16Be(std::uint16_t number) noexcept { return writeBe(number); }
    constexpr ByteWriter &writeU16Le(std::uint16_t number) noexcept { return writeLe(number); }
    constexpr ByteWriter &writeU32Be(std::uint32_t number) noexcept { return writeBe(number); }
    constexpr ByteWriter &writeU32Le(std::uint32_t number) noexcept { return writeLe(number); }
    constexpr ByteWriter &writeU64Be(std::uint64_t number) noexcept { return writeBe(number); }
    constexpr ByteWriter &writeU64Le(std::uint64_t number) noexcept { return writeLe(number); }

    constexpr ByteWriter &writeBytes(ByteView bytes) noexcept
    {
        if (!claim(bytes.size()))
            return *this;
        copyBytes(bytes, m_space.data() + m_position);
        m_position += bytes.size();
        return *this;
    }

private:
    constexpr bool claim(std::size_t count) noexcept
    {
        m_fits = m_fits && count <= remaining();
        return m_fits;
    }

    template <class Number>
    constexpr ByteWriter &writeBe(Number number) noexcept
    {
        if (!claim(sizeof(Number)))
            return *this;
        for (std::size_t i = sizeof(Number); i-- > 0;)
            m_space[m_position++] = static_cast<std::byte>(std::uint64_t(number) >> (8U * i));
        return *this;
    }

    template <class Number>
    constexpr ByteWriter &writeLe(Number number) noexcept
    {
        if (!claim(sizeof(Number)))
            return *this;
        for (std::size_t i = 0; i < sizeof(Number); ++i)
            m_space[m_position++] = static_cast<std::byte>(std::uint64_t(number) >> (8U * i));
        return *this;
    }

    MutableBytes m_space;
    std::size_t m_position = 0;
    bool m_fits = true;
};

} // namespace Halyard::Wire
