// SPDX-License-Identifier: MIT
// One FrameChannel by itself, or two back to back: cutting, limits, deadlines, memory, security.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "framenotation.h"
#include "protocol/framechannel.h"
#include "wire/lengthframing.h"
#include "wire/vstp/framing.h"
#include "xorsecurity.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

namespace {

const LengthFraming Framed;
const Now Start {TimePoint(std::chrono::hours(1)), {}};

Now after(std::chrono::milliseconds time) { return {Start.steady + time, {}}; }

// Header, then so many bytes of body.
Bytes framed(const std::string &body, std::size_t announced)
{
    Bytes frame(LengthFraming::HeaderBytes);
    Framed.wrap(frame, {LengthFraming::HeaderBytes, announced, 0});
    const ByteView bytes = asBytes(body);
    frame.insert(frame.end(), bytes.begin(), bytes.end());
    return frame;
}

Bytes framed(const std::string &body) { return framed(body, body.size()); }

Bytes operator+(Bytes left, const Bytes &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// Puts all of it in; gives what the channel says about it: bodies, then the error if there was one.
std::vector<std::string> feed(FrameChannel &channel, ByteView bytes, std::size_t cut, Now now = Start)
{
    std::vector<std::string> told;
    do {
        const MutableBytes space = channel.inputSpace(std::min(cut, bytes.size()));
        std::copy_n(bytes.begin(), space.size(), space.begin());
        channel.received(space.size(), now);
        bytes = bytes.subspan(space.size());
        for (;;) {
            const auto body = channel.nextBody(now);
            if (!body) {
                told.push_back("! " + std::string(errorName(body.error().code)));
                return told;
            }
            if (!*body)
                break;
            told.emplace_back(asText(**body));
        }
    } while (!bytes.empty());
    return told;
}

std::vector<std::string> feed(FrameChannel &channel, const Bytes &bytes)
{
    return feed(channel, bytes, bytes.size());
}

Result<void> write(FrameChannel &channel, std::string_view body)
{
    const auto space = channel.begin(body.size());
    if (!space)
        return tl::unexpected(space.error());
    std::copy_n(asBytes(body).begin(), body.size(), space->begin());
    return channel.commit();
}

struct Record : EngineObserver {
    std::vector<std::string> seen;
    void observed(Passage passage, Layer layer, ByteView bytes, Now now) override
    {
        seen.push_back(std::string(passage == Passage::In ? "in " : "out ")
            + (layer == Layer::Frame ? "frame " : "body ") + std::to_string(bytes.size()) + " at "
            + std::to_string((now.steady - Start.steady) / 1ms));
    }
};

// Two channels that hear each other.
struct Pair {
    explicit Pair(EngineLimits limits = {})
        : client(Framed, std::make_unique<XorSecurity>(Role::Client), limits)
        , server(Framed, std::make_unique<XorSecurity>(Role::Server), limits)
    { }

    void start()
    {
        client.start(Start);
        server.start(Start);
    }
    std::vector<std::string> carry(FrameChannel &from, FrameChannel &to)
    {
        const Bytes bytes = toBytes(from.output());
        from.written(bytes.size());
        return feed(to, bytes);
    }
    void shakeHands()
    {
        start();
        client.provide(Credentials {"alice", toBytes(asBytes("secret"))}, Start);
        carry(client, server);
        server.provide(Credentials {"alice", toBytes(asBytes("secret"))}, Start);
        carry(server, client);
        carry(client, server);
        carry(server, client);
    }

    FrameChannel client;
    FrameChannel server;
};

} // namespace

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
        for (std::size_t at = 0; at < space.size(); ++at)
            space[at] = std::byte {0}; // empty frames
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

TEST(FrameChannel, plainBodiesPassOnceHandsAreShaken)
{
    Pair pair;
    pair.start();
    EXPECT_EQ(write(pair.client, "early").error().code, ErrorCode::NotReady);
    EXPECT_EQ(pair.client.credentialsNeeded(), "");
    EXPECT_FALSE(pair.server.credentialsNeeded());
    pair.client.provide(Credentials {"alice", toBytes(asBytes("secret"))}, Start);
    EXPECT_EQ(toBytes(pair.client.output()), framed("I am alice"));
    pair.carry(pair.client, pair.server);
    EXPECT_EQ(pair.server.credentialsNeeded(), "alice");
    EXPECT_EQ(pair.server.pendingBytes(), 0U);
    pair.server.provide(Credentials {"alice", toBytes(asBytes("secret"))}, after(3'000ms));
    EXPECT_FALSE(pair.server.credentialsNeeded());
    pair.carry(pair.server, pair.client);
    pair.carry(pair.client, pair.server);
    pair.carry(pair.server, pair.client);
    EXPECT_TRUE(pair.client.isEstablished());
    EXPECT_FALSE(pair.server.isEstablished()) << "only the client's next frame tells";
    ASSERT_TRUE(write(pair.client, "one"));
    ASSERT_TRUE(write(pair.client, "two"));
    EXPECT_EQ(pair.carry(pair.client, pair.server), (std::vector<std::string> {"one", "two"}))
        << "the frame that was no handshake frame any more is opened";
    EXPECT_TRUE(pair.server.isEstablished());
    ASSERT_TRUE(write(pair.server, "three"));
    EXPECT_EQ(pair.carry(pair.server, pair.client), std::vector<std::string> {"three"});
}

TEST(FrameChannel, anUnknownUserLooksLikeAWrongSecret)
{
    for (const bool known : {true, false}) {
        Pair pair;
        pair.start();
        pair.client.provide(Credentials {"alice", toBytes(asBytes("wrong"))}, Start);
        pair.carry(pair.client, pair.server);
        pair.server.provide(
            known ? std::optional(Credentials {"alice", toBytes(asBytes("secret"))}) : std::nullopt, Start);
        EXPECT_EQ(toBytes(pair.server.output()), framed("challenge 42"));
        pair.carry(pair.server, pair.client);
        EXPECT_EQ(pair.carry(pair.client, pair.server), std::vector<std::string> {"! AuthenticationFailed"});
    }
}

TEST(FrameChannel, surplusWaitsForCredentialsUpToItsBudget)
{
    for (const int difference : {-1, 0, 1}) {
        EngineLimits limits;
        limits.maxBytesBeforeReady = 1'000;
        FrameChannel server(Framed, std::make_unique<XorSecurity>(Role::Server), limits);
        server.start(Start);
        EXPECT_TRUE(feed(server, framed("I am alice")).empty());
        const Bytes surplus = framed(std::string(static_cast<std::size_t>(996 + difference), 'x'));
        const auto told = feed(server, surplus, surplus.size());
        if (difference <= 0) {
            EXPECT_TRUE(told.empty());
            EXPECT_FALSE(server.deadline()) << "the peer is not slow while we are waiting for somebody else";
            EXPECT_GE(server.heldBytes(), surplus.size());
        } else {
            EXPECT_EQ(told, std::vector<std::string> {"! InputBudgetExceeded"});
        }
    }
}

TEST(FrameChannel, handshakeFramesAreSmall)
{
    FrameChannel tooLong(Framed, std::make_unique<XorSecurity>(Role::Server), {});
    tooLong.start(Start);
    EXPECT_EQ(feed(tooLong, framed("", 65)), std::vector<std::string> {"! PayloadTooLarge"});

    EngineLimits limits;
    limits.maxBytesBeforeReady = 20;
    FrameChannel overBudget(Framed, std::make_unique<XorSecurity>(Role::Server), limits);
    overBudget.start(Start);
    EXPECT_EQ(feed(overBudget, framed("", 17)), std::vector<std::string> {"! InputBudgetExceeded"});
}

TEST(FrameChannel, sealedBodiesKeepTheLimitsOfTheirSecurity)
{
    EngineLimits limits;
    limits.maxFrameBytesOut = 112; // 100 bytes of body between counter, tag and length
    Pair pair(limits);
    pair.shakeHands();
    EXPECT_TRUE(write(pair.client, std::string(100, 'a')));
    EXPECT_EQ(write(pair.client, std::string(101, 'b')).error().code, ErrorCode::PayloadTooLarge);
    EXPECT_TRUE(write(pair.client, "c"));
    EXPECT_EQ(pair.carry(pair.client, pair.server), (std::vector<std::string> {std::string(100, 'a'), "c"}))
        << "no counter moved for the one that was refused";

    Pair small;
    small.shakeHands();
    EXPECT_TRUE(write(small.client, std::string(65'536 - 8, 'x')));
    EXPECT_EQ(write(small.client, std::string(65'536 - 7, 'x')).error().code, ErrorCode::PayloadTooLarge);
}

TEST(FrameChannel, aRecordThatDoesNotOpenIsTheLast)
{
    Pair pair;
    pair.shakeHands();
    ASSERT_TRUE(write(pair.client, "good"));
    ASSERT_TRUE(write(pair.client, "flipped"));
    Bytes wire = toBytes(pair.client.output());
    wire.back() ^= std::byte {1};
    EXPECT_EQ(feed(pair.server, wire), (std::vector<std::string> {"good", "! DecryptionFailed"}));
}

TEST(FrameChannel, observersSeeWhatWasSealed)
{
    Pair pair;
    pair.shakeHands();
    Record out;
    Record in;
    pair.client.setObserver(&out);
    pair.server.setObserver(&in);
    ASSERT_TRUE(write(pair.client, "seven!!"));
    pair.carry(pair.client, pair.server);
    EXPECT_EQ(out.seen, (std::vector<std::string> {"out body 7 at 0", "out frame 19 at 0"}));
    EXPECT_EQ(in.seen, (std::vector<std::string> {"in frame 19 at 0", "in body 7 at 0"}));
}

TEST(FrameChannel, aProxyJoinsTwoWithDifferentSecurity)
{
    Pair sealed;
    sealed.shakeHands();
    FrameChannel plain(Framed, nullptr, {});
    for (const std::string body : {"a", "", "long enough to be of interest"}) {
        ASSERT_TRUE(write(sealed.client, body));
        const Bytes wire = toBytes(sealed.client.output());
        sealed.client.written(wire.size());
        MutableBytes space = sealed.server.inputSpace(wire.size());
        std::copy(wire.begin(), wire.end(), space.begin());
        sealed.server.received(wire.size(), Start);
        const auto opened = sealed.server.nextBody(Start);
        ASSERT_TRUE(opened && *opened);
        ASSERT_TRUE(write(plain, asText(**opened)));
        EXPECT_EQ(toBytes(plain.output()), framed(body));
        plain.written(plain.pendingBytes());
    }
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
