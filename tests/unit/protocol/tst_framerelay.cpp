// SPDX-License-Identifier: MIT
// A FrameRelay between a client and a server, as a conversation without sockets.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "channelparts.h"
#include "protocol/framedengine.h"
#include "protocol/framerelay.h"
#include "xorsecurity.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using Side = FrameRelay::Side;
using Texts = std::vector<std::string>;

namespace {

constexpr std::size_t MaxPending = 1'000;
constexpr std::array BothSides {Side::Client, Side::Server};

std::unique_ptr<FrameSecurity> security(bool isSealed, Role role)
{
    return isSealed ? std::make_unique<XorSecurity>(role) : nullptr;
}

std::unique_ptr<Engine> engine(bool isSealed, Role role, const EngineLimits &limits)
{
    EngineSetup setup;
    setup.role = role;
    setup.limits = limits;
    setup.onlyFrames = true;
    return std::make_unique<FramedEngine>(Framed, nullptr, security(isSealed, role), setup);
}

Credentials knownAs(const std::string &secret) { return {"alice", toBytes(asBytes(secret))}; }

// A peer at each side, each under a security of its own if it is sealed, and the relay between them.
struct Line {
    struct Peer {
        FrameChannel channel;
        Texts heard;
    };

    Line(bool clientSeals, bool serverSeals, const EngineLimits &limits = {})
        : client {{Framed, security(clientSeals, Role::Client), {}}, {}}
        , server {{Framed, security(serverSeals, Role::Server), {}}, {}}
        , relay(engine(clientSeals, Role::Server, limits), engine(serverSeals, Role::Client, limits),
              MaxPending)
    { }

    // As far as it goes; the server is there once the relay wants it.
    void settle()
    {
        for (bool moved = true; moved;) {
            moved = takeEvents();
            for (const Side side : BothSides) {
                moved = intoRelay(side) || moved;
                moved = outOfRelay(side) || moved;
            }
        }
    }
    void begin()
    {
        client.channel.start(now);
        relay.start(Side::Client, now);
        give(client.channel, clientSecret);
        settle();
    }
    bool intoRelay(Side side)
    {
        FrameChannel &from = peer(side).channel;
        const std::size_t size = std::min(cut, from.output().size());
        const MutableBytes space = relay.inputSpace(side, size);
        if (space.empty())
            return false;
        std::copy_n(from.output().begin(), space.size(), space.begin());
        from.written(space.size());
        relay.received(side, space.size(), now);
        takeEvents();
        return true;
    }
    bool outOfRelay(Side side)
    {
        const Bytes bytes = toBytes(relay.output(side));
        if (bytes.empty() || (isDeaf && side == Side::Server))
            return false;
        relay.written(side, bytes.size(), now);
        for (std::string &body : feed(peer(side).channel, bytes, cut, now))
            peer(side).heard.push_back(std::move(body));
        give(peer(side).channel, "secret");
        return true;
    }
    static void give(FrameChannel &channel, const std::string &secret)
    {
        if (channel.credentialsNeeded())
            channel.provide(knownAs(secret), Start);
    }
    bool takeEvents()
    {
        bool any = false;
        while (const auto event = relay.nextEvent(now)) {
            any = true;
            told.push_back(textOf(*event));
            if (const auto *ready = std::get_if<FrameRelay::Ready>(&*event);
                ready && ready->side == Side::Client && isServerThere) {
                server.channel.start(now);
                relay.start(Side::Server, now);
            }
            if (const auto *needed = std::get_if<FrameRelay::CredentialsNeeded>(&*event);
                needed && answersAtOnce)
                relay.provide(
                    needed->side, knownAs(needed->side == Side::Client ? "secret" : serverSecret), now);
        }
        return any;
    }
    static std::string textOf(const FrameRelay::Event &event)
    {
        const auto name = [](Side side) { return std::string(side == Side::Client ? " client" : " server"); };
        if (const auto *ready = std::get_if<FrameRelay::Ready>(&event))
            return "Ready" + name(ready->side);
        if (const auto *needed = std::get_if<FrameRelay::CredentialsNeeded>(&event))
            return "CredentialsNeeded" + name(needed->side) + " '" + needed->identity + "'";
        if (const auto *ended = std::get_if<FrameRelay::Ended>(&event))
            return "Ended" + name(ended->side);
        const auto &failed = std::get<FrameRelay::Failed>(event);
        EXPECT_TRUE(failed.error.detail.starts_with(name(failed.side).substr(1) + ": "))
            << failed.error.detail;
        return "Failed" + name(failed.side) + " " + std::string(errorName(failed.error.code));
    }
    void say(Side side, const std::string &body) { ASSERT_TRUE(write(peer(side).channel, body)); }
    void end(Side side)
    {
        relay.inputEnded(side, now);
        settle();
    }
    void pass(std::chrono::milliseconds time)
    {
        now = {now.steady + time, {}};
        relay.expired(now);
        settle();
    }
    Peer &peer(Side side) { return side == Side::Client ? client : server; }
    std::string last() const { return told.empty() ? std::string() : told.back(); }

