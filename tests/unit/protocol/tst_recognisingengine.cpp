// SPDX-License-Identifier: MIT
// One port, several protocols: which one a connection becomes, and when.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dialogue.h"
#include "protocol/framedengine.h"
#include "protocol/recognisingengine.h"
#include "wire/lengthframing.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

namespace {

// Every body is an event; ready at once.
class PlainSession final : public Session
{
public:
    Result<void> start(FrameSink &, Now) override { return {}; }
    Result<std::optional<Event>> received(ByteView body, FrameSink &, Now) override
    {
        return MessageReceived {{MessageKind::Event, 0, {}, {}, body, 0}};
    }
    Result<void> inputEnded(FrameSink &, Now) override { return {}; }
    Result<void> send(const MessageView &message, FrameSink &sink, Now) override
    {
        const auto space = sink.begin(message.payload.size());
        if (!space)
            return tl::unexpected(space.error());
        std::copy(message.payload.begin(), message.payload.end(), space->begin());
        return sink.commit();
    }
    void close(FrameSink &, Now) override { }
    void fail(const Error &, FrameSink &, Now) override { }
    [[nodiscard]] bool isReady() const override { return true; }
    [[nodiscard]] Capabilities capabilities() const override
    {
        Capabilities result;
        result.events = true;
        return result;
    }
    [[nodiscard]] std::optional<TimePoint> deadline() const override { return std::nullopt; }
    Result<void> expired(FrameSink &, Now) override { return {}; }
};

// Length-framed bodies whose stream begins with a word.
class WordFactory final : public ProtocolFactory
{
public:
    explicit WordFactory(std::string word, bool clientFirst = true, std::size_t maxFrameBytes = 4'096)
        : m_word(std::move(word))
        , m_clientFirst(clientFirst)
        , m_maxFrameBytes(maxFrameBytes)
    { }
    [[nodiscard]] std::size_t defaultMaxFrameBytes() const override { return m_maxFrameBytes; }
    [[nodiscard]] std::string_view name() const override { return m_word; }
    [[nodiscard]] Recognition recognise(ByteView first) const override
    {
        const std::string_view text = asText(first);
        if (text.size() < m_word.size())
            return m_word.starts_with(text) ? Recognition::More : Recognition::No;
        return text.starts_with(m_word) ? Recognition::Yes : Recognition::No;
    }
    [[nodiscard]] bool clientSpeaksFirst() const override { return m_clientFirst; }
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override
    {
        return std::make_unique<FramedEngine>(m_framing, std::make_unique<PlainSession>(), nullptr, setup);
    }
    [[nodiscard]] const Framing *framing() const override { return &m_framing; }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override { return nullptr; }

private:
    LengthFraming m_framing;
    std::string m_word;
    bool m_clientFirst;
    std::size_t m_maxFrameBytes;
};

using Factories = std::vector<std::shared_ptr<const ProtocolFactory>>;

std::shared_ptr<const ProtocolFactory> word(const std::string &text)
{
    return std::make_shared<WordFactory>(text);
}

std::shared_ptr<const ProtocolFactory> vstp()
{
    return ProtocolRegistry::standard().make("vstp", {}).value();
}

// Length 3, so that it is a frame of LengthFraming too.
const std::string Three("\0\0\0\3", 4);

struct Recognised {
    explicit Recognised(Factories factories, EngineLimits limits = {})
        : engine(new RecognisingEngine(std::move(factories), setup(limits)))
        , dialogue(std::unique_ptr<Engine>(engine))
    { }

    static EngineSetup setup(const EngineLimits &limits)
    {
        EngineSetup result;
        result.role = Role::Server;
        result.limits = limits;
        return result;
    }
    [[nodiscard]] std::string name() const
    {
        return engine->recognised() ? std::string(engine->recognised()->name()) : "nothing";
    }

