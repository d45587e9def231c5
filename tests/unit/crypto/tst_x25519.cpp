// SPDX-License-Identifier: MIT
// The cases of RFC 7748, and keys that no honest peer has.
#include <gtest/gtest.h>

#include "crypto/x25519.h"
#include "secretof.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;

namespace {

json row(std::string_view name)
{
    for (const json &one : loadVectors("x25519.json")) {
        if (one["name"] == name)
            return one;
    }
    throw std::runtime_error("no such row");
}

std::string product(const Bytes &scalar, const Bytes &point)
{
    const auto result = x25519(secretOf(scalar), arrayOf<32>(point));
    return result ? toHex(result->view()) : std::string(errorName(result.error().code));
}

} // namespace

TEST(X25519, multiplication)
{
    for (const char *name : {"first", "second"}) {
        const json one = row(name);
        EXPECT_EQ(product(bytesOf(one, "scalar"), bytesOf(one, "point")), textOf(one["result"]));
    }
}

TEST(X25519, iterated)
{
    const json one = row("iterated");
    Bytes scalar = bytesOf(one, "start");
    Bytes point = scalar;
    for (int i = 1; i <= 1000; ++i) {
        const Bytes result = fromHex(product(scalar, point));
        point = std::exchange(scalar, result);
        if (i == 1 || i == 1000) {
            EXPECT_EQ(toHex(scalar), textOf(one["after"][std::to_string(i)]));
        }
    }
}

TEST(X25519, agreement)
{
    const json one = row("agreement");
    for (std::size_t i = 0; i < 2; ++i) {
        const Bytes own = fromHex(one["private"][i].get<std::string>());
        EXPECT_EQ(toHex(x25519PublicKey(secretOf(own))), textOf(one["public"][i]));
        EXPECT_EQ(product(own, fromHex(one["public"][1 - i].get<std::string>())), textOf(one["result"]));
    }
}

TEST(X25519, keysOfLowOrder)
{
    const Bytes own(32, std::byte {0x42});
    for (const char *point : {"0000000000000000000000000000000000000000000000000000000000000000",
             "0100000000000000000000000000000000000000000000000000000000000000",
             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
             "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
             "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
             "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
             "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"})
        EXPECT_EQ(product(own, fromHex(point)), "SecurityHandshakeFailed") << point;
}
