// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

#include "wire/bytes.h"

namespace Halyard::Wire {

/// Whether a connection whose client begins with certain bytes speaks a certain protocol.
enum class Recognition : std::uint8_t {
    Yes,
    No,
    More, ///< too few bytes are there to tell
};

/// Whether `bytes` begin with all of `expected`, as far as they go.
[[nodiscard]] inline Recognition beginsWith(ByteView bytes, ByteView expected) noexcept
{
    const std::size_t known = std::min(bytes.size(), expected.size());
    if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known), expected.begin()))
        return Recognition::No;
    return known == expected.size() ? Recognition::Yes : Recognition::More;
}

/// Of a protocol that begins in one of two ways.
[[nodiscard]] constexpr Recognition either(Recognition one, Recognition other) noexcept
{
    if (one == Recognition::Yes || other == Recognition::Yes)
        return Recognition::Yes;
    return one == Recognition::More || other == Recognition::More ? Recognition::More : Recognition::No;
}

} // namespace Halyard::Wire
