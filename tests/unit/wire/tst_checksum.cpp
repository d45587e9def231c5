// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "wire/checksum.h"

using namespace Halyard::Wire;

// The check values of the catalogue of parametrised CRC algorithms.
TEST(Checksum, crc32OfTheCheckString)
{
    EXPECT_EQ(crc32(asBytes("123456789")), 0xCBF43926U);
    EXPECT_EQ(crc32({}), 0U);
}

TEST(Checksum, crc16ArcOfTheCheckString)
{
    EXPECT_EQ(crc16Arc(asBytes("123456789")), 0xBB3DU);
    EXPECT_EQ(crc16Arc({}), 0U);
}
