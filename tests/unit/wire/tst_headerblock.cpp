// SPDX-License-Identifier: MIT
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/headerblock.h"

using namespace Halyard::Wire;
using Test::fromHex;

namespace {

constexpr std::size_t Unlimited = 100'000;

ErrorCode verdict(const Result<std::size_t> &result)
{
    return result ? ErrorCode::None : result.error().code;
}

} // namespace

TEST(HeaderBlock, keepsOrderDuplicatesAndEmptyParts)
{
    for (const HeaderLayout layout : {HeaderLayout::Short, HeaderLayout::Long}) {
        HeaderBlock block(layout);
        ASSERT_TRUE(block.append("a", "1"));
        ASSERT_TRUE(block.append("", ""));
        ASSERT_TRUE(block.append("a", "2"));
        ASSERT_TRUE(block.append("id", std::numeric_limits<std::uint64_t>::max()));
        const HeaderBlockView view = block.view();
        EXPECT_EQ(HeaderBlockView::validate(view.bytes(), 4, layout), 4U);
        const std::vector<Header> headers(view.begin(), view.end());
        const std::vector<Header> expected {{"a", "1"}, {"", ""}, {"a", "2"}, {"id", "18446744073709551615"}};
        EXPECT_EQ(headers, expected);
        EXPECT_EQ(view.count(), 4U);
        EXPECT_EQ(view.find("a"), "1");
        EXPECT_EQ(view.find(""), "");
        EXPECT_EQ(view.find("b"), std::nullopt);
        HeaderBlock copy(view);
        ASSERT_TRUE(copy.append("b", "3"));
        EXPECT_EQ(copy.view().find("b"), "3");
        copy.clear();
        EXPECT_TRUE(copy.view().isEmpty());
    }
}

TEST(HeaderBlock, bytesOfBothLayouts)
{
    HeaderBlock shortBlock;
    ASSERT_TRUE(shortBlock.append("k", "vw"));
    EXPECT_EQ(toBytes(shortBlock.view().bytes()), fromHex("01 02 6b 7677"));
    HeaderBlock longBlock(HeaderLayout::Long);
    ASSERT_TRUE(longBlock.append("k", "vw"));
    EXPECT_EQ(toBytes(longBlock.view().bytes()), fromHex("01 6b 0200 7677"));
}

TEST(HeaderBlock, anEmptyViewHasNoEntries)
{
    const HeaderBlockView view;
    EXPECT_TRUE(view.begin() == view.end());
    EXPECT_EQ(view.count(), 0U);
    EXPECT_EQ(view.find("a"), std::nullopt);
}

