// SPDX-License-Identifier: MIT
#include <set>

#include <gtest/gtest.h>

#include "wire/error.h"

using namespace Halyard::Wire;

TEST(Error, namesAreThoseOfTheEnumeration)
{
    EXPECT_EQ(errorName(ErrorCode::None), "None");
    EXPECT_EQ(errorName(ErrorCode::PayloadTooLarge), "PayloadTooLarge");
    EXPECT_EQ(errorName(ErrorCode::CrcMismatch), "CrcMismatch");
    EXPECT_EQ(errorName(ErrorCode::TlsPeerOnPlainPort), "TlsPeerOnPlainPort");
    EXPECT_EQ(errorName(ErrorCode::PeerError), "PeerError");
    EXPECT_EQ(errorName(ErrorCode::WriteTimedOut), "WriteTimedOut");
    EXPECT_EQ(errorName(ErrorCode::AnswerTimedOut), "AnswerTimedOut");
}

TEST(Error, everyNumberHasAName)
{
    EXPECT_EQ(errorName(ErrorCode(99)), "Unknown");
    EXPECT_EQ(errorName(ErrorCode(999)), "Unknown");
    EXPECT_EQ(errorName(ErrorCode::FirstOfApplication), "Application");
    EXPECT_EQ(errorName(ErrorCode(65'535)), "Application");
}

TEST(Error, namesAreUnique)
{
    std::set<std::string_view> names;
    std::size_t named = 0;
    for (int number = 0; number < 1000; ++number) {
        const auto name = errorName(ErrorCode(number));
        if (name == "Unknown")
            continue;
        ++named;
        names.insert(name);
    }
    EXPECT_EQ(names.size(), named);
    EXPECT_GT(named, 50U);
}

TEST(Error, isFalseWithoutACode)
{
    EXPECT_FALSE(Error());
    EXPECT_TRUE(failure(ErrorCode::BadMagic, ErrorOrigin::Peer, "x").value());
}
