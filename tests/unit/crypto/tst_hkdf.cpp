// SPDX-License-Identifier: MIT
// The SHA-256 cases of RFC 5869, appendix A.
#include <gtest/gtest.h>

#include "../wire/vectors.h"
#include "crypto/hkdf.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

Bytes derived(const Bytes &secret, const Bytes &salt, const Bytes &info, std::size_t size)
{
    Bytes out(size);
    hkdfSha256(secret, salt, info, out);
    return out;
}

/// first, first + 1, …
Bytes counting(unsigned first, std::size_t count)
{
    Bytes bytes;
    for (std::size_t i = 0; i < count; ++i)
        bytes.push_back(std::byte(first + i));
    return bytes;
}

} // namespace

TEST(Hkdf, Rfc5869)
{
    EXPECT_EQ(derived(Bytes(22, std::byte(0x0b)), counting(0, 13), counting(0xf0, 10), 42),
        fromHex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    EXPECT_EQ(derived(counting(0, 80), counting(0x60, 80), counting(0xb0, 80), 82),
        fromHex(
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"));
    EXPECT_EQ(derived(Bytes(22, std::byte(0x0b)), {}, {}, 42),
        fromHex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
}
