// SPDX-License-Identifier: MIT
// tfserver's asking side as a conversation, every transition by name.
#include <gtest/gtest.h>

#include <utility>

#include "protocol/tfserver/clientsession.h"
#include "tfserverframes.h"
#include "wire/framesecurity.h"
#include "wire/lengthframing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

class TfServerClient : public testing::TestWithParam<Generation>
{
public:
    [[nodiscard]] TfServerDialogue client(const EngineLimits &limits = {}, const Filters &filters = {}) const
    {
        TfServer::Options options;
        options.generation = GetParam();
        return TfServerDialogue(Role::Client, options, limits, filters);
    }
};

std::string says(const std::string &frames) { return "\n>> " + frames + "\n"; }
std::string hears(const std::string &frames) { return "\n<< " + frames + "\n"; }

/// Makes every body longer by so much.
class Growing final : public Filter
{
public:
    explicit Growing(std::size_t by)
        : m_by(by)
    { }
    [[nodiscard]] Result<void> outgoing(Bytes &body) override
    {
        body.resize(body.size() + (body.size() > 40 ? m_by : 0));
        return {};
    }
    [[nodiscard]] Result<void> incoming(Bytes &) override { return {}; }

private:
    std::size_t m_by;
};

class Refusing final : public Filter
{
public:
    [[nodiscard]] Result<void> outgoing(Bytes &body) override
    {
        if (asText(body) == "refuse me")
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "not this one");
        return {};
    }
    [[nodiscard]] Result<void> incoming(Bytes &) override { return {}; }
};

/// Seals one record with nothing around it, and no other.
class OneRecord final : public FrameSecurity
{
public:
    void start(Now) override { }
    [[nodiscard]] Result<Took> handshake(ByteView, Now) override { return Took::Record; }
    [[nodiscard]] std::optional<Bytes> nextHandshakeFrame() override { return std::nullopt; }
    [[nodiscard]] std::optional<std::string> credentialsNeeded() const override { return std::nullopt; }
    void provide(std::optional<Credentials>, Now) override { }
    [[nodiscard]] bool isEstablished() const override { return true; }
    [[nodiscard]] bool expectsRecords() const override { return true; }
    [[nodiscard]] std::string_view name() const override { return "one"; }
    [[nodiscard]] std::size_t maxBody() const override { return 1'024; }
    [[nodiscard]] Overhead overhead() const override { return {}; }
    [[nodiscard]] Result<void> seal(MutableBytes) override
    {
        if (std::exchange(m_used, true))
            return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Local, "the key is used up");
        return {};
    }
    [[nodiscard]] Result<MutableBytes> open(MutableBytes body) override { return body; }

private:
    bool m_used = false;
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Generations, TfServerClient, testing::Values(Generation::G3, Generation::G4),
    [](const auto &chosen) { return chosen.param == Generation::G3 ? "G3" : "G4"; });

TEST_P(TfServerClient, looksANameUpOnce)
{
    const Generation g = GetParam();
    client().run("! ready\nsend NotReady: request #1 /echo | hi"
        + says(query(g, "echo"))
        // still on its way: nothing else leaves for it, nor for another route
        + "send NotReady: request #1 /echo | hi\nsend NotReady: request #2 /sum" + hears(number(g, 5))
        + "! writable\nsend request #1 /echo | hi" + says(meta(g, 5, true) + frame("hi"))
        + "send request #2 /echo type=7" + says(meta(g, 5, false, 7)) + hears(frame("hi")) + "! reply #1 | hi"
        + hears(frame("")) + "! reply #2\n");
}

TEST_P(TfServerClient, callsByNumberWithoutALookUp)
{
    const Generation g = GetParam();
    client().run("! ready\nsend request #9 /3 | x" + says(meta(g, 3, true) + frame("x")) + hears(frame("y"))
        + "! reply #9 | y\n");
}

TEST_P(TfServerClient, anUnknownNameFailsItsRequestAndNoOther)
{
    const Generation g = GetParam();
    client().run("! ready\nsend NotReady: request #1 /nobody" + says(query(g, "nobody"))
        + hears(error(g, ErrorKind::NoSuchHandler))
        + "! writable\nsend NoSuchRoute: request #1 /nobody\n"
        // asked again, the server is asked again
        + "send NotReady: request #2 /nobody" + says(query(g, "nobody")) + hears(number(g, 1))
        + "! writable\nsend request #2 /nobody" + says(meta(g, 1, false)));
}

