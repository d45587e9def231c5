// SPDX-License-Identifier: MIT
// tfserver's answering side as a conversation, every transition by name.
#include <gtest/gtest.h>

#include "tfserverframes.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

class TfServerServer : public testing::TestWithParam<Generation>
{
public:
    [[nodiscard]] static TfServerDialogue server(const EngineLimits &limits = {})
    {
        return TfServerDialogue(Role::Server, {}, limits);
    }
};

std::string says(const std::string &frames) { return "\n>> " + frames + "\n"; }
std::string hears(const std::string &frames) { return "\n<< " + frames + "\n"; }

} // namespace

INSTANTIATE_TEST_SUITE_P(Generations, TfServerServer, testing::Values(Generation::G3, Generation::G4),
    [](const auto &chosen) { return chosen.param == Generation::G3 ? "G3" : "G4"; });

TEST_P(TfServerServer, answersLookUps)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(query(g, "typed")) + says(number(g, 1)) + hears(query(g, "Typed"))
        + says(error(g, ErrorKind::NoSuchHandler)) + hears(query(g, "gone"))
        + says(error(g, ErrorKind::NoSuchHandler)) + hears(query(g, ""))
        + says(error(g, ErrorKind::NoSuchHandler)) + hears(query(g, "echo")) + says(number(g, 0)));
}

TEST_P(TfServerServer, takesARequestWithAndWithoutPayload)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(meta(g, 0, true)) + hears(frame("hi")) + "! request #1 /echo type=0 | hi\n"
        + "send reply #1 | hi" + says(frame("hi")) + hears(meta(g, 0, false, 255))
        + "! request #2 /echo type=255\nsend reply #2" + says(frame("")));
}

TEST_P(TfServerServer, anEmptyPayloadIsOneWhetherAnnouncedOrNot)
{
    const Generation g = GetParam();
    // As the crate's clients send it: not announced, but there; nothing answers it.
    server().run("! ready" + hears(meta(g, 0, false) + frame(""))
        + "! request #1 /echo type=0\nsend reply #1 | a" + says(frame("a"))
        + hears(meta(g, 0, true) + frame("")) + "! request #2 /echo type=0\nsend reply #2 | b"
        + says(frame("b")) + hears(frame("") + frame("")));
}

TEST_P(TfServerServer, aTypeHasToBeInTheRoutesSet)
{
    const Generation g = GetParam();
    const std::string refused = says(error(g, ErrorKind::NoSuchHandler));
    server().run("! ready" + hears(meta(g, 1, true, 1) + frame("a")) + "! request #1 /typed type=1 | a\n"
        + "send reply #1" + says(frame("")) + hears(meta(g, 1, true, 7) + frame("b"))
        + "! request #2 /typed type=7 | b\nsend reply #2" + says(frame(""))
        + hears(meta(g, 1, true, 0) + frame("c")) + refused + hears(meta(g, 1, false, 8))
        + refused
        // the crate would take it for 1
        + hears(meta(g, 1, false, 257)) + refused + hears(meta(g, 0, false, 256)) + refused);
}

TEST_P(TfServerServer, aNumberWithoutAHandlerIsRefusedBehindItsPayload)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(meta(g, 2, true)) + hears(frame("x"))
        + says(error(g, ErrorKind::NoSuchHandler)) + hears(meta(g, 4, false))
        + says(error(g, ErrorKind::NoSuchHandler)) + hears(meta(g, ~0ULL, false))
        + says(error(g, ErrorKind::NoSuchHandler)));
}

TEST_P(TfServerServer, whatIsNoOpeningIsAnsweredAndTheConnectionStays)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(query(g, "echo")) + says(number(g, 0)) + hears(frame("what"))
        + says(error(g, ErrorKind::MalformedMetaInfo)) + hears(number(g, 0))
        + says(error(g, ErrorKind::MalformedMetaInfo)) + hears(query(g, "echo")) + says(number(g, 0)));
}

TEST_P(TfServerServer, theFirstGoodFrameTellsTheGeneration)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(frame("what")) + says(error(Generation::G4, ErrorKind::MalformedMetaInfo))
        + hears(query(g, "echo")) + says(number(g, 0)) + hears(frame("what"))
        + says(error(g, ErrorKind::MalformedMetaInfo)));
}

