// SPDX-License-Identifier: MIT
// Two FrameChannels under a security: handshake, credentials, budgets, records.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "channelparts.h"
#include "xorsecurity.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

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

TEST(SealedChannel, plainBodiesPassOnceHandsAreShaken)
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

TEST(SealedChannel, anUnknownUserLooksLikeAWrongSecret)
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

TEST(SealedChannel, surplusWaitsForCredentialsUpToItsBudget)
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

TEST(SealedChannel, handshakeFramesAreSmall)
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

TEST(SealedChannel, sealedBodiesKeepTheLimitsOfTheirSecurity)
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

TEST(SealedChannel, aRecordThatDoesNotOpenIsTheLast)
{
    Pair pair;
    pair.shakeHands();
    ASSERT_TRUE(write(pair.client, "good"));
    ASSERT_TRUE(write(pair.client, "flipped"));
    Bytes wire = toBytes(pair.client.output());
    wire.back() ^= std::byte {1};
    EXPECT_EQ(feed(pair.server, wire), (std::vector<std::string> {"good", "! DecryptionFailed"}));
}

TEST(SealedChannel, observersSeeWhatWasSealed)
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

TEST(SealedChannel, aProxyJoinsTwoWithDifferentSecurity)
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
