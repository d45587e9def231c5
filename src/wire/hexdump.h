// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// "5654 01" without the blanks: two lower case digits for each byte.
[[nodiscard]] HALYARD_EXPORT std::string toHex(ByteView bytes);

/// At least `digits` lower case digits, no prefix.
[[nodiscard]] HALYARD_EXPORT std::string toHex(std::uint64_t number, std::size_t digits);

/// Lines as hexdump -C prints them: offset, 16 bytes in two groups, the same as ASCII. Runs of equal lines
/// are not folded. A last line holds the offset behind the end; empty for no bytes. `indent` blanks precede
/// each line; offsets begin at `firstOffset`.
[[nodiscard]] HALYARD_EXPORT std::string hexDump(
    ByteView bytes, std::size_t indent = 0, std::uint64_t firstOffset = 0);

} // namespace Halyard::Wire
