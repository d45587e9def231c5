// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace Halyard::Wire {

/// A decimal number without sign or leading zero; nothing for anything else and for what exceeds 64 bits.
[[nodiscard]] inline std::optional<std::uint64_t> parseDecimal(std::string_view text) noexcept
{
    if (text.empty() || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    std::uint64_t number = 0;
    const char *const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end)
        return std::nullopt;
    return number;
}

} // namespace Halyard::Wire