    Peer client;
    Peer server;
    FrameRelay relay;
    Now now = Start;
    std::size_t cut = 1U << 20U;
    std::string clientSecret = "secret"; // the client's
    std::string serverSecret = "secret"; // ours, at the server
    bool isServerThere = true;
    bool answersAtOnce = true;
    bool isDeaf = false; // the server's network takes nothing
    Texts told;
};

} // namespace

TEST(FrameRelay, bodiesPassHoweverTheyAreCut)
{
    const Texts questions {"a", "", std::string(3'000, 'q'), "last"};
    const Texts answers {"yes", std::string(2'000, 'a'), ""};
    for (const bool clientSeals : {false, true}) {
        for (const bool serverSeals : {false, true}) {
            for (const std::size_t cut : {1U, 2U, 3U, 5U, 11U, 64U, 1'000U, 100'000U}) {
                Line line(clientSeals, serverSeals);
                line.cut = cut;
                line.begin();
                for (const std::string &body : questions)
                    line.say(Side::Client, body);
                line.settle();
                for (const std::string &body : answers)
                    line.say(Side::Server, body);
                line.settle();
                EXPECT_EQ(line.server.heard, questions) << cut;
                EXPECT_EQ(line.client.heard, answers) << cut;
                line.end(Side::Client);
                EXPECT_EQ(line.last(), "Ended client");
                line.end(Side::Server);
                EXPECT_EQ(line.last(), "Ended server");
            }
        }
    }
}

TEST(FrameRelay, theServerComesAfterTheClient)
{
    Line line(true, true);
    line.begin();
    line.say(Side::Client, "first");
    line.settle();
    EXPECT_EQ(line.told,
        (Texts {"CredentialsNeeded client 'alice'", "Ready client", "CredentialsNeeded server ''",
            "Ready server"}));
}

TEST(FrameRelay, aWrongPasswordOfTheClientNeverReachesTheServer)
{
    Line line(true, true);
    line.clientSecret = "guess";
    line.begin();
    EXPECT_EQ(line.last(), "Failed client AuthenticationFailed");
    EXPECT_TRUE(line.relay.output(Side::Server).empty());
    EXPECT_TRUE(line.relay.inputSpace(Side::Client, 1).empty());
    EXPECT_TRUE(line.relay.hasFailed());
    EXPECT_FALSE(line.relay.deadline());
}

TEST(FrameRelay, aWrongPasswordAtTheServerIsItsError)
{
    Line line(false, true);
    line.serverSecret = "guess";
    line.begin();
    EXPECT_EQ(line.server.heard, Texts {"! AuthenticationFailed"});
    line.end(Side::Server); // it says nothing else
    EXPECT_EQ(line.last(), "Failed server ClosedBeforeReady");
}

TEST(FrameRelay, credentialsMayComeLater)
{
    Line line(true, false);
    line.answersAtOnce = false;
    line.begin();
    EXPECT_EQ(line.last(), "CredentialsNeeded client 'alice'");
    line.relay.provide(Side::Client, knownAs("secret"), after(5'000ms));
    line.settle();
    line.say(Side::Client, "patient");
    line.settle();
    EXPECT_EQ(line.server.heard, Texts {"patient"});
}

// 112 bytes: four of length, eight of record, and what is left for a body.
TEST(FrameRelay, aFrameHasToFitBothSides)
{
    EngineLimits limits;
    limits.maxFrameBytesIn = limits.maxFrameBytesOut = 112;
    for (const std::size_t size : {99U, 100U, 101U}) {
        Line line(false, true, limits);
        line.begin();
        line.say(Side::Client, "before");
        line.say(Side::Client, std::string(size, 'x'));
        line.say(Side::Client, "behind");
        line.settle();
        if (size <= 100) {
            EXPECT_EQ(line.server.heard, (Texts {"before", std::string(size, 'x'), "behind"}));
        } else {
            EXPECT_EQ(line.last(), "Failed server PayloadTooLarge");
            EXPECT_EQ(line.server.heard, Texts {"before"}) << "what came before it is passed on";
        }
    }
    for (const std::size_t size : {99U, 100U, 101U}) {
        Line line(true, false, limits);
        line.begin();
        line.say(Side::Client, std::string(size, 'x'));
        line.settle();
        if (size <= 100)
            EXPECT_EQ(line.server.heard, Texts {std::string(size, 'x')});
        else
            EXPECT_EQ(line.last(), "Failed client PayloadTooLarge");
    }
}

TEST(FrameRelay, whatCameBeforeAForgedRecordPasses)
{
    Line line(true, false);
    line.begin();
    line.say(Side::Client, "good");
    line.say(Side::Client, "forged");
    Bytes wire = toBytes(line.client.channel.output());
    line.client.channel.written(wire.size());
    wire.back() ^= std::byte {1};
    const MutableBytes space = line.relay.inputSpace(Side::Client, wire.size());
    ASSERT_EQ(space.size(), wire.size());
    std::ranges::copy(wire, space.begin());
    line.relay.received(Side::Client, wire.size(), line.now);
    line.settle();
    EXPECT_EQ(line.last(), "Failed client DecryptionFailed");
    EXPECT_EQ(line.server.heard, Texts {"good"});
}

TEST(FrameRelay, noMoreIsTakenThanTheOtherSideTakes)
{
    Line line(false, true);
    line.begin();
    line.isDeaf = true;
    const std::string body(400, 'x');
    for (int i = 0; i < 1'000; ++i)
        line.say(Side::Client, body);
    line.settle();
    EXPECT_TRUE(line.relay.isHeldBack(Side::Client));
    EXPECT_FALSE(line.relay.isHeldBack(Side::Server)) << "the other direction is not concerned";
    EXPECT_TRUE(line.relay.inputSpace(Side::Client, 1).empty());
    EXPECT_GE(line.relay.output(Side::Server).size(), MaxPending);
    EXPECT_LE(line.relay.output(Side::Server).size(), MaxPending + body.size() + 12);
    EXPECT_LE(line.relay.heldBytes(), 200'000U) << "one read of the client, whatever it sends";
    EXPECT_FALSE(line.relay.deadline()) << "the client is not slow while we do not listen";
    line.isDeaf = false;
    line.settle();
    EXPECT_EQ(line.server.heard, Texts(1'000, body));
}

TEST(FrameRelay, whatTheNetworkHasNotTakenCounts)
{
    Line line(false, false);
    line.begin();
    for (const std::size_t unsent : {MaxPending - 1, MaxPending}) {
        line.relay.setUnsent(Side::Server, unsent);
        EXPECT_EQ(line.relay.isHeldBack(Side::Client), unsent == MaxPending);
        EXPECT_EQ(line.relay.inputSpace(Side::Client, 1).empty(), unsent == MaxPending);
    }
}

TEST(FrameRelay, aClientThatIsEarlyWaitsForTheServer)
{
    Line line(false, true);
    line.isServerThere = false;
    line.begin();
    line.say(Side::Client, "early");
    line.settle();
    EXPECT_EQ(line.told, Texts {"Ready client"});
    EXPECT_TRUE(line.relay.isHeldBack(Side::Client));
    EXPECT_FALSE(line.relay.deadline());
    line.server.channel.start(line.now);
    line.relay.start(Side::Server, line.now);
    line.settle();
    EXPECT_EQ(line.server.heard, Texts {"early"});
}

TEST(FrameRelay, bothHandshakesHaveADeadline)
{
    Line silentClient(true, false);
    silentClient.relay.start(Side::Client, silentClient.now);
    silentClient.pass(9'999ms);
    EXPECT_TRUE(silentClient.told.empty());
    silentClient.pass(1ms);
    EXPECT_EQ(silentClient.told, Texts {"Failed client HandshakeTimedOut"});

    Line silentServer(false, true);
    silentServer.isDeaf = true;
    silentServer.begin();
    silentServer.pass(9'999ms);
    EXPECT_EQ(silentServer.last(), "CredentialsNeeded server ''");
    silentServer.pass(1ms);
    silentServer.pass(1'000ms); // for what could not leave
    EXPECT_EQ(silentServer.last(), "Failed server HandshakeTimedOut");
}

TEST(FrameRelay, aFrameHasADeadline)
{
    Line line(false, false);
    line.begin();
    line.cut = 3;
    line.say(Side::Client, "slow");
    ASSERT_TRUE(line.intoRelay(Side::Client));
    line.now = after(30'000ms);
    line.relay.expired(line.now);
    EXPECT_TRUE(line.takeEvents());
    EXPECT_EQ(line.last(), "Failed client FrameTooSlow");
}

TEST(FrameRelay, aHandshakeKeepsToItsBudget)
{
    EngineLimits limits;
    limits.maxBytesBeforeReady = 1'000;
    Line line(true, false, limits);
    line.answersAtOnce = false;
    line.begin();
    const Bytes flood = framed(std::string(5'000, 'x'));
    for (ByteView rest = flood; !rest.empty();) {
        const MutableBytes space = line.relay.inputSpace(Side::Client, rest.size());
        if (space.empty())
            break;
        std::copy_n(rest.begin(), space.size(), space.begin());
        line.relay.received(Side::Client, space.size(), line.now);
        line.takeEvents();
        rest = rest.subspan(space.size());
    }
    EXPECT_EQ(line.last(), "Failed client InputBudgetExceeded");
}

TEST(FrameRelay, anEndInsideAFrameIsNoEnd)
{
    Line line(false, false);
    line.begin();
    line.cut = 3;
    line.say(Side::Client, "half");
    ASSERT_TRUE(line.intoRelay(Side::Client));
    line.relay.inputEnded(Side::Client, line.now);
    line.takeEvents();
    EXPECT_EQ(line.last(), "Failed client FrameTruncated");
}
