// SPDX-License-Identifier: MIT
#pragma once

#include "wire/bytes.h"
#include "wire/export.h"
#include "wire/recognition.h"

namespace Halyard::Wire::Npro {

/// Whether a client begins with the Init of a sealed session; 13 bytes decide.
[[nodiscard]] HALYARD_EXPORT Recognition looksSealed(ByteView first) noexcept;
/// Whether it begins with any other packet; 13 bytes decide.
[[nodiscard]] HALYARD_EXPORT Recognition looksPlain(ByteView first) noexcept;

} // namespace Halyard::Wire::Npro
