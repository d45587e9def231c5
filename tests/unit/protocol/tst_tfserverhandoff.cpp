// SPDX-License-Identifier: MIT
// How a connection is taken from tfserver, by either side, as a conversation: every transition by name.
#include <gtest/gtest.h>

#include "tfserverframes.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

class TfServerHandoff : public testing::TestWithParam<Generation>
{
public:
    [[nodiscard]] static TfServerDialogue server(const EngineLimits &limits = {})
    {
        return TfServerDialogue(Role::Server, {}, limits);
    }
    [[nodiscard]] TfServerDialogue client() const
    {
        TfServer::Options options;
        options.generation = GetParam();
        return TfServerDialogue(Role::Client, options);
    }
    /// The request that may take it, and what the owner hears of it.
    [[nodiscard]] std::string asked() const { return meta(GetParam(), 3, true) + frame("please"); }
    static constexpr const char *Heard = "! request #1 /handoff type=0 | please\n";
};

std::string says(const std::string &frames) { return "\n>> " + frames + "\n"; }
std::string hears(const std::string &frames) { return "\n<< " + frames + "\n"; }

} // namespace

INSTANTIATE_TEST_SUITE_P(Generations, TfServerHandoff, testing::Values(Generation::G3, Generation::G4),
    [](const auto &chosen) { return chosen.param == Generation::G3 ? "G3" : "G4"; });

TEST_P(TfServerHandoff, framesFollowTheReplyThatGrantsIt)
{
    server().run("! ready" + hears(asked()) + Heard + "handoff reply #1 | switched" + says(frame("switched"))
        + hears(frame("one") + frame("")) + "! frame | one\n! frame\nframe two" + says(frame("two"))
        + "close\n! closed\n");
}

TEST_P(TfServerHandoff, whatIsHereAlreadyBelongsToTheNewOwner)
{
    // The first of them would have been a request.
    const std::string opening = meta(GetParam(), 0, false);
    const Bytes body = fromHex(opening.substr(8));
    server().run("! ready" + hears(asked() + opening + frame("two")) + Heard + "handoff reply #1"
        + says(frame("")) + "! " + describe(FrameReceived {body}) + "\n! frame | two\n");
}

TEST_P(TfServerHandoff, nothingIsReadBehindTheRequestUntilItIsAnswered)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(asked() + query(g, "echo") + meta(g, 0, false)) + Heard
        + "send reply #1 | no" + says(frame("no") + number(g, 0)) + "! request #2 /echo type=0\n"
        + "send reply #2" + says(frame("")));
    server().run("! ready" + hears(asked() + meta(g, 0, false)) + Heard + "send error #1 !1000 | no"
        + says(error(g, ErrorKind::InternalError, "no")) + "! request #2 /echo type=0\n");
}

TEST_P(TfServerHandoff, answersInFrontLeaveFirst)
{
    const Generation g = GetParam();
    TfServerDialogue dialogue = server();
    dialogue.run("! ready" + hears(meta(g, 0, false) + meta(g, 3, false) + frame("surplus"))
        + "! request #1 /echo type=0\n! request #2 /handoff type=0\nsend reply #2 | switched\n");
    // Promised, but not out: whoever asks too early asks again.
    EXPECT_EQ(dialogue->engine().handOff(dialogue->now()).error().code, ErrorCode::NotReady);
    dialogue.run(
        "handoff reply #1 | first" + says(frame("first") + frame("switched")) + "! frame | surplus\n");
}

TEST_P(TfServerHandoff, thePeersEndWaitsForTheAnswer)
{
    server().run("! ready" + hears(asked()) + Heard + "end\nhandoff reply #1 | switched"
        + says(frame("switched")) + "! finished\nframe last words" + says(frame("last words"))
        + "close\n! closed\n");
}

TEST_P(TfServerHandoff, aTransportThatFailsIsNotHeldBack)
{
    server().run("! ready" + hears(asked()) + Heard + "fail ConnectionLost\n! closed ConnectionLost\n");
}

TEST_P(TfServerHandoff, inputBehindTheRequestIsBounded)
{
    EngineLimits limits;
    limits.maxFrameBytesIn = 1'000;
    TfServerDialogue dialogue = server(limits);
    dialogue.run("! ready" + hears(asked()) + Heard);
    Engine &engine = dialogue->engine();
    std::size_t taken = 0;
    for (MutableBytes space = engine.inputSpace(500); !space.empty(); space = engine.inputSpace(500)) {
        taken += space.size();
        engine.received(space.size(), dialogue->now());
        EXPECT_FALSE(engine.nextEvent(dialogue->now()));
        ASSERT_LE(taken, limits.maxFrameBytesIn + 65'536) << "one frame, and one piece that is read";
    }
    EXPECT_GE(taken, limits.maxFrameBytesIn);
    EXPECT_FALSE(engine.deadline()) << "the peer is not to blame for what we do not read";
}

TEST_P(TfServerHandoff, aClientTakesItWithTheReply)
{
    const Generation g = GetParam();
    TfServerDialogue dialogue = client();
    dialogue.run("! ready\nsend NotReady: request #1 /handoff | please" + says(query(g, "handoff"))
        + hears(number(g, 3)) + "! writable\nsend request #1 /handoff | please"
        + says(meta(g, 3, true) + frame("please")));
    // Answer and frames in one piece: the owner takes it between the two.
    Engine &engine = dialogue->engine();
    const Bytes both = fromHex(frame("switched") + frame("one"));
    const MutableBytes space = engine.inputSpace(both.size());
    ASSERT_EQ(space.size(), both.size());
    copyBytes(both, space.data());
    engine.received(both.size(), dialogue->now());
    auto event = engine.nextEvent(dialogue->now());
    ASSERT_TRUE(event && std::holds_alternative<MessageReceived>(*event));
    EXPECT_EQ(asText(std::get<MessageReceived>(*event).message.payload), "switched");
    ASSERT_TRUE(engine.handOff(dialogue->now()));
    dialogue.run("+ 1ms\n! frame | one\nframe two" + says(frame("two"))
        + "send NotSupportedByProtocol: request #2 /3\nend\n! finished\nclose\n! closed\n");
}
