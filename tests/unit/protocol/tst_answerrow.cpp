// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "protocol/answerrow.h"

using namespace Halyard::Wire;

namespace {

EngineLimits limits()
{
    EngineLimits result;
    result.maxOpenRequests = 10;
    result.maxFrameBytesOut = 100;
    return result;
}

std::string textOf(const std::optional<Bytes> &answer)
{
    return answer ? std::string(asText(*answer)) : std::string("none");
}

Bytes answer(std::string_view text) { return toBytes(asBytes(text)); }

} // namespace

TEST(AnswerRow, answersLeaveInTheOrderOfTheirRequests)
{
    AnswerRow row(limits());
    EXPECT_TRUE(row.isEmpty());
    EXPECT_EQ(row.add(), 1U);
    EXPECT_EQ(row.add(), 2U);
    ASSERT_TRUE(row.addAnswered(answer("at once")));
    EXPECT_EQ(row.add(), 4U);
    EXPECT_EQ(row.waiting(), 3U);

    EXPECT_FALSE(row.isInFront(4));
    row.keep(4, answer("fourth"));
    EXPECT_FALSE(row.isInFront(2));
    row.keep(2, answer("second"));
    EXPECT_EQ(textOf(row.takeReady()), "none") << "the first is still waited for";
    EXPECT_EQ(row.waiting(), 1U);

    EXPECT_TRUE(row.isInFront(1));
    row.settle();
    EXPECT_EQ(textOf(row.takeReady()), "second");
    EXPECT_EQ(textOf(row.takeReady()), "at once");
    EXPECT_EQ(textOf(row.takeReady()), "fourth");
    EXPECT_EQ(textOf(row.takeReady()), "none");
    EXPECT_TRUE(row.isEmpty());
    EXPECT_EQ(row.heldBytes(), 0U);
    EXPECT_EQ(row.add(), 5U);
}

TEST(AnswerRow, eachRequestIsAnsweredOnce)
{
    AnswerRow row(limits());
    const auto isRefused = [&row](std::uint64_t id) {
        const auto open = row.checkOpen(id);
        return !open && open.error().code == ErrorCode::InvalidArgument
            && open.error().detail == "request " + std::to_string(id) + " is not open";
    };
    EXPECT_TRUE(isRefused(0));
    EXPECT_TRUE(isRefused(1));
    ASSERT_TRUE(row.add());
    ASSERT_TRUE(row.addAnswered(answer("nobody asked the application")));
    ASSERT_TRUE(row.add());
    EXPECT_TRUE(row.checkOpen(1));
    EXPECT_TRUE(isRefused(2));
    EXPECT_TRUE(row.checkOpen(3));
    row.keep(3, {});
    EXPECT_TRUE(isRefused(3)) << "it waits, but it is given";
    EXPECT_TRUE(row.holds(3));
    row.settle();
    EXPECT_TRUE(isRefused(1));
    EXPECT_FALSE(row.holds(1));
    EXPECT_TRUE(isRefused(SIZE_MAX));
}

TEST(AnswerRow, hasTwoPlacesForEachOpenRequest)
{
    AnswerRow row(limits());
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(row.add()) << i;
    EXPECT_EQ(row.add().error().code, ErrorCode::InputBudgetExceeded);
    EXPECT_EQ(row.addAnswered({}).error().code, ErrorCode::InputBudgetExceeded);
    row.settle();
    EXPECT_EQ(row.add(), 21U);

    EngineLimits few = limits();
    few.maxOpenRequests = 1;
    AnswerRow small(few);
    for (int i = 0; i < 16; ++i)
        ASSERT_TRUE(small.addAnswered({})) << "sixteen there always are";
    EXPECT_FALSE(small.addAnswered({}));
}

TEST(AnswerRow, keepsTwoFramesOfItsOwnAnswers)
{
    AnswerRow row(limits());
    ASSERT_TRUE(row.add());
    ASSERT_TRUE(row.addAnswered(Bytes(199)));
    EXPECT_EQ(row.addAnswered(Bytes(2)).error().code, ErrorCode::InputBudgetExceeded);
    ASSERT_TRUE(row.addAnswered(Bytes(1)));
    EXPECT_FALSE(row.keepsMuch());
    // What an application answers is taken: it was asked.
    const auto id = row.add();
    ASSERT_TRUE(id);
    row.keep(*id, Bytes(1));
    EXPECT_TRUE(row.keepsMuch());
    EXPECT_GT(row.heldBytes(), 201U);
}

TEST(AnswerRow, givenUpItNamesTheRequestsThatWait)
{
    AnswerRow row(limits());
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(row.add());
    ASSERT_TRUE(row.addAnswered(answer("at once")));
    row.keep(2, answer("second"));
    EXPECT_EQ(row.clear(), (std::vector<std::uint64_t> {1, 3}));
    EXPECT_TRUE(row.isEmpty());
    EXPECT_EQ(row.waiting(), 0U);
    EXPECT_EQ(row.heldBytes(), 0U);
    EXPECT_FALSE(row.checkOpen(1)) << "late answers have no place any more";
    EXPECT_EQ(row.add(), 5U);
}
