// SPDX-License-Identifier: MIT
// One FrameChannel by itself: cutting, limits, deadlines, memory.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "channelparts.h"
#include "wire/vstp/framing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

TEST(FrameChannel, anyCutGivesTheSameBodies)
{
    const Bytes wire = framed("hi") + framed("") + framed(std::string(300, 'x')) + framed("end");
    const std::vector<std::string> expected {"hi", "", std::string(300, 'x'), "end"};
    for (std::size_t cut = 1; cut <= wire.size(); ++cut) {
        FrameChannel channel(Framed, nullptr, {});
        channel.start(Start);
        EXPECT_EQ(feed(channel, wire, cut), expected) << "cut every " << cut;
        EXPECT_FALSE(channel.isInsideFrame());
        EXPECT_EQ(channel.heldBytes(), 0U) << "a drained channel keeps its input buffer";
    }
}

TEST(FrameChannel, aFrameAtTheLimitIsTakenAndOneByteMoreIsRefusedFromTheHeader)
{
    EngineLimits limits;
    limits.maxFrameBytesIn = 100;
    for (const int difference : {-1, 0}) {
        FrameChannel channel(Framed, nullptr, limits);
        const std::string body(static_cast<std::size_t>(96 + difference), 'x');
        EXPECT_EQ(feed(channel, framed(body)), std::vector {body});
    }
    FrameChannel channel(Framed, nullptr, limits);
    EXPECT_EQ(
        feed(channel, framed("ok") + framed("", 97)), (std::vector<std::string> {"ok", "! PayloadTooLarge"}));
    EXPECT_EQ(channel.nextBody(Start).error().code, ErrorCode::PayloadTooLarge) << "the failure is final";
    EXPECT_TRUE(channel.inputSpace(10).empty());
    EXPECT_EQ(channel.heldBytes(), 0U);
}