    RecognisingEngine *engine;
    Dialogue dialogue;
};

std::string hexOf(std::string_view text) { return toHex(asBytes(text)); }

} // namespace

TEST(RecognisingEngine, becomesWhatTheFirstBytesAreAndReplaysThem)
{
    for (const std::size_t cut : {1U, 2U, 5U, 1'000U}) {
        Recognised guest({word(Three), vstp()});
        guest.dialogue.cutEvery(cut);
        guest.dialogue.run(R"(
            send NotReady: event | early
            < HELLO halyard=1 features=stream,cancel
            > WELCOME halyard=1 features=stream,cancel
            ! ready
            < DATA id=1 | hi
            ! request #1 | hi
            close
            > BYE
            ! closed
        )");
        EXPECT_EQ(guest.name(), "vstp");

        Recognised other({word(Three), vstp()});
        other.dialogue.cutEvery(cut);
        other.dialogue.run("<< " + hexOf(Three + "abc") + "\n! ready\n! event | abc\nsend event | ok\n>> "
            + hexOf(std::string("\0\0\0\2ok", 6)));
        EXPECT_EQ(other.name(), Three);
    }
}

TEST(RecognisingEngine, theFirstInTheListIsWaitedFor)
{
    Recognised patient({word("abcd"), word("ab")});
    patient.dialogue.run("<< " + hexOf("abc"));
    EXPECT_EQ(patient.name(), "nothing") << "it may still be the first";
    patient.dialogue.run("<< " + hexOf("x") + "\n! ready\n! closed PayloadTooLarge");
    EXPECT_EQ(patient.name(), "ab");

    Recognised quick({word("ab"), word("abcd")});
    quick.dialogue.run("<< " + hexOf("ab") + "\n! ready");
    EXPECT_EQ(quick.name(), "ab");
}

TEST(RecognisingEngine, decidesWithin64Bytes)
{
    const std::string prefix(64, 'a');
    Recognised atTheLimit({word(prefix + "b"), word("aa")});
    atTheLimit.dialogue.run("<< " + hexOf(prefix.substr(1)));
    EXPECT_EQ(atTheLimit.name(), "nothing");
    atTheLimit.dialogue.run("<< " + hexOf("a") + "\n! ready\n! closed PayloadTooLarge");
    EXPECT_EQ(atTheLimit.name(), "aa") << "More is No once all is seen";

    Recognised nobody({word(prefix + "b"), vstp()});
    nobody.dialogue.run("<< " + hexOf(prefix) + "\n! closed ProtocolNotRecognised");
}

TEST(RecognisingEngine, aStrangerIsToldApartAtOnce)
{
    Recognised guest({word(Three), vstp()});
    guest.dialogue.run("<< 47\n! closed ProtocolNotRecognised\n+ 3600s");
    EXPECT_FALSE(guest.engine->output());
    EXPECT_EQ(guest.engine->heldBytes(), 0U);
    EXPECT_TRUE(guest.engine->inputSpace(10).empty());
}

TEST(RecognisingEngine, silenceEndsAtTheDeadline)
{
    Recognised silent({word(Three), vstp()});
    silent.dialogue.run("+ 9999ms\n+ 1ms\n! closed HandshakeTimedOut");
    Recognised slow({word(Three), vstp()});
    slow.dialogue.run("<< 56\n+ 10s\n! closed HandshakeTimedOut");
}

TEST(RecognisingEngine, theEngineThatFollowsSharesTheDeadline)
{
    Recognised guest({word(Three), vstp()});
    guest.dialogue.run(R"(
        + 6s
        << 565401
        + 3999ms
        + 1ms
        > ERR code=108 | *
        ! closed HandshakeTimedOut
    )");
}

TEST(RecognisingEngine, theEndBeforeADecision)
{
    Recognised(Factories {word(Three), vstp()}).dialogue.run("end\n! closed ClosedBeforeReady");
    Recognised(Factories {word(Three), vstp()}).dialogue.run("<< 5654\nend\n! closed ProtocolNotRecognised");
    Recognised guest({word("abcd"), word("ab")});
    guest.dialogue.run("<< " + hexOf("ab") + "\nend\n! ready\n! closed FrameTruncated");
    EXPECT_EQ(guest.name(), "ab") << "what waited for a longer word is taken at the end";
}

TEST(RecognisingEngine, closedAndFailedBeforeADecision)
{
    Recognised(Factories {word(Three), vstp()}).dialogue.run("<< 56\nclose\n! closed");
    Recognised(Factories {word(Three), vstp()})
        .dialogue.run("fail TooManyConnections\n! closed TooManyConnections");
}

TEST(RecognisingEngine, aSingleProtocolNeedsNoLook)
{
    Recognised alone({std::make_shared<WordFactory>("greeter", false)});
    alone.dialogue.run("! ready\nsend event | welcome\n>> 0000000777656c636f6d65");
    EXPECT_EQ(alone.name(), "greeter");
}

TEST(RecognisingEngine, whatCannotShareAPortIsNamed)
{
    const auto detail = [](const Factories &factories) {
        const auto can = RecognisingEngine::canShareAPort(factories);
        return can ? std::string() : can.error().detail;
    };
    EXPECT_EQ(detail({vstp()}), "");
    EXPECT_EQ(detail({vstp(), word("x")}), "");
    EXPECT_EQ(detail({std::make_shared<WordFactory>("greeter", false)}), "");
    EXPECT_EQ(detail({}), "no protocol to recognise");
    EXPECT_EQ(detail({vstp(), std::make_shared<WordFactory>("greeter", false)}),
        "greeter cannot share a port: its clients wait for the server's first word");
    EXPECT_EQ(
        detail({vstp(), word("x"), vstp()}), "vstp twice on one port: the second would never be chosen");
}

TEST(RecognisingEngine, pausedBeforeTheDecisionIsPausedAfter)
{
    EngineLimits limits;
    limits.frameGrace = 1'000ms;
    Recognised guest({word(Three), vstp()}, limits);
    guest.dialogue.run(
        "pause\n<< 56540101\n+ 5s\nresume\n+ 999ms\n+ 1ms\n> ERR code=9 | *\n! closed FrameTooSlow");
}

TEST(RecognisingEngine, whatIsRecognisedHasItsOwnFrameLimit)
{
    const Factories factories {std::make_shared<WordFactory>(Three, true, 16), word("other")};
    const std::string first = "<< " + hexOf(Three + "abc") + "\n! ready\n! event | abc\n";
    const std::string largest = "<< 0000000c" + hexOf("twelve bytes") + "\n! event | twelve bytes\n";
    Recognised guest(factories);
    guest.dialogue.run(first + largest + "<< 0000000d\n! closed PayloadTooLarge");

    EngineLimits limits;
    limits.maxFrameBytesIn = 17; // somebody has chosen it: it counts for all
    Recognised free(factories, limits);
    free.dialogue.run(first + "<< 0000000d" + hexOf("thirteen byte") + "\n! event | thirteen byte\n"
        + "<< 0000000e\n! closed PayloadTooLarge");
}
