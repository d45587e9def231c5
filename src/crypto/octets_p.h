// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "wire/bytes.h"

namespace Halyard::Wire {

/// Bytes as the crypto libraries want them.
[[nodiscard]] inline const std::uint8_t *octets(ByteView bytes) noexcept
{
    return reinterpret_cast<const std::uint8_t *>(bytes.data());
}
[[nodiscard]] inline std::uint8_t *octets(MutableBytes bytes) noexcept
{
    return reinterpret_cast<std::uint8_t *>(bytes.data());
}

} // namespace Halyard::Wire