TEST_P(TfServerServer, surplusBytesOfAnOpeningAreTakenAsTheCrateDoes)
{
    const Generation g = GetParam();
    const auto bytes = write(g, TfServer::HandlerQuery {"echo"});
    const std::string packet(asText(bytes));
    const std::string junk = g == Generation::G3 ? packet + "junk" : "junk" + packet;
    server().run(
        "! ready" + hears(frame(junk)) + says(number(g, 0)) + hears(query(g, "typed")) + says(number(g, 1)));
}

TEST_P(TfServerServer, answersLeaveInTheOrderOfTheRequests)
{
    const Generation g = GetParam();
    const std::string ask = meta(g, 0, false);
    server().run("! ready" + hears(ask + ask + query(g, "echo") + ask + frame("what") + ask)
        + "! request #1 /echo type=0\n! request #2 /echo type=0\n! request #4 /echo type=0\n! request #6 "
          "/echo type=0\n"
        + "send reply #6 | f\nsend reply #2 | b\nsend InvalidArgument: reply #2 | again\n"
        + "send InvalidArgument: reply #3 | not asked\nsend reply #1 | a"
        + says(frame("a") + frame("b") + number(g, 0)) + "send error #4 !404 | d"
        + says(error(g, ErrorKind::InternalError, "d") + error(g, ErrorKind::MalformedMetaInfo) + frame("f"))
        + "send InvalidArgument: reply #1 | late\n");
}

TEST_P(TfServerServer, errorsOfHandlers)
{
    const Generation g = GetParam();
    const std::string ask = meta(g, 0, false);
    EngineLimits limits;
    limits.maxFrameBytesOut = 64;
    server(limits).run("! ready" + hears(ask) + "! request #1 /echo type=0\nsend error #1 !405 | no handler"
        + says(error(g, ErrorKind::NoSuchHandler)) + hears(ask)
        + "! request #2 /echo type=0\nsend error #2 !1000 | mine"
        + says(error(g, ErrorKind::InternalError, "mine")) + hears(ask)
        + "! request #3 /echo type=0\nsend error #3 !404"
        + says(error(g, ErrorKind::InternalError, "HandlerFailed"))
        // a text that does not fit is left out
        + hears(ask) + "! request #4 /echo type=0\nsend error #4 !404 | " + std::string(100, 'x')
        + says(error(g, ErrorKind::InternalError)));
}

TEST_P(TfServerServer, onlyOneAnswerToARequestCanBeSent)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(meta(g, 0, false)) + R"(
        ! request #1 /echo type=0
        send NotSupportedByProtocol: item #1 | x
        send NotSupportedByProtocol: end #1
        send NotSupportedByProtocol: event /echo
        send NotSupportedByProtocol: request #1 /echo
        send NotSupportedByProtocol: error !404 | x
        send NotSupportedByProtocol: reply #1 key=value
        send reply #1)"
        + says(frame("")) + "send InvalidArgument: reply #1\n");
}

TEST_P(TfServerServer, answersAtTheLimit)
{
    const Generation g = GetParam();
    EngineLimits limits;
    limits.maxFrameBytesOut = 64;
    const std::string ask = meta(g, 0, false);
    const std::string fits(60, 'x');
    server(limits).run("! ready" + hears(ask + ask + ask)
        + "! request #1 /echo type=0\n! request #2 /echo type=0\n"
        + "! request #3 /echo type=0\nsend PayloadTooLarge: reply #1 | " + fits
        + "x\nsend PayloadTooLarge: reply #2 | " + fits + "x\nsend reply #2 | " + fits + "\nsend reply #3 | "
        + fits.substr(1) + "\nsend reply #1 | " + fits
        + says(frame(fits) + frame(fits) + frame(fits.substr(1))));
}

TEST_P(TfServerServer, openRequestsAreBounded)
{
    const Generation g = GetParam();
    EngineLimits limits;
    limits.maxOpenRequests = 2;
    const std::string ask = meta(g, 0, false);
    server(limits).run("! ready" + hears(ask + ask + ask)
        + "! request #1 /echo type=0\n! request #2 /echo type=0\n" + "send reply #2" + hears(ask)
        + "! request #4 /echo type=0\nsend reply #1"
        + says(frame("") + frame("") + error(g, ErrorKind::InternalError, "too many open requests"))
        + "send reply #4" + says(frame("")));
}

TEST_P(TfServerServer, answersThatWaitAreBounded)
{
    const Generation g = GetParam();
    EngineLimits limits;
    limits.maxOpenRequests = 1; // 16 places then
    std::string wait = meta(g, 0, false);
    for (int i = 0; i < 15; ++i)
        wait += query(g, "echo");
    server(limits).run("! ready" + hears(wait) + "! request #1 /echo type=0\n"
        + hears(query(g, "echo"))
        // what was owed before still leaves
        + "send reply #1\n>> " + frame("") +
        [&] {
            std::string numbers;
            for (int i = 0; i < 15; ++i)
                numbers += number(g, 0);
            return numbers;
        }()
        + "\n! closed InputBudgetExceeded\n");
}

