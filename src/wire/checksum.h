// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// CRC-32/ISO-HDLC, the one of zip and Ethernet: 0xCBF43926 for "123456789".
[[nodiscard]] HALYARD_EXPORT std::uint32_t crc32(ByteView bytes) noexcept;

/// CRC-16/ARC: 0xBB3D for "123456789".
[[nodiscard]] HALYARD_EXPORT std::uint16_t crc16Arc(ByteView bytes) noexcept;

} // namespace Halyard::Wire
