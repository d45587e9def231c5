// SPDX-License-Identifier: MIT
// The SHA-256 cases of RFC 5869, appendix A.
#include <gtest/gtest.h>

#include "crypto/hkdf.h"
#include "secretof.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

Bytes derived(const Bytes &secret, const Bytes &salt, const Bytes &info, std::size_t size)
{
    Bytes out(size);
    hkdfSha256(secret, salt, info, out);
    return out;
}

} // namespace

TEST(Hkdf, Rfc5869)
{
    int rows = 0;
    for (const auto &row : loadVectors("hkdf.json")) {
        const Bytes expected = bytesOf(row, "derived");
        EXPECT_EQ(
            derived(bytesOf(row, "secret"), bytesOf(row, "salt"), bytesOf(row, "info"), expected.size()),
            expected)
            << row["name"];
        ++rows;
    }
    EXPECT_EQ(rows, 3);
}
