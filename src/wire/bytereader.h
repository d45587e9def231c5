// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "wire/bytes.h"

namespace Halyard::Wire {

/// Reads numbers and byte runs from the front of bytes that somebody else owns. A read that would pass the
/// end gives nothing and moves nothing.
class ByteReader
{
public:
    explicit constexpr ByteReader(ByteView bytes) noexcept
        : m_bytes(bytes)
    { }

    /// Bytes read so far.
    [[nodiscard]] constexpr std::size_t position() const noexcept { return m_position; }
    [[nodiscard]] constexpr std::size_t remaining() const noexcept { return m_bytes.size() - m_position; }
    [[nodiscard]] constexpr ByteView unread() const noexcept { return m_bytes.subspan(m_position); }

    [[nodiscard]] constexpr std::optional<std::uint8_t> readU8() noexcept { return readBe<std::uint8_t>(); }
    [[nodiscard]] constexpr std::optional<std::uint16_t> readU16Be() noexcept
    {
        return readBe<std::uint16_t>();
    }
    [[nodiscard]] constexpr std::optional<std::uint16_t> readU16Le() noexcept
    {
        return readLe<std::uint16_t>();
    }
    [[nodiscard]] constexpr std::optional<std::uint32_t> readU32Be() noexcept
    {
        return readBe<std::uint32_t>();
    }
    [[nodiscard]] constexpr std::optional<std::uint32_t> readU32Le() noexcept
    {
        return readLe<std::uint32_t>();
    }
    [[nodiscard]] constexpr std::optional<std::uint64_t> readU64Be() noexcept
    {
        return readBe<std::uint64_t>();
    }
    [[nodiscard]] constexpr std::optional<std::uint64_t> readU64Le() noexcept
    {
        return readLe<std::uint64_t>();
    }

    /// The next `count` bytes; the view lives as long as the bytes below.
    [[nodiscard]] constexpr std::optional<ByteView> readBytes(std::size_t count) noexcept
    {
        if (count > remaining())
            return std::nullopt;
        return m_bytes.subspan(std::exchange(m_position, m_position + count), count);
    }

private:
    template <class Number>
    constexpr std::optional<Number> readBe() noexcept
    {
        if (sizeof(Number) > remaining())
            return std::nullopt;
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < sizeof(Number); ++i)
            number = (number << 8U) | std::to_integer<std::uint64_t>(m_bytes[m_position + i]);
        m_position += sizeof(Number);
        return static_cast<Number>(number);
    }

    template <class Number>
    constexpr std::optional<Number> readLe() noexcept
    {
        if (sizeof(Number) > remaining())
            return std::nullopt;
        std::uint64_t number = 0;
        for (std::size_t i = sizeof(Number); i-- > 0;)
            number = (number << 8U) | std::to_integer<std::uint64_t>(m_bytes[m_position + i]);
        m_position += sizeof(Number);
        return static_cast<Number>(number);
    }

    ByteView m_bytes;
    std::size_t m_position = 0;
};

} // namespace Halyard::Wire
