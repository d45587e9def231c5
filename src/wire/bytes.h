// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace Halyard::Wire {

/// Bytes that somebody else owns. Every function says how long a view it returns stays valid.
using ByteView = std::span<const std::byte>;
/// Bytes that somebody else owns and that may be changed in place.
using MutableBytes = std::span<std::byte>;
/// Owned bytes.
using Bytes = std::vector<std::byte>;

/// The bytes of a text; the view lives as long as the text.
[[nodiscard]] inline ByteView asBytes(std::string_view text) noexcept
{
    return std::as_bytes(std::span(text));
}

/// Bytes as text, unchecked: the caller knows, or does not care, whether it is UTF-8.
[[nodiscard]] inline std::string_view asText(ByteView bytes) noexcept
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

[[nodiscard]] inline Bytes toBytes(ByteView view) { return {view.begin(), view.end()}; }

} // namespace Halyard::Wire
