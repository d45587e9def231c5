// SPDX-License-Identifier: MIT
// vstp under a FrameSecurity of ours, two engines in conversation.
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "framenotation.h"
#include "protocol/protocolfactory.h"
#include "protocol/securedengine.h"
#include "xorsecurity.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

namespace {

const Now Start {TimePoint(std::chrono::hours(1)), {}};

Now after(std::chrono::milliseconds time) { return {Start.steady + time, {}}; }

// One end, with what its owner was told.
struct End {
    End(Role role, const EngineLimits &limits)
    {
        EngineSetup setup;
        setup.role = role;
        setup.limits = limits;
        auto mine = std::make_unique<XorSecurity>(role);
        security = mine.get();
        engine = std::make_unique<SecuredEngine>(factory->makeEngine(setup), std::move(mine), limits);
        engine->start(Start);
    }

    void pump(Now now = Start)
    {
        do {
            while (const auto event = engine->nextEvent(now)) {
                if (!std::holds_alternative<Progress>(*event))
                    told.push_back(describe(*event));
            }
        } while (takeOutput(now));
        // output() too may have had a consequence.
        while (const auto event = engine->nextEvent(now))
            told.push_back(describe(*event));
    }
    bool takeOutput(Now now)
    {
        const auto output = holdsOutput ? std::nullopt : engine->output();
        if (!output)
            return false;
        said.insert(said.end(), output->begin(), output->end());
        engine->written(output->size(), now);
        return true;
    }
    void hear(ByteView bytes, std::size_t cut = 1U << 20U, Now now = Start)
    {
        while (!bytes.empty()) {
            const MutableBytes space = engine->inputSpace(std::min(cut, bytes.size()));
            if (space.empty())
                break;
            std::copy_n(bytes.begin(), space.size(), space.begin());
            engine->received(space.size(), now);
            bytes = bytes.subspan(space.size());
            pump(now);
        }
        pump(now);
    }
    std::vector<std::string> takeTold() { return std::exchange(told, {}); }

    std::shared_ptr<const ProtocolFactory> factory = ProtocolRegistry::standard().make("vstp", {}).value();
    XorSecurity *security = nullptr;
    std::unique_ptr<SecuredEngine> engine;
    std::vector<std::string> told;
    Bytes said;
    bool holdsOutput = false;
};

struct Both {
    explicit Both(const EngineLimits &limits = {})
        : client(Role::Client, limits)
        , server(Role::Server, limits)
    { }

    // Carries bytes until neither says any more.
    void talk(std::size_t cut = 1U << 20U)
    {
        client.pump();
        server.pump();
        while (!client.said.empty() || !server.said.empty()) {
            server.hear(std::exchange(client.said, {}), cut);
            client.hear(std::exchange(server.said, {}), cut);
        }
    }
    void meet(std::size_t cut = 1U << 20U)
    {
        talk(cut);
        client.engine->provide(Credentials {"alice", toBytes(asBytes("secret"))}, Start);
        talk(cut);
        server.engine->provide(Credentials {"alice", toBytes(asBytes("secret"))}, Start);
        talk(cut);
        EXPECT_EQ(client.takeTold(), (std::vector<std::string> {"needs ", "ready"}));
        EXPECT_EQ(server.takeTold(), (std::vector<std::string> {"needs alice", "ready"}));
    }

    End client;
    End server;
};

std::vector<std::string> list(std::initializer_list<std::string> texts) { return texts; }

} // namespace

TEST(SecuredEngine, carriesAConversationCutAnywhere)
{
    for (std::size_t cut = 1; cut < 70; ++cut) {
        SCOPED_TRACE("cut every " + std::to_string(cut));
        Both both;
        both.meet(cut);
        EXPECT_TRUE(both.server.engine->capabilities().streams);
        ASSERT_TRUE(both.client.engine->send(OwnedMessage("request #1 /sum k=v | 1 2").view(), Start));
        both.talk(cut);
        EXPECT_EQ(both.server.takeTold(), list({"request #1 /sum k=v | 1 2"}));
        ASSERT_TRUE(both.server.engine->send(OwnedMessage("reply #1 | 3").view(), Start));
        both.talk(cut);
        EXPECT_EQ(both.client.takeTold(), list({"reply #1 | 3"}));
        both.client.engine->close(Start);
        both.talk(cut);
        EXPECT_EQ(both.client.takeTold(), list({"closed"}));
        EXPECT_EQ(both.server.takeTold(), list({"finished"}));
        both.server.engine->close(Start);
        both.talk(cut);
        EXPECT_EQ(both.server.takeTold(), list({"closed"}));
    }
}