TEST(FrameChannel, anAnnouncedLengthDecidesNoAllocation)
{
    FrameChannel channel(Framed, nullptr, {});
    feed(channel, framed(std::string(10, 'x'), 8'000'000));
    EXPECT_LE(channel.heldBytes(), 4'096U);
    EXPECT_EQ(channel.inputSpace(1'000'000).size(), 4'096U - 14U);
    // … and memory follows what really came, by doubling.
    std::size_t arrived = 14;
    while (arrived < 1'000'000) {
        const std::size_t bytes = channel.inputSpace(100'000).size();
        ASSERT_GT(bytes, 0U);
        channel.received(bytes, Start);
        ASSERT_FALSE(channel.nextBody(Start)->has_value());
        arrived += bytes;
        ASSERT_LE(channel.heldBytes(), 4 * arrived);
    }
}

TEST(FrameChannel, inputIsRefusedWhileMoreThanAFrameWaitsToBeTaken)
{
    EngineLimits limits;
    limits.maxFrameBytesIn = 1'000;
    FrameChannel channel(Framed, nullptr, limits);
    std::size_t taken = 0;
    for (MutableBytes space = channel.inputSpace(1'000'000); !space.empty();
         space = channel.inputSpace(1'000'000)) {
        std::ranges::fill(space, std::byte {0}); // empty frames
        channel.received(space.size(), Start);
        taken += space.size();
    }
    EXPECT_EQ(taken, 1'000U + 65'536U);
    EXPECT_TRUE(channel.nextBody(Start)->has_value());
    while (channel.nextBody(Start)->has_value()) { }
    EXPECT_FALSE(channel.inputSpace(1).empty());
}

TEST(FrameChannel, aBodyIsChangedInPlaceAndHeldOverMoreInput)
{
    FrameChannel channel(Framed, nullptr, {});
    const Bytes wire = framed("first") + framed("second");
    MutableBytes space = channel.inputSpace(wire.size());
    std::copy(wire.begin(), wire.end(), space.begin());
    channel.received(wire.size(), Start);
    const MutableBytes first = channel.nextBody(Start)->value();
    first[0] = std::byte {'F'};
    channel.holdBody();
    // So much that the buffer has to move several times.
    const Bytes more = framed(std::string(20'000, 'x'));
    for (ByteView rest = more; !rest.empty();) {
        space = channel.inputSpace(rest.size());
        std::copy_n(rest.begin(), space.size(), space.begin());
        channel.received(space.size(), Start);
        rest = rest.subspan(space.size());
    }
    EXPECT_EQ(asText(first), "First");
    EXPECT_EQ(asText(channel.nextBody(Start)->value()), "second");
    EXPECT_EQ(asText(channel.nextBody(Start)->value()), std::string(20'000, 'x'));
}

TEST(FrameChannel, slowFramesFailWhenTheirTimeIsOver)
{
    EngineLimits limits;
    limits.frameGrace = 1'000ms;
    limits.frameBytesPerSecond = 100;
    FrameChannel channel(Framed, nullptr, limits);
    EXPECT_FALSE(channel.deadline());
    feed(channel, framed("ab", 46)); // 50 bytes in all: half a second on top
    ASSERT_EQ(channel.deadline(), Start.steady + 1'500ms);
    feed(channel, Bytes(10), 10, after(1'400ms));
    EXPECT_EQ(channel.deadline(), Start.steady + 1'500ms) << "a few bytes give no more time";
    EXPECT_TRUE(channel.expired(after(1'499ms)));
    EXPECT_EQ(channel.expired(after(1'500ms)).error().code, ErrorCode::FrameTooSlow);
    EXPECT_EQ(channel.nextBody(after(1'500ms)).error().code, ErrorCode::FrameTooSlow);
}

TEST(FrameChannel, theDeadlineStandsStillWhileInputIsPaused)
{
    EngineLimits limits;
    limits.frameGrace = 1'000ms;
    FrameChannel channel(Framed, nullptr, limits);
    feed(channel, framed("", 0) + Bytes(2)); // a frame, and half a header
    ASSERT_EQ(channel.deadline(), Start.steady + 1'000ms);
    channel.inputPaused(true, after(400ms));
    EXPECT_FALSE(channel.deadline());
    EXPECT_TRUE(channel.expired(after(60'000ms)));
    channel.inputPaused(false, after(60'000ms));
    EXPECT_EQ(channel.deadline(), Start.steady + 60'600ms);
    feed(channel, Bytes(2), 2, after(60'500ms));
    EXPECT_FALSE(channel.deadline()) << "the frame is complete";
}

TEST(FrameChannel, theEndInsideAFrameIsNamed)
{
    FrameChannel channel(Framed, nullptr, {});
    feed(channel, framed("whole") + framed("par", 7));
    EXPECT_TRUE(channel.isInsideFrame());
    EXPECT_EQ(channel.truncation().code, ErrorCode::FrameTruncated);
    EXPECT_EQ(channel.truncation().detail, "the stream ended 7 bytes into a frame of 11");
}

TEST(FrameChannel, outputIsOnePieceAndWrittenInAnyPieces)
{
    for (const std::size_t piece : {1U, 7U, 1'000U}) {
        FrameChannel channel(Framed, nullptr, {});
        Bytes expected;
        Bytes left;
        for (int at = 0; at < 200; ++at) {
            const std::string body(static_cast<std::size_t>(at), 'x');
            ASSERT_TRUE(write(channel, body));
            expected = expected + framed(body);
            const ByteView output = channel.output();
            const std::size_t bytes = std::min(piece, output.size());
            left.insert(left.end(), output.begin(), output.begin() + static_cast<std::ptrdiff_t>(bytes));
            channel.written(bytes);
        }
        left = left + toBytes(channel.output());
        channel.written(channel.pendingBytes());
        EXPECT_EQ(left, expected);
        EXPECT_LE(channel.heldBytes(), 1'024U) << "a large buffer is given back";
    }
}

TEST(FrameChannel, aFrameTooLargeToSendLeavesNothingBehind)
{
    EngineLimits limits;
    limits.maxFrameBytesOut = 100;
    FrameChannel channel(Framed, nullptr, limits);
    EXPECT_TRUE(write(channel, std::string(95, 'a')));
    EXPECT_TRUE(write(channel, std::string(96, 'b')));
    const Bytes before = toBytes(channel.output());
    EXPECT_EQ(write(channel, std::string(97, 'c')).error().code, ErrorCode::PayloadTooLarge);
    EXPECT_EQ(write(channel, std::string(101, 'd')).error().code, ErrorCode::PayloadTooLarge);
    EXPECT_EQ(toBytes(channel.output()), before);
    EXPECT_TRUE(write(channel, "e"));
    EXPECT_EQ(toBytes(channel.output()), before + framed("e"));
}

TEST(FrameChannel, anAbandonedBodyLeavesNothingBehind)
{
    FrameChannel channel(Framed, nullptr, {});
    ASSERT_TRUE(channel.begin(50));
    ASSERT_TRUE(write(channel, "kept"));
    EXPECT_EQ(toBytes(channel.output()), framed("kept"));
}

TEST(FrameChannel, aFramingWithSmallerFramesThanItsMostStaysContiguous)
{
    // Profile S of vstp has a trailer only where the flags ask for one.
    const Vstp::VstpFraming framing(Vstp::Profile::S);
    FrameChannel channel(framing, nullptr, {});
    const Bytes plain = fromHex("03 00 0000 00000002 6869");
    const Bytes checked = fromHex("03 02 0000 00000002 6869");
    for (const Bytes &body : {plain, checked, plain})
        ASSERT_TRUE(write(channel, asText(body)));
    EXPECT_EQ(toHex(channel.output()),
        "56540103000000000000026869"
        "56540103020000000000026869efee"
        "56540103000000000000026869");
}

TEST(FrameChannel, observersSeeFramesAlsoBrokenOnes)
{
    const Vstp::VstpFraming framing;
    FrameChannel channel(framing, nullptr, {});
    Record record;
    channel.setObserver(&record);
    Bytes wire = frameBytes("PING") + frameBytes("DATA | hi");
    wire.back() ^= std::byte {1};
    EXPECT_EQ(feed(channel, wire, 1, after(5ms)).back(), "! CrcMismatch");
    channel.setNow(after(7ms));
    ASSERT_TRUE(write(channel, asText(fromHex("06 00 0000 00000000"))));
    EXPECT_EQ(record.seen,
        (std::vector<std::string> {"in frame 15 at 5", "in frame 17 at 5", "out frame 15 at 7"}));
}

TEST(FrameChannel, discardedInputIsNotKept)
{
    FrameChannel channel(Framed, nullptr, {});
    feed(channel, framed("part", 1'000));
    channel.discardInput();
    EXPECT_FALSE(channel.deadline());
    EXPECT_EQ(channel.heldBytes(), 0U);
    EXPECT_TRUE(feed(channel, framed("more")).empty());
    EXPECT_EQ(channel.heldBytes(), 0U);
    EXPECT_FALSE(channel.isInsideFrame());
}