TEST_P(TfServerClient, whatAWithdrawnRequestWasLookedUpForIsForgotten)
{
    const Generation g = GetParam();
    client().run("! ready\nsend NotReady: request #1 /nobody" + says(query(g, "nobody"))
        + hears(error(g, ErrorKind::NoSuchHandler)) + "! writable\nsend NotReady: request #2 /other"
        + says(query(g, "other")) + hears(number(g, 1)) + "! writable\nsend NotReady: request #3 /nobody"
        + says(query(g, "nobody")));
}

TEST_P(TfServerClient, aLookUpAnsweredByAnythingElseEndsIt)
{
    const Generation g = GetParam();
    client().run("! ready\nsend NotReady: request #1 /echo" + says(query(g, "echo")) + hears(frame("what"))
        + "! closed MalformedMessage\n");
}

TEST_P(TfServerClient, everyServerErrorIsTyped)
{
    const Generation g = GetParam();
    std::string script = "! ready\n";
    std::string answers;
    for (const char *id : {"1", "2", "3", "4", "5", "6"})
        script += std::string("send request #") + id + " /0" + says(meta(g, 0, false));
    answers += error(g, ErrorKind::MalformedMetaInfo) + error(g, ErrorKind::MalformedMetaInfo, "bad meta")
        + error(g, ErrorKind::NoSuchHandler) + error(g, ErrorKind::InternalError)
        + error(g, ErrorKind::InternalError, "refused: it") + error(g, ErrorKind::PayloadLost);
    client().run(script + hears(answers) + R"(
        ! error #1 !12 | MalformedMetaInfo
        ! error #2 !12 | bad meta
        ! error #3 !405 | NoSuchHandler
        ! error #4 !404 | InternalError
        ! error #5 !404 | refused: it
        ! error #6 !406 | PayloadLost
    )");
    // One byte more, and it is a payload.
    const Bytes packet = write(g, TfServer::ServerError {ErrorKind::PayloadLost, {}});
    for (const std::string &body : {"x" + std::string(asText(packet)), std::string(asText(packet)) + "x"}) {
        client().run("! ready\nsend request #1 /0" + says(meta(g, 0, false)) + hears(frame(body)) + "! "
            + describe(MessageView {MessageKind::Reply, 1, {}, {}, asBytes(body), 0}) + "\n");
    }
}

TEST_P(TfServerClient, pipelinedAnswersKeepTheirOrder)
{
    const Generation g = GetParam();
    const std::string ask = meta(g, 0, false);
    client().run("! ready\nsend request #4 /0" + says(ask) + "send request #2 /0" + says(ask)
        + "send request #3 /0" + says(ask) + hears(frame("a") + frame("b")) + "! reply #4 | a\n! reply #2 | b"
        + hears(frame("c")) + "! reply #3 | c\n");
}

TEST_P(TfServerClient, aCallThatTimedOutKeepsItsPlace)
{
    const Generation g = GetParam();
    const std::string ask = meta(g, 0, false);
    client().run("! ready\nsend request #1 /0" + says(ask) + "send request #2 /0" + says(ask)
        + "send cancel #1\nsend cancel #1\n" + hears(frame("late")) + hears(frame("mine"))
        + "! reply #2 | mine\n"
        // its number is free again
        + "send request #1 /0" + says(ask) + hears(frame("again")) + "! reply #1 | again\n");
}

TEST_P(TfServerClient, anAnswerToNothingEndsIt)
{
    client().run("! ready" + hears(frame("?")) + "! closed UnexpectedFrame\n");
}

TEST_P(TfServerClient, onlyRequestsCanBeSent)
{
    client().run(R"(
        ! ready
        send NotSupportedByProtocol: event /echo | x
        send NotSupportedByProtocol: error !404 | x
        send InvalidArgument: reply #1 | x
        send InvalidArgument: item #1 | x
        send InvalidArgument: end #1
        send InvalidArgument: request /0
        send NotSupportedByProtocol: request #1 /0 lang=en
        send InvalidArgument: request #1 /0 type=256
        send InvalidArgument: request #1 /0 type=x
        send InvalidArgument: request #1 /0 type=1 type=1
    )");
    client().run("! ready\nsend request #1 /0 type=255" + says(meta(GetParam(), 0, false, 255))
        + "send InvalidArgument: request #1 /0\n");
}