TEST_P(TfServerServer, theEndBetweenARequestAndItsPayload)
{
    const Generation g = GetParam();
    server().run("! ready" + hears(meta(g, 0, true)) + "end\n! closed FrameTruncated\n");
    server().run("! ready" + hears(meta(g, 0, false))
        + "! request #1 /echo type=0\nend\n! finished\nsend reply #1 | x" + says(frame("x"))
        + "close\n! closed\n");
}

TEST_P(TfServerServer, framesAtTheLimitInAnyPieces)
{
    const Generation g = GetParam();
    EngineLimits limits;
    limits.maxFrameBytesIn = 64;
    const std::string fits(60, 'x');
    TfServerDialogue whole = server(limits);
    whole.run("! ready" + hears(meta(g, 0, true) + frame(fits)) + "! request #1 /echo type=0 | " + fits
        + "\nsend reply #1" + says(frame("")) + hears(meta(g, 0, true) + "0000003d")
        + "! closed PayloadTooLarge\n");
    TfServerDialogue cut = server(limits);
    cut->cutEvery(1);
    cut.run("! ready" + hears(meta(g, 0, true) + frame(fits.substr(1)) + query(g, "echo"))
        + "! request #1 /echo type=0 | " + fits.substr(1) + "\nsend reply #1"
        + says(frame("") + number(g, 0)));
}

TEST(TfServerFactory, options)
{
    const auto registry = ProtocolRegistry::standard();
    const auto code = [&](const OptionValues &options) {
        const auto made = registry.make("tfserver", options);
        return made ? ErrorCode::None : made.error().code;
    };
    EXPECT_EQ(code({}), ErrorCode::None);
    EXPECT_EQ(code({{"generation", "3"}, {"encryption", "E1"}, {"server-id", ""}}), ErrorCode::None);
    EXPECT_EQ(code({{"generation", "4"}, {"encryption", "E1"}, {"clear", "serve"}}), ErrorCode::None);
    EXPECT_EQ(code({{"generation", "3"}, {"encryption", "E2"}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"generation", "5"}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"encryption", "E3"}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"clear", "yes"}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"peer", "raw"}}), ErrorCode::InvalidArgument);
}

TEST(TfServerFactory, recognisesTheFirstFrame)
{
    const TfServer::TfServerFactory factory;
    const auto look = [&](const std::string &hex) { return factory.recognise(fromHex(hex)); };
    for (const Generation g : {Generation::G3, Generation::G4}) {
        for (const std::string &first :
            {meta(g, 7, true), meta(g, 7, false), query(g, "echo"), query(g, "TEST_HANDLER")}) {
            EXPECT_EQ(look(first), Recognition::Yes) << first;
            for (std::size_t cut = 0; cut < first.size(); cut += 2)
                EXPECT_NE(look(first.substr(0, cut)), Recognition::No) << first << " cut at " << cut;
        }
    }
    EXPECT_EQ(look(query(Generation::G3, std::string(200, 'n')).substr(0, 128)), Recognition::Yes);
    EXPECT_EQ(look(frame("alice") + "0000002141"), Recognition::Yes);
    EXPECT_EQ(look(frame("") + "0000002141"), Recognition::Yes);
    EXPECT_EQ(look(frame("alice") + "00000021"), Recognition::More);
    EXPECT_EQ(look(frame("alice") + "0000002142"), Recognition::No);
    EXPECT_EQ(look(frame("alice") + "000000214"), Recognition::More);
    EXPECT_EQ(look("5654"), Recognition::No);
    EXPECT_EQ(look("16"), Recognition::No);
    EXPECT_EQ(look("4e50524f"), Recognition::No);
    EXPECT_EQ(look("00ffffff02"), Recognition::No);
}

TEST(TfServerFactory, whatMustBeSealedIsNeverSpokenInClear)
{
    const TfServer::TfServerFactory factory;
    for (const Role role : {Role::Client, Role::Server}) {
        EngineSetup setup = TfServerDialogue::setupFor(role);
        setup.authenticates = true; // and nothing that could seal
        Dialogue dialogue(factory.makeEngine(setup));
        dialogue.run("! closed NotSupportedByProtocol");
    }
}