TEST(SecuredEngine, nothingReadableIsOnTheLine)
{
    Both both;
    both.meet();
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event /route | confidential").view(), Start));
    both.client.pump();
    EXPECT_EQ(asText(both.client.said).find("confidential"), std::string_view::npos);
    EXPECT_EQ(asText(both.client.said).find("VT"), std::string_view::npos);
}

TEST(SecuredEngine, largeMessagesTravelInManyRecords)
{
    Both both;
    both.meet();
    std::string payload(1'000'000, '\0');
    std::minstd_rand random(1);
    for (char &character : payload)
        character = static_cast<char>('a' + random() % 26);
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | " + payload).view(), Start));
    both.talk(10'000);
    EXPECT_EQ(both.server.takeTold(), list({"event | " + payload}));
    EXPECT_LE(both.server.engine->heldBytes() + both.client.engine->heldBytes(), 4'096U);
}

TEST(SecuredEngine, wrongSecretFailsBothSides)
{
    for (const bool known : {true, false}) {
        Both both;
        both.talk();
        both.client.engine->provide(Credentials {"alice", toBytes(asBytes("guess"))}, Start);
        both.talk();
        both.server.engine->provide(
            known ? std::optional(Credentials {"alice", toBytes(asBytes("secret"))}) : std::nullopt, Start);
        both.talk();
        EXPECT_EQ(both.server.takeTold(), list({"needs alice", "closed AuthenticationFailed"}));
        EXPECT_EQ(both.client.engine->send(OwnedMessage("event | x").view(), Start).error().code,
            ErrorCode::NotReady);
        both.client.engine->inputEnded(Start);
        both.client.pump();
        EXPECT_EQ(both.client.takeTold(), list({"needs ", "closed ClosedBeforeReady"}));
    }
}

TEST(SecuredEngine, credentialsThatNeverComeEndTheHandshake)
{
    Both both;
    both.talk();
    both.client.engine->provide(Credentials {"alice", toBytes(asBytes("secret"))}, Start);
    both.talk();
    ASSERT_EQ(both.server.engine->deadline(), Start.steady + 10s);
    both.server.engine->expired(after(10s));
    both.server.pump(after(10s));
    EXPECT_EQ(both.server.takeTold(), list({"needs alice", "closed HandshakeTimedOut"}));
}

TEST(SecuredEngine, theInnerHandshakeSharesTheDeadline)
{
    End server(Role::Server, {});
    const auto framed = [](std::string_view body) {
        Bytes frame(4);
        frame.back() = static_cast<std::byte>(body.size());
        frame.insert(frame.end(), asBytes(body).begin(), asBytes(body).end());
        return frame;
    };
    server.hear(framed("I am bob"), 100, after(4s));
    server.engine->provide(Credentials {"bob", toBytes(asBytes("pw"))}, after(5s));
    server.hear(framed("proof 42 pw"), 100, after(6s));
    ASSERT_EQ(server.engine->deadline(), Start.steady + 10s);
    server.engine->expired(after(10s));
    server.pump(after(10s));
    EXPECT_EQ(server.takeTold(), list({"needs bob", "closed HandshakeTimedOut"}));
}

TEST(SecuredEngine, aRecordThatDoesNotOpenEndsTheConnectionWithLastWords)
{
    Both both;
    both.meet();
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | good").view(), Start));
    both.client.pump();
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | bad").view(), Start));
    both.client.pump();
    both.client.said.back() ^= std::byte {1};
    both.talk();
    EXPECT_EQ(both.server.takeTold(), list({"event | good", "closed DecryptionFailed"}));
    EXPECT_EQ(both.client.takeTold(), list({"error !211 | wrong tag"}));
}

TEST(SecuredEngine, aReplayedRecordDoesNotOpen)
{
    Both both;
    both.meet();
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | once").view(), Start));
    both.client.pump();
    const Bytes record = both.client.said;
    both.client.said.insert(both.client.said.end(), record.begin(), record.end());
    both.talk();
    EXPECT_EQ(both.server.takeTold(), list({"event | once", "closed DecryptionFailed"}));
}

TEST(SecuredEngine, theEndInsideARecordIsTruncation)
{
    Both both;
    both.meet();
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | whole").view(), Start));
    both.client.pump();
    const Bytes first = std::exchange(both.client.said, {});
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | cut").view(), Start));
    both.client.pump();
    both.server.hear(first);
    both.server.hear(ByteView(both.client.said).first(both.client.said.size() - 1));
    both.server.engine->inputEnded(Start);
    both.server.pump();
    EXPECT_EQ(both.server.takeTold(), list({"event | whole", "closed FrameTruncated"}));
}

TEST(SecuredEngine, theEndBetweenRecordsIsTheInnerProtocolsBusiness)
{
    Both both;
    both.meet();
    both.server.engine->inputEnded(Start);
    both.server.pump();
    EXPECT_EQ(both.server.takeTold(), list({"finished"}));
    both.server.engine->close(Start);
    both.server.pump();
    EXPECT_EQ(both.server.takeTold(), list({"closed"}));
}

TEST(SecuredEngine, recordsLargerThanAnyPeerSendsAreRefused)
{
    Both both;
    both.meet();
    both.server.hear(fromHex("0000 4401"));
    EXPECT_EQ(both.server.takeTold(), list({"closed PayloadTooLarge"}));
    Both other;
    other.meet();
    other.server.hear(fromHex("0000 4400"));
    EXPECT_TRUE(other.server.takeTold().empty());
    EXPECT_EQ(other.server.engine->deadline(), Start.steady + 15s) << "the heartbeat's, before the frame's";
}

TEST(SecuredEngine, closedOnlyWhenTheLastRecordHasLeft)
{
    Both both;
    both.meet();
    both.client.holdsOutput = true;
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | " + std::string(200'000, 'x')).view(), Start));
    both.client.engine->close(Start);
    both.client.pump();
    EXPECT_TRUE(both.client.takeTold().empty());
    std::size_t written = 0;
    while (const auto output = both.client.engine->output()) {
        const std::size_t piece = std::min<std::size_t>(output->size(), 20'000);
        EXPECT_LE(output->size(), 131'072U) << "sealing runs far ahead of writing";
        both.client.said.insert(
            both.client.said.end(), output->begin(), output->begin() + std::ptrdiff_t(piece));
        both.client.engine->written(piece, Start);
        written += piece;
        const auto event = both.client.engine->nextEvent(Start);
        EXPECT_EQ(event.has_value(), !both.client.engine->output() && written > 200'000);
        if (event) {
            EXPECT_EQ(describe(*event), "closed");
        }
    }
    both.server.hear(both.client.said);
    EXPECT_EQ(both.server.takeTold().size(), 2U);
}

TEST(SecuredEngine, outputThatDoesNotLeaveIsGivenUp)
{
    Both both;
    both.meet();
    both.client.holdsOutput = true;
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | " + std::string(300'000, 'x')).view(), Start));
    static_cast<void>(both.client.engine->output());
    both.client.engine->close(Start);
    for (int step = 1; step <= 3; ++step) {
        both.client.engine->expired(after(1s * step));
        both.client.pump(after(1s * step));
    }
    EXPECT_EQ(both.client.takeTold(), list({"closed"}));
}

TEST(SecuredEngine, aKeyThatIsUsedUpEndsTheConnection)
{
    Both both;
    both.meet();
    both.client.security->failSealingAfter(3);
    for (int at = 0; at < 3; ++at) {
        static_cast<void>(both.client.engine->send(OwnedMessage("event | x").view(), Start));
        both.talk();
    }
    EXPECT_EQ(both.client.takeTold(), list({"closed SecurityHandshakeFailed"}));
    EXPECT_EQ(both.server.takeTold(), list({"event | x", "event | x"})) << "HELLO took the first";
}

TEST(SecuredEngine, theOwnersErrorComesAfterWhatHasComeIn)
{
    Both both;
    both.meet();
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | first").view(), Start));
    both.client.pump();
    const MutableBytes space = both.server.engine->inputSpace(both.client.said.size());
    ASSERT_EQ(space.size(), both.client.said.size());
    std::copy(both.client.said.begin(), both.client.said.end(), space.begin());
    both.server.engine->received(space.size(), Start);
    both.server.engine->fail({ErrorCode::IdleTimedOut, ErrorOrigin::Local, "idle"}, Start);
    both.server.pump();
    EXPECT_EQ(both.server.takeTold(), list({"event | first", "closed IdleTimedOut"}));
}

TEST(SecuredEngine, handsOffThroughTheInnerEngine)
{
    Both both;
    both.meet();
    ASSERT_TRUE(both.server.engine->handOff(Start));
    ASSERT_TRUE(both.client.engine->send(OwnedMessage("event | hi").view(), Start));
    both.talk();
    EXPECT_EQ(both.server.takeTold(), list({"frame | \\x03\\x00\\x00\\x00\\x00\\x00\\x00\\x02hi"}));
    ASSERT_TRUE(both.server.engine->sendFrame(fromHex("03 00 0000 00000003 796573"), Start));
    both.talk();
    EXPECT_EQ(both.client.takeTold(), list({"event | yes"}));
}
