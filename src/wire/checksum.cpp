// SPDX-License-Identifier: MIT
#include "wire/checksum.h"

#include <array>

#include <libdeflate.h>

namespace Halyard::Wire {

namespace {

// Half a byte at a time: profile S has no peer, so 32 bytes of table are worth more than its speed.
constexpr std::array<std::uint16_t, 16> NibbleTable = [] {
    std::array<std::uint16_t, 16> table {};
    for (unsigned nibble = 0; nibble < table.size(); ++nibble) {
        unsigned remainder = nibble;
        for (int bit = 0; bit < 4; ++bit)
            remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? 0xA001U : 0U);
        table[nibble] = static_cast<std::uint16_t>(remainder);
    }
    return table;
}();

} // namespace

std::uint32_t crc32(ByteView bytes) noexcept { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

std::uint16_t crc16Arc(ByteView bytes) noexcept
{
    unsigned crc = 0;
    for (const std::byte byte : bytes) {
        crc ^= std::to_integer<unsigned>(byte);
        crc = (crc >> 4U) ^ NibbleTable[crc & 0x0FU];
        crc = (crc >> 4U) ^ NibbleTable[crc & 0x0FU];
    }
    return static_cast<std::uint16_t>(crc);
}

} // namespace Halyard::Wire
