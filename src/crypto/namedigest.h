// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Stands for a name where comparing must not tell how much of it is right: SHA-256, as long for every name.
class HALYARD_EXPORT NameDigest
{
public:
    explicit NameDigest(ByteView name) noexcept;

    /// In a time that depends on neither.
    [[nodiscard]] bool matches(const NameDigest &other) const noexcept;

private:
    std::array<std::byte, 32> m_digest {};
};

} // namespace Halyard::Wire
