// SPDX-License-Identifier: MIT
// RouteNames: numbers stay with their routes.
#include <gtest/gtest.h>

#include "protocol/routenames.h"

using namespace Halyard::Wire;

TEST(RouteNames, numbersFollowTheOrderOfTheirFirstHandlers)
{
    RouteNames names;
    names.add("echo");
    names.add("sum");
    names.add("echo");
    EXPECT_EQ(names.numberOf("echo"), 0U);
    EXPECT_EQ(names.numberOf("sum"), 1U);
    EXPECT_EQ(names.numberOf("Sum"), std::nullopt);
    ASSERT_TRUE(names.find(1));
    EXPECT_EQ(names.find(1)->name, "sum");
    EXPECT_FALSE(names.find(2));
}

TEST(RouteNames, aNumberIsNeverGivenTwice)
{
    RouteNames names;
    names.add("echo");
    names.add("sum");
    names.remove("echo");
    names.remove("never there");
    EXPECT_EQ(names.numberOf("echo"), std::nullopt);
    EXPECT_FALSE(names.find(0));
    names.add("blob");
    EXPECT_EQ(names.numberOf("blob"), 2U);
    names.add("echo");
    EXPECT_EQ(names.numberOf("echo"), 0U);
}

TEST(RouteNames, typesMayComeBeforeTheHandler)
{
    RouteNames names;
    names.setTypes("blob", {7, 0});
    EXPECT_EQ(names.numberOf("blob"), std::nullopt);
    EXPECT_FALSE(names.find(0));
    names.add("blob");
    ASSERT_TRUE(names.find(0));
    EXPECT_EQ(names.find(0)->types, (std::set<std::uint64_t> {0, 7}));
    names.setTypes("blob", {});
    EXPECT_TRUE(names.find(0)->types.empty());
}