TEST_P(TfServerClient, openRequestsAreBounded)
{
    EngineLimits limits;
    limits.maxOpenRequests = 2;
    const Generation g = GetParam();
    const std::string ask = meta(g, 0, false);
    client(limits).run("! ready\nsend request #1 /0" + says(ask) + "send request #2 /0" + says(ask)
        + "send CallRefused: request #3 /0\nsend cancel #1\nsend CallRefused: request #3 /0"
        + hears(frame("x")) + "send request #3 /0" + says(ask));
}

TEST_P(TfServerClient, nothingOfARequestLeavesWhosePayloadIsTooLarge)
{
    EngineLimits limits;
    limits.maxFrameBytesOut = 64;
    const Generation g = GetParam();
    const std::string fits(60, 'x');
    client(limits).run("! ready\nsend request #1 /0 | " + fits.substr(1)
        + says(meta(g, 0, true) + frame(fits.substr(1))) + "send request #2 /0 | " + fits
        + says(meta(g, 0, true) + frame(fits)) + "send PayloadTooLarge: request #3 /0 | " + fits
        + "x\nsend PayloadTooLarge: request #3 /unknown | " + fits + "x\n");
}

TEST_P(TfServerClient, nothingOfARequestLeavesWhosePayloadAFilterMakesTooLarge)
{
    EngineLimits limits;
    limits.maxFrameBytesOut = 64;
    Filters filters;
    filters.factories.emplace_back([] { return std::make_unique<Growing>(2); });
    const Generation g = GetParam();
    // Two bytes that the filter adds, four of the frame: 58 are as many as fit.
    const std::string most(58, 'x');
    const auto filtered = [](const std::string &body) { return frame(body + std::string(2, '\0')); };
    client(limits, filters)
        .run("! ready\nsend request #1 /0 | " + most.substr(1)
            + says(meta(g, 0, true) + filtered(most.substr(1))) + "send request #2 /0 | " + most
            + says(meta(g, 0, true) + filtered(most)) + "send PayloadTooLarge: request #3 /0 | " + most
            + "x\n"
            // and nothing has gone wrong: the next one passes
            + "send request #3 /0 | ok" + says(meta(g, 0, true) + frame("ok")) + hears(frame("a"))
            + "! reply #1 | a\n");
}

TEST_P(TfServerClient, aFilterThatRefusesAPayloadLetsNothingOfItsRequestLeave)
{
    Filters filters;
    filters.factories.emplace_back([] { return std::make_unique<Refusing>(); });
    const Generation g = GetParam();
    client({}, filters)
        .run("! ready\nsend InvalidArgument: request #1 /0 | refuse me\nsend request #1 /0 | ok"
            + says(meta(g, 0, true) + frame("ok")));
}

TEST_P(TfServerClient, aKeyThatIsUsedUpInsideARequestEndsIt)
{
    // One record for the meta, none for its payload.
    EngineSetup setup = TfServerDialogue::setupFor(Role::Client);
    auto session = std::make_unique<TfServer::ClientSession>(GetParam(), std::string(), setup.limits);
    const LengthFraming framing;
    Dialogue dialogue(
        std::make_unique<FramedEngine>(framing, std::move(session), std::make_unique<OneRecord>(), setup));
    const Generation g = GetParam();
    dialogue.run("! ready\nsend SecurityHandshakeFailed: request #1 /0 | x" + says(meta(g, 0, true))
        + "send NotConnected: request #2 /0\n+ 1ms\n! closed SecurityHandshakeFailed\n");
}

TEST_P(TfServerClient, aServerThatHasFinishedAnswersNothing)
{
    const Generation g = GetParam();
    client().run("! ready\nsend request #1 /0" + says(meta(g, 0, false)) + "end\n! finished\n"
        + "send NotConnected: request #2 /0\nclose\n! closed\n");
}

TEST_P(TfServerClient, anAnswerCutShortIsNone)
{
    client().run("! ready\nsend request #1 /0" + says(meta(GetParam(), 0, false)) + hears("000000056162")
        + "end\n! closed FrameTruncated\n");
}
