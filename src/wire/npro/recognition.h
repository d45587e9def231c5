// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire::Npro {

/// What a client's first bytes begin with.
enum class Opening : std::uint8_t {
    Handshake, ///< the Init of a sealed session
    Packet,    ///< any other one
    Other,     ///< no packet
};

/// Nothing while too few bytes are there to tell; at most 13 are needed.
[[nodiscard]] HALYARD_EXPORT std::optional<Opening> recogniseOpening(ByteView first);

} // namespace Halyard::Wire::Npro
