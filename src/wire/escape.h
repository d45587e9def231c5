// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Text of a peer, made harmless for terminals and windows: UTF-8 in, UTF-8 out, never fails. Control
/// characters, marks that turn the direction of text or are invisible, separators of lines and paragraphs,
/// and backslashes come out as \n, \t, \r, \\, \x1b or \u{202e}; bytes that are no UTF-8 as \xff. After
/// `maxBytes` of the input, at a character's end, "…" stands for the rest.
[[nodiscard]] HALYARD_EXPORT std::string escapeText(
    std::string_view text, std::size_t maxBytes = std::numeric_limits<std::size_t>::max());

[[nodiscard]] HALYARD_EXPORT bool isUtf8(std::string_view text) noexcept;

/// UTF-8 without control characters other than tab and line ends.
[[nodiscard]] HALYARD_EXPORT bool isPlainText(ByteView bytes) noexcept;

} // namespace Halyard::Wire
