// SPDX-License-Identifier: MIT
// How much one key seals.
#include <gtest/gtest.h>

#include "crypto/keylife.h"

using namespace Halyard::Wire;

TEST(KeyLife, endsWithSoManyRecords)
{
    KeyLife life(3);
    for (int record = 0; record < 3; ++record) {
        ASSERT_TRUE(life.check(1)) << record;
        life.count(1);
    }
    const auto fourth = life.check(0);
    ASSERT_FALSE(fourth);
    EXPECT_EQ(fourth.error().code, ErrorCode::SecurityHandshakeFailed);
    EXPECT_EQ(fourth.error().detail, "the key is used up after 3 records");
}

TEST(KeyLife, endsWithSoManyBytes)
{
    KeyLife life;
    life.count(KeyLife::MaxBytes - 10);
    EXPECT_TRUE(life.check(9));
    EXPECT_TRUE(life.check(10));
    EXPECT_FALSE(life.check(11));
}
