// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <libdeflate.h>

/// The least code that speaks vstp 1, profile R. The yardstick and the load program must not get faster or
/// slower with the library they judge, so they share nothing with it but the checksum's implementation.
namespace Halyard::Bench {

using ByteView = std::span<const std::byte>;

inline constexpr std::size_t PrefixBytes = 11;
inline constexpr std::size_t TrailerBytes = 4;
inline constexpr std::size_t FrameLimit = 8'388'608;

enum class Type : std::uint8_t {
    Hello = 1,
    Welcome = 2,
    Data = 3,
    Ping = 4,
    Pong = 5,
    Bye = 6,
    Ack = 7,
    Err = 8
};

[[nodiscard]] inline std::uint32_t readU32Be(const std::byte *at) noexcept
{
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof(value));
    return __builtin_bswap32(value);
}

inline void writeU32Be(std::byte *at, std::uint32_t value) noexcept
{
    value = __builtin_bswap32(value);
    std::memcpy(at, &value, sizeof(value));
}

[[nodiscard]] inline std::string_view asText(ByteView bytes) noexcept
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// Views into the bytes the frame was cut from.
struct Frame {
    Type type = Type::Data;
    ByteView headers;
    ByteView payload;
    [[nodiscard]] std::size_t size() const noexcept
    {
        return PrefixBytes + headers.size() + payload.size() + TrailerBytes;
    }
};

enum class Cut { Complete, Incomplete, Broken };

/// The frame at the front of `bytes`, checksum verified.
[[nodiscard]] inline Cut cutFrame(ByteView bytes, Frame &frame) noexcept
{
    if (bytes.size() < PrefixBytes)
        return Cut::Incomplete;
    const std::byte *at = bytes.data();
    if (at[0] != std::byte {'V'} || at[1] != std::byte {'T'} || at[2] != std::byte {1})
        return Cut::Broken;
    const std::size_t headerBytes
        = std::to_integer<std::size_t>(at[5]) | std::to_integer<std::size_t>(at[6]) << 8U;
    const std::size_t payloadBytes = readU32Be(at + 7);
    const std::size_t total = PrefixBytes + headerBytes + payloadBytes + TrailerBytes;
    if (total > FrameLimit)
        return Cut::Broken;
    if (bytes.size() < total)
        return Cut::Incomplete;
    const std::size_t covered = total - TrailerBytes;
    if (libdeflate_crc32(0, at, covered) != readU32Be(at + covered))
        return Cut::Broken;
    frame.type = static_cast<Type>(at[3]);
    frame.headers = bytes.subspan(PrefixBytes, headerBytes);
    frame.payload = bytes.subspan(PrefixBytes + headerBytes, payloadBytes);
    return Cut::Complete;
}

/// The value of the first header with this key; entries are | KLEN u8 | VLEN u8 | key | value |.
[[nodiscard]] inline std::optional<std::string_view> findHeader(ByteView block, std::string_view key) noexcept
{
    while (block.size() >= 2) {
        const auto keyBytes = std::to_integer<std::size_t>(block[0]);
        const auto valueBytes = std::to_integer<std::size_t>(block[1]);
        if (block.size() < 2 + keyBytes + valueBytes)
            return std::nullopt;
        if (asText(block.subspan(2, keyBytes)) == key)
            return asText(block.subspan(2 + keyBytes, valueBytes));
        block = block.subspan(2 + keyBytes + valueBytes);
    }
    return std::nullopt;
}

/// A header block on the stack, for the few short headers of the conventions.
/// Not cleared first: only m_size bytes of it count.
class SmallHeaders // NOLINT(cppcoreguidelines-pro-type-member-init)
{
public:
    void append(std::string_view key, std::string_view value) noexcept
    {
        if (m_size + 2 + key.size() + value.size() > m_bytes.size() || key.size() > 255 || value.size() > 255)
            return;
        m_bytes[m_size] = static_cast<std::byte>(key.size());
        m_bytes[m_size + 1] = static_cast<std::byte>(value.size());
        std::memcpy(&m_bytes[m_size + 2], key.data(), key.size());
        std::memcpy(&m_bytes[m_size + 2 + key.size()], value.data(), value.size());
        m_size += 2 + key.size() + value.size();
    }
    [[nodiscard]] ByteView view() const noexcept { return ByteView(m_bytes).first(m_size); }

private:
    std::array<std::byte, 600> m_bytes;
    std::size_t m_size = 0;
};

/// Output that grows without clearing what it grows by.
class OutputBuffer
{
public:
    [[nodiscard]] std::byte *extend(std::size_t bytes)
    {
        if (m_size + bytes > m_bytes.size())
            m_bytes.resize(std::max(m_bytes.size() * 2, m_size + bytes));
        std::byte *at = m_bytes.data() + m_size;
        m_size += bytes;
        return at;
    }
    void append(ByteView bytes) { std::memcpy(extend(bytes.size()), bytes.data(), bytes.size()); }
    [[nodiscard]] ByteView view() const noexcept { return ByteView(m_bytes).first(m_size); }
    void clear() noexcept { m_size = 0; }

private:
    std::vector<std::byte> m_bytes;
    std::size_t m_size = 0;
};

inline void appendFrame(OutputBuffer &out, Type type, ByteView headers, ByteView payload)
{
    const std::size_t covered = PrefixBytes + headers.size() + payload.size();
    std::byte *at = out.extend(covered + TrailerBytes);
    at[0] = std::byte {'V'};
    at[1] = std::byte {'T'};
    at[2] = std::byte {1};
    at[3] = static_cast<std::byte>(type);
    at[4] = std::byte {0};
    at[5] = static_cast<std::byte>(headers.size());
    at[6] = static_cast<std::byte>(headers.size() >> 8U);
    writeU32Be(at + 7, static_cast<std::uint32_t>(payload.size()));
    if (!headers.empty())
        std::memcpy(at + PrefixBytes, headers.data(), headers.size());
    if (!payload.empty())
        std::memcpy(at + PrefixBytes + headers.size(), payload.data(), payload.size());
    writeU32Be(at + covered, libdeflate_crc32(0, at, covered));
}

} // namespace Halyard::Bench
