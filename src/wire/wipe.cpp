// SPDX-License-Identifier: MIT
#include "wire/wipe.h"

#include <cstring>

namespace Halyard::Wire {

void wipe(MutableBytes secret) noexcept
{
    // The pointer is read anew each time, so the compiler cannot know that this is memset, nor leave it out
    // where nobody reads the bytes any more. ISO C++, unlike explicit_bzero, which not every target has.
    static void *(*const volatile fill)(void *, int, std::size_t) = std::memset;
    if (!secret.empty())
        fill(secret.data(), 0, secret.size());
}

} // namespace Halyard::Wire
