// SPDX-License-Identifier: MIT
#include "wire/vstp/recognition.h"

#include <array>

#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

Recognition looksLikeVstp(ByteView first) noexcept
{
    constexpr std::array<std::byte, PrefixBytes> prefix {Magic[0], Magic[1], std::byte {Version}};
    return beginsWith(first, prefix);
}

} // namespace Halyard::Wire::Vstp
