// SPDX-License-Identifier: MIT
// What FramedEngine adds to a session: filters, handoff, order and bounds. vstp is the session.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

namespace {

// Writes its letter behind a body, and expects it there.
class Stamp final : public Filter
{
public:
    explicit Stamp(char letter)
        : m_letter(static_cast<std::byte>(letter))
    { }
    Result<void> outgoing(Bytes &body) override
    {
        body.push_back(m_letter);
        return {};
    }
    Result<void> incoming(Bytes &body) override
    {
        if (body.empty() || body.back() != m_letter)
            return failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer, "the stamp is missing");
        body.pop_back();
        return {};
    }

private:
    std::byte m_letter;
};

// Makes incoming bodies ten times as long.
class Inflate final : public Filter
{
public:
    Result<void> outgoing(Bytes &) override { return {}; }
    Result<void> incoming(Bytes &body) override
    {
        body.resize(body.size() * 10);
        return {};
    }
};

Filters stamps(const std::string &letters, FilterOrder order)
{
    Filters filters;
    filters.order = order;
    for (const char letter : letters)
        filters.factories.emplace_back([letter] { return std::make_unique<Stamp>(letter); });
    return filters;
}

} // namespace

TEST(FramedEngine, filtersSeeWholeBodiesInTheirOrder)
{
    // Stamps come off in the order opposite to how they were put on, so one side is mirrored.
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits(), stamps("ab", FilterOrder::Mirrored));
    dialogue.run(R"(
        ! ready
        < DATA k=v | hiab
        ! event k=v | hi
        send event k=v | yes
        > DATA k=v | yesab
        < PING | xab
        > PONG | xab
        close
        > BYE | ab
        ! closed
    )");
    Dialogue listed(Role::Server, {{"peer", "raw"}}, quietLimits(), stamps("ab", FilterOrder::Listed));
    listed.run("! ready\n< DATA | hiba\n! event | hi\n< DATA | hiab\n> ERR code=12 | the stamp is "
               "missingab\n! closed MalformedMessage");
}

TEST(FramedEngine, sizesAreCheckedAfterFilters)
{
    EngineLimits limits = quietLimits();
    limits.maxFrameBytesOut = 100;
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, limits, stamps("ab", FilterOrder::Mirrored));
    const std::string fits(100 - 15 - 2, 'x');
    dialogue.run("! ready\nsend event | " + fits + "\n> DATA | " + fits + "ab\nsend PayloadTooLarge: event | "
        + fits + "x\nsend event | still fine\n> DATA | still fineab");
}

TEST(FramedEngine, whatAFilterMakesIsLimited)
{
    EngineLimits limits = quietLimits();
    limits.maxFrameBytesIn = limits.maxFrameBytesOut = 1'000;
    Filters filters;
    filters.factories.emplace_back([] { return std::make_unique<Inflate>(); });
    for (const std::size_t payload : {92U, 93U}) {
        Dialogue dialogue(Role::Server, {{"peer", "raw"}}, limits, filters);
        const std::string text(payload, 'x');
        std::string zeros;
        for (std::size_t at = 0; at < (payload + 8) * 9; ++at)
            zeros += "\\x00";
        if ((payload + 8) * 10 <= 1'000)
            dialogue.run("! ready\n< DATA | " + text + "\n! event | " + text + zeros);
        else
            dialogue.run("! ready\n< DATA | " + text + "\n> ERR code=1 | *\n! closed PayloadTooLarge");
    }
}

TEST(FramedEngine, handOffKeepsFramesAndBytesThatAreHere)
{
    Dialogue dialogue(Role::Server, {}, quietLimits());
    dialogue.run("< PING\n> PONG\n! ready");
    Engine &engine = dialogue.engine();
    EXPECT_EQ(engine.sendFrame({}, dialogue.now()).error().code, ErrorCode::NotSupportedByProtocol);
    // Two frames are here when the session goes; the first is delivered by it.
    const Bytes wire = fromHex(toHex(frameBytes("DATA | one")) + toHex(frameBytes("PING | two")));
    const MutableBytes space = engine.inputSpace(wire.size());
    std::copy(wire.begin(), wire.end(), space.begin());
    engine.received(wire.size(), dialogue.now());
    EXPECT_EQ(describe(*engine.nextEvent(dialogue.now())), "event | one");
    const std::string negotiated = engine.capabilities().negotiated;
    ASSERT_TRUE(engine.handOff(dialogue.now()));
    EXPECT_EQ(engine.capabilities().negotiated, negotiated);
    EXPECT_EQ(
        describe(*engine.nextEvent(dialogue.now())), "frame | \\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x03two");
    EXPECT_FALSE(engine.output()) << "nobody answers PING any more";
    EXPECT_EQ(engine.send({}, dialogue.now()).error().code, ErrorCode::NotSupportedByProtocol);
    ASSERT_TRUE(engine.sendFrame(fromHex("05 00 0000 00000002 6869"), dialogue.now()));
    dialogue.run("close\n> PONG | hi\n! closed");
    EXPECT_EQ(engine.handOff(dialogue.now()).error().code, ErrorCode::NotConnected);
}

TEST(FramedEngine, filtersGoWithTheSession)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits(), stamps("ab", FilterOrder::Mirrored));
    dialogue.run(R"(
        ! ready
        < DATA | oneab
        ! event | one
        handoff
        < DATA | two
        ! frame | \x03\x00\x00\x00\x00\x00\x00\x03two
    )");
    ASSERT_TRUE(dialogue.engine().sendFrame(fromHex("05 00 0000 00000002 6869"), dialogue.now()));
    dialogue.run("close\n> PONG | hi\n! closed");
}

