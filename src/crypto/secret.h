// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "wire/bytes.h"
#include "wire/wipe.h"

namespace Halyard::Wire {

/// So many secret bytes; wiped when they go. Copies are secrets of their own.
template <std::size_t Size>
class Secret
{
public:
    Secret() = default;
    Secret(const Secret &) = default;
    Secret &operator=(const Secret &) = default;
    ~Secret() { wipe(m_bytes); }

    [[nodiscard]] MutableBytes bytes() noexcept { return m_bytes; }
    [[nodiscard]] ByteView view() const noexcept { return m_bytes; }

private:
    std::array<std::byte, Size> m_bytes {};
};

} // namespace Halyard::Wire