TEST(HeaderBlock, refusesWhatCannotBeWritten)
{
    HeaderBlock block;
    EXPECT_TRUE(block.append(std::string(255, 'k'), std::string(255, 'v')));
    EXPECT_EQ(block.append(std::string(256, 'k'), "").error().code, ErrorCode::BadHeaders);
    EXPECT_EQ(block.append("", std::string(256, 'v')).error().code, ErrorCode::BadHeaders);
    EXPECT_EQ(block.append("", std::string(256, 'v')).error().origin, ErrorOrigin::Local);
    EXPECT_EQ(block.view().count(), 1U);

    HeaderBlock longBlock(HeaderLayout::Long);
    EXPECT_TRUE(longBlock.append("", std::string(256, 'v')));
    EXPECT_EQ(longBlock.append("", std::string(65'536, 'v')).error().code, ErrorCode::BadHeaders);
}

TEST(HeaderBlock, theBlockEndsAt65535Bytes)
{
    HeaderBlock block;
    for (int i = 0; i < 127; ++i)
        ASSERT_TRUE(block.append(std::string(255, 'k'), std::string(255, 'v'))); // 512 bytes each
    ASSERT_TRUE(block.append(std::string(255, 'k'), std::string(252, 'v')));     // 65 533
    EXPECT_EQ(block.append("", "v").error().code, ErrorCode::BadHeaders);
    EXPECT_EQ(block.view().bytes().size(), 65'533U);
    EXPECT_TRUE(block.append("", ""));
    EXPECT_EQ(block.view().bytes().size(), HeaderBlock::MaxBytes);
    EXPECT_EQ(block.append("", "").error().code, ErrorCode::BadHeaders);
    EXPECT_EQ(HeaderBlockView::validate(block.view().bytes(), 1000), 129U);
}

TEST(HeaderBlock, anEntryMayNotLeaveItsBlock)
{
    const auto check = [](std::string_view hex, HeaderLayout layout = HeaderLayout::Short) {
        return verdict(HeaderBlockView::validate(fromHex(hex), Unlimited, layout));
    };
    EXPECT_EQ(check(""), ErrorCode::None);
    EXPECT_EQ(check("0000"), ErrorCode::None);
    EXPECT_EQ(check("00"), ErrorCode::BadHeaders);
    EXPECT_EQ(check("0100"), ErrorCode::BadHeaders);
    EXPECT_EQ(check("010161"), ErrorCode::BadHeaders);
    EXPECT_EQ(check("01016131"), ErrorCode::None);
    EXPECT_EQ(check("0101613100"), ErrorCode::BadHeaders);
    EXPECT_EQ(check("ffff"), ErrorCode::BadHeaders);

    EXPECT_EQ(check("000000", HeaderLayout::Long), ErrorCode::None);
    EXPECT_EQ(check("00", HeaderLayout::Long), ErrorCode::BadHeaders);
    EXPECT_EQ(check("0000", HeaderLayout::Long), ErrorCode::BadHeaders);
    EXPECT_EQ(check("01610000", HeaderLayout::Long), ErrorCode::None);
    EXPECT_EQ(check("016100", HeaderLayout::Long), ErrorCode::BadHeaders);
    EXPECT_EQ(check("0161010031", HeaderLayout::Long), ErrorCode::None);
    EXPECT_EQ(check("0161020031", HeaderLayout::Long), ErrorCode::BadHeaders);
    EXPECT_EQ(check("0161ffff31", HeaderLayout::Long), ErrorCode::BadHeaders);
}

TEST(HeaderBlock, theErrorNamesTheOffset)
{
    const auto result = HeaderBlockView::validate(fromHex("01016131 0900"), Unlimited);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().origin, ErrorOrigin::Peer);
    EXPECT_NE(result.error().detail.find("offset 4"), std::string::npos) << result.error().detail;
}

TEST(HeaderBlock, entriesAreCountedBeforeTheyAreRead)
{
    const Bytes three = fromHex("0000 0000 0000");
    EXPECT_EQ(verdict(HeaderBlockView::validate(three, 2)), ErrorCode::TooManyHeaders);
    EXPECT_EQ(verdict(HeaderBlockView::validate(three, 3)), ErrorCode::None);
    EXPECT_EQ(verdict(HeaderBlockView::validate(three, 4)), ErrorCode::None);
    EXPECT_EQ(verdict(HeaderBlockView::validate(three, 0)), ErrorCode::TooManyHeaders);
    EXPECT_EQ(verdict(HeaderBlockView::validate({}, 0)), ErrorCode::None);
    // The first one beyond the limit is not looked at.
    EXPECT_EQ(verdict(HeaderBlockView::validate(fromHex("0000 ff"), 1)), ErrorCode::TooManyHeaders);
}

TEST(HeaderBlock, tenThousandHeadersCostNothingBeyondTheLimit)
{
    const Bytes block(20'000, std::byte {0});
    EXPECT_EQ(verdict(HeaderBlockView::validate(block, 256)), ErrorCode::TooManyHeaders);
    EXPECT_EQ(HeaderBlockView::validate(block, 10'000), 10'000U);
}

TEST(HeaderBlock, validateOfEveryPrefixNeverReadsBehindIt)
{
    const Bytes whole = fromHex("0102 61 3132 0000 0200 6262 0003 636363");
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const Bytes prefix = toBytes(ByteView(whole).first(size)); // own memory, so that a sanitizer sees it
        const bool atEntryEnd = size == 0 || size == 5 || size == 7 || size == 11 || size == 16;
        EXPECT_EQ(HeaderBlockView::validate(prefix, Unlimited).has_value(), atEntryEnd) << size;
    }
}