TEST(FramedEngine, handOffNeedsAnOpenConnection)
{
    Dialogue early(Role::Server, {});
    EXPECT_EQ(early.engine().handOff(early.now()).error().code, ErrorCode::NotReady);
    EXPECT_EQ(early.engine().sendFrame({}, early.now()).error().code, ErrorCode::NotReady);
    Dialogue ended(Role::Server, {{"peer", "raw"}}, quietLimits());
    ended.run("! ready");
    ASSERT_TRUE(ended.engine().handOff(ended.now()));
    ended.run("<< 5654\nend\n! closed FrameTruncated");
    Dialogue clean(Role::Server, {{"peer", "raw"}}, quietLimits());
    clean.run("! ready");
    ASSERT_TRUE(clean.engine().handOff(clean.now()));
    clean.run("end\n! finished\nclose\n! closed");
}

TEST(FramedEngine, oneFrameIsParsedPerStep)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits());
    dialogue.run("! ready");
    Engine &engine = dialogue.engine();
    Bytes wire;
    for (int at = 0; at < 5; ++at) {
        const Bytes frame = frameBytes("PING");
        wire.insert(wire.end(), frame.begin(), frame.end());
    }
    const MutableBytes space = engine.inputSpace(wire.size());
    std::copy(wire.begin(), wire.end(), space.begin());
    engine.received(wire.size(), dialogue.now());
    for (std::size_t answers = 1; answers <= 5; ++answers) {
        const auto event = engine.nextEvent(dialogue.now());
        ASSERT_TRUE(event && std::holds_alternative<Progress>(*event));
        EXPECT_EQ(engine.output()->size(), answers * 15);
    }
    EXPECT_FALSE(engine.nextEvent(dialogue.now()));
    dialogue.run("+ 0s\n> PONG\n> PONG\n> PONG\n> PONG\n> PONG");
}

TEST(FramedEngine, theOwnersErrorComesAfterWhatHasComeIn)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits());
    dialogue.run("! ready");
    Engine &engine = dialogue.engine();
    const Bytes wire = fromHex(toHex(frameBytes("DATA | one")) + toHex(frameBytes("DATA | two")) + "5654");
    const MutableBytes space = engine.inputSpace(wire.size());
    std::copy(wire.begin(), wire.end(), space.begin());
    engine.received(wire.size(), dialogue.now());
    engine.fail({ErrorCode::ConnectionLost, ErrorOrigin::Transport, "reset"}, dialogue.now());
    EXPECT_TRUE(engine.inputSpace(10).empty());
    EXPECT_EQ(engine.send({}, dialogue.now()).error().code, ErrorCode::NotConnected);
    dialogue.run("+ 0s\n! event | one\n! event | two\n! closed ConnectionLost");
}

TEST(FramedEngine, closingDropsWhatIsNotDelivered)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits());
    dialogue.run("! ready");
    const Bytes wire = frameBytes("DATA | never seen");
    const MutableBytes space = dialogue.engine().inputSpace(wire.size());
    std::copy(wire.begin(), wire.end(), space.begin());
    dialogue.engine().received(wire.size(), dialogue.now());
    dialogue.run("close\n> BYE\n! closed");
    EXPECT_LE(dialogue.engine().heldBytes(), 64U) << "only the goodbye's buffer";
}

TEST(FramedEngine, closedComesOnceWhateverTheOwnerDoes)
{
    const std::vector<std::string> deeds {"close", "fail IdleTimedOut", "fail ConnectionLost", "end",
        "+ 100s", "pause", "resume", "provide x", "send NotConnected: event | x"};
    for (const std::string first :
        {"close\n> BYE\n! closed\n", "fail ConnectionLost\n! closed ConnectionLost\n"}) {
        for (const std::string &deed : deeds) {
            for (const std::string &other : deeds) {
                Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits());
                dialogue.run("! ready\n" + first + deed + "\n" + other + "\n" + deed);
                EXPECT_TRUE(dialogue.engine().inputSpace(1).empty());
                EXPECT_FALSE(dialogue.engine().deadline());
            }
        }
    }
}

TEST(FramedEngine, aTransportThatDiesWhileClosingIsTold)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, quietLimits());
    dialogue.run("! ready\nhold\nclose\nfail ConnectionLost\n! closed ConnectionLost\nrelease");
}

TEST(FramedEngine, aPeerThatTricklesBeforeReadyIsCutOff)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        + 3s
        << 56
        + 3s
        << 54
        + 3s
        << 01
        + 1s
        > ERR code=108 | *
        ! closed HandshakeTimedOut
    )");
}

TEST(FramedEngine, pausedInputStopsTheFramesClock)
{
    EngineLimits limits = quietLimits();
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, limits);
    dialogue.run(R"(
        ! ready
        << 565401
        + 29s
        pause
        + 3600s
        resume
        + 999ms
        + 1ms
        > ERR code=9 | *
        ! closed FrameTooSlow
    )");
}
