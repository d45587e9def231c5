// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
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

/// Copies to where there is room for it and returns the end there; the two must not overlap.
/// In pieces: a long memcpy may become one `rep movsb`, and where the target lies up to 64 bytes behind the
/// source modulo 4096, as in two buffers that both begin with a page, some processors then copy 20 times
/// slower.
inline std::byte *copyBytes(ByteView from, std::byte *to) noexcept
{
    constexpr std::size_t Piece = 2'048;
    while (!from.empty()) {
        const std::size_t size = std::min(from.size(), Piece);
        std::memcpy(to, from.data(), size);
        to += size;
        from = from.subspan(size);
    }
    return to;
}

[[nodiscard]] inline Bytes toBytes(ByteView view) { return {view.begin(), view.end()}; }

} // namespace Halyard::Wire
