// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Knows records again by bytes that no two have in common (a nonce, a tag): of the last Remembered ones.
class HALYARD_EXPORT RecordMemory
{
public:
    static constexpr std::size_t Remembered = 512;

    [[nodiscard]] bool isRemembered(ByteView identity) const;
    void remember(ByteView identity);

private:
    std::vector<std::uint64_t> m_records; // of each the first eight bytes, which chance does not repeat
    std::size_t m_oldest = 0;
};

} // namespace Halyard::Wire
