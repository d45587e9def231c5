// SPDX-License-Identifier: MIT
// What dissectors of all protocols say of the message in a frame, for who knows none of them.
#include <gtest/gtest.h>

#include "dissections.h"
#include "wire/lengthframing.h"
#include "wire/npro/codec.h"
#include "wire/npro/dissector.h"
#include "wire/npro/framing.h"
#include "wire/tfserver/codec.h"
#include "wire/tfserver/dissector.h"
#include "wire/vstp/codec.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

constexpr Direction ToServer = Direction::ClientToServer;
constexpr Direction ToClient = Direction::ServerToClient;

std::string_view partName(CallPart part)
{
    constexpr std::array<std::string_view, 6> names {
        "", " opens", " extends", " answers", " ends", " cancels"};
    return names[std::size_t(part)];
}

/// "DATA sum opens 7 lang=en | 1 2"; in brackets what is no application's, with … what goes on.
std::string lineOf(const Dissection &dissection)
{
    const MessageFacts &facts = dissection.message;
    std::string line = facts.isApplications ? facts.type : '[' + facts.type + ']';
    if (!facts.route.empty())
        line += ' ' + facts.route;
    line += partName(facts.part);
    if (facts.call != 0)
        line += ' ' + std::to_string(facts.call);
    for (const auto &[name, value] : facts.headers)
        line += ' ' + name + '=' + value;
    if (facts.goesOn)
        line += " …";
    if (!dissection.payload().empty())
        line += " | " + escapeText(asText(dissection.payload()));
    return line;
}

class Listener
{
public:
    explicit Listener(std::unique_ptr<Dissector> dissector)
        : m_dissector(std::move(dissector))
    { }
    [[nodiscard]] std::string hear(Direction direction, ByteView bytes)
    {
        m_dissector->feed(direction, bytes, {});
        const auto dissection = m_dissector->next();
        EXPECT_TRUE(dissection);
        if (!dissection)
            return {};
        const Extent &extent = dissection->extent;
        EXPECT_EQ(extent.total(), dissection->bytes.size());
        return lineOf(*dissection);
    }

private:
    std::unique_ptr<Dissector> m_dissector;
};

Bytes framed(const Framing &framing, ByteView body)
{
    const Extent extent = framing.extentFor(body);
    Bytes frame(extent.total());
    copyBytes(body, frame.data() + extent.header);
    framing.wrap(frame, extent);
    return frame;
}

} // namespace

class VstpFacts : public testing::Test
{
protected:
    using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

    std::string hear(Vstp::FrameType type, const Headers &headers, std::string_view payload = {})
    {
        HeaderBlock block;
        for (const auto &[key, value] : headers)
            EXPECT_TRUE(block.append(key, value));
        const auto frame = Vstp::encodeFrame({type, 0, block.view(), asBytes(payload)}, Vstp::Profile::R);
        EXPECT_TRUE(frame);
        return frame ? m_listener.hear(ToServer, *frame) : std::string();
    }

private:
    Listener m_listener {std::make_unique<Vstp::VstpDissector>()};
};

TEST_F(VstpFacts, partsOfCalls)
{
    using enum Vstp::FrameType;
    EXPECT_EQ(
        hear(Data, {{"route", "sum"}, {"id", "7"}, {"lang", "en"}}, "1 2"), "DATA sum opens 7 lang=en | 1 2");
    EXPECT_EQ(hear(Data, {{"re", "7"}, {"n", "1"}}, "tick"), "DATA answers 7 n=1 | tick");
    EXPECT_EQ(hear(Data, {{"re", "7"}, {"end", "1"}}), "DATA ends 7");
    EXPECT_EQ(hear(Data, {{"id", "7"}, {"cancel", "1"}}), "[DATA] cancels 7");
    EXPECT_EQ(hear(Err, {{"re", "7"}, {"code", "405"}}, "no"), "[ERR] ends 7 | no");
    EXPECT_EQ(hear(Data, {{"route", "log"}}, "x"), "DATA log | x");
}

TEST_F(VstpFacts, theProtocolsOwnAndOtherPeers)
{
    using enum Vstp::FrameType;
    EXPECT_EQ(hear(Hello, {{"halyard", "1"}, {"id", "3"}}), "[HELLO]");
    EXPECT_EQ(hear(Ping, {}, "12345678"), "[PING] | 12345678");
    // What no convention knows in this form is a header like any other.
    EXPECT_EQ(hear(Data, {{"id", "abc"}, {"re", "0"}, {"end", "yes"}, {"code", "5"}}),
        "DATA id=abc re=0 end=yes code=5");
    EXPECT_EQ(hear(Data, {{"route", "a"}, {"route", "b"}}), "DATA a route=b");
    EXPECT_EQ(hear(Data, {{"route", "a\xff"}, {"k\xfe", "v"}}), "DATA route=a\xff k\xfe=v");
}

TEST_F(VstpFacts, framesThatAreNone)
{
    EXPECT_EQ(lineOf(dissect(fromHex("5654011100000000000000 00000000")).at(0)), "[unknown type 17]");
    EXPECT_EQ(lineOf(dissect(fromHex("565401")).at(0)), "[]");
    EXPECT_EQ(lineOf(dissect(fromHex("00112233445566778899aabbccddeeff")).at(0)), "[]");
}

class TfServerFacts : public testing::TestWithParam<TfServer::Generation>
{
protected:
    template <class Packet>
    std::string hear(Direction direction, const Packet &packet)
    {
        return hearBody(direction, TfServer::write(GetParam(), packet));
    }
    std::string hearBody(Direction direction, ByteView body)
    {
        return m_listener.hear(direction, framed(LengthFraming(), body));
    }
    std::string hearText(Direction direction, std::string_view text)
    {
        return hearBody(direction, asBytes(text));
    }

private:
    Listener m_listener {std::make_unique<TfServer::TfServerDissector>()};
};

TEST_P(TfServerFacts, callsAreCountedAsTheyAreAnswered)
{
    using namespace TfServer;
    EXPECT_EQ(hear(ToServer, HandlerQuery {"ECHO"}), "[HandlerMetaReq] ECHO opens 1");
    EXPECT_EQ(hear(ToServer, PacketMeta {7, 2, true}), "PacketMeta 2 opens 2 type=7 …");
    EXPECT_EQ(hearText(ToServer, "ahoy"), "payload 2 extends 2 type=7 | ahoy");
    EXPECT_EQ(hear(ToServer, PacketMeta {0, 9, false}), "PacketMeta 9 opens 3 type=0");
    EXPECT_EQ(hear(ToClient, HandlerAnswer {2}), "[HandlerMetaAns] ECHO ends 1");
    EXPECT_EQ(hearText(ToClient, "ahoy"), "answer ends 2 | ahoy");
    EXPECT_EQ(
        hear(ToClient, ServerError {ServerError::Kind::NoSuchHandler, std::nullopt}), "[ServerError] ends 3");
    // From here on the number has a name.
    EXPECT_EQ(hear(ToServer, PacketMeta {7, 2, true}), "PacketMeta ECHO opens 4 type=7 …");
    EXPECT_EQ(hearText(ToServer, R"({"a":1})"), R"(payload ECHO extends 4 type=7 | {"a":1})");
    EXPECT_EQ(hearText(ToClient, "3"), "answer ends 4 | 3");
}

TEST_P(TfServerFacts, whatIsNotCertainHasNoCall)
{
    using namespace TfServer;
    EXPECT_EQ(hear(ToServer, PacketMeta {0, 1, false}), "PacketMeta 1 opens 1 type=0");
    EXPECT_EQ(hearText(ToServer, ""), "[payload]"); // some servers answer it, others do not
    EXPECT_EQ(hearText(ToClient, "x"), "answer | x");
}

TEST_P(TfServerFacts, namesAreKeptUpToALength)
{
    using namespace TfServer;
    const std::string longName(100'000, 'n');
    EXPECT_EQ(
        hear(ToServer, HandlerQuery {longName}), "[HandlerMetaReq] " + longName.substr(0, 255) + " opens 1");
    EXPECT_EQ(hear(ToClient, HandlerAnswer {2}), "[HandlerMetaAns] ends 1");
    EXPECT_EQ(hear(ToServer, PacketMeta {0, 2, false}), "PacketMeta 2 opens 2 type=0");
}

TEST_P(TfServerFacts, framesOfAStreamAreNobodysMessages)
{
    using namespace TfServer;
    EXPECT_EQ(hear(ToServer, PacketMeta {0, 1, false}), "PacketMeta 1 opens 1 type=0");
    EXPECT_EQ(hearText(ToClient, "yours"), "answer ends 1 | yours");
    EXPECT_EQ(hearText(ToClient, "raw"), "[stream frame] | raw");
    EXPECT_EQ(hear(ToServer, PacketMeta {0, 1, false}).substr(0, 14), "[stream frame]");
}

INSTANTIATE_TEST_SUITE_P(
    , TfServerFacts, testing::Values(TfServer::Generation::G3, TfServer::Generation::G4));

TEST(TfServerHandshakeFacts, areTheProtocolsOwn)
{
    Listener listener(std::make_unique<TfServer::TfServerDissector>());
    const auto hear = [&](Direction direction, const Bytes &body) {
        return listener.hear(direction, framed(LengthFraming(), body));
    };
    EXPECT_EQ(hear(ToServer, toBytes(asBytes("alice"))), "[user]");
    EXPECT_EQ(hear(ToServer, Bytes(33)), "[point]");
    EXPECT_EQ(hear(ToClient, Bytes(33)), "[point]");
    EXPECT_EQ(hear(ToServer, Bytes(32, std::byte {9})), "[confirmation]");
    EXPECT_EQ(hear(ToClient, Bytes(32, std::byte {8})), "[confirmation]");
    EXPECT_EQ(hear(ToServer, Bytes(40, std::byte {7})), "[record]");
}

class NproFacts : public testing::Test
{
protected:
    std::string hear(Direction direction, const Npro::Message &message)
    {
        return m_listener.hear(direction, framed(Npro::NproFraming(), Npro::writeMessage(message)));
    }

private:
    Listener m_listener {std::make_unique<Npro::NproDissector>()};
};

TEST_F(NproFacts, answersBelongToTheOldestOfTheirKind)
{
    using namespace Npro;
    EXPECT_EQ(hear(ToServer, Ping {}), "Ping ping opens 1");
    EXPECT_EQ(hear(ToServer, Echo {"ahoy"}), "Echo echo opens 2 | ahoy");
    EXPECT_EQ(hear(ToServer, Custom {"sum", asBytes("1 2")}), "Custom sum opens 3 | 1 2");
    EXPECT_EQ(hear(ToClient, Pong {}), "Pong ends 1 variant=Pong");
    EXPECT_EQ(hear(ToClient, Echo {"ahoy"}), "Echo echo ends 2 | ahoy");
    EXPECT_EQ(hear(ToClient, Custom {"sum", asBytes("3")}), "Custom sum ends 3 | 3");
    EXPECT_EQ(hear(ToClient, Custom {"news", asBytes("!")}), "Custom news | !"); // nobody asked
    EXPECT_EQ(hear(ToClient, Echo {"!"}), "Echo echo | !");
    EXPECT_EQ(hear(ToServer, Disconnect {}), "[Disconnect]");
}

TEST_F(NproFacts, someQuestionsStayWithoutAnAnswer)
{
    using namespace Npro;
    EXPECT_EQ(hear(ToServer, Custom {"log", asBytes("x")}), "Custom log opens 1 | x");
    EXPECT_EQ(hear(ToServer, Custom {"sum", asBytes("x")}), "Custom sum opens 2 | x");
    EXPECT_EQ(hear(ToClient, Custom {"sum", asBytes("y")}), "Custom sum ends 2 | y");
    // The one before it was passed over.
    EXPECT_EQ(hear(ToClient, Custom {"log", asBytes("y")}), "Custom log | y");
    // Its handler may answer by any message.
    EXPECT_EQ(hear(ToServer, Custom {"odd", {}}), "Custom odd opens 3");
    EXPECT_EQ(hear(ToClient, Unknown {}), "Unknown unknown ends 3 variant=Unknown");
}

TEST_F(NproFacts, namesThatARouteAloneWouldMistake)
{
    using namespace Npro;
    EXPECT_EQ(hear(ToServer, Custom {"echo", asBytes("x")}), "Custom echo opens 1 variant=Custom | x");
    EXPECT_EQ(hear(ToClient, Ping {}), "Ping ping opens 1"); // the server asks, too, where nothing comes back
    EXPECT_EQ(hear(ToServer, Pong {}), "Pong ends 1 variant=Pong");
}

TEST_F(NproFacts, commandsAreKeptUpToALength)
{
    const std::string longCommand(100'000, 'c');
    const std::string shown = longCommand.substr(0, 255);
    EXPECT_EQ(hear(ToServer, Npro::Custom {longCommand, {}}), "[Custom] " + shown + " opens 1");
    EXPECT_EQ(hear(ToClient, Npro::Custom {longCommand, {}}), "[Custom] " + shown + " ends 1");
}

TEST_F(NproFacts, aPingComesBackFromAnEcho)
{
    EXPECT_EQ(hear(ToServer, Npro::Ping {}), "Ping ping opens 1");
    EXPECT_EQ(hear(ToClient, Npro::Ping {}), "Ping ping ends 1");
}

TEST_F(NproFacts, handshakesAndRecordsAreTheProtocolsOwn)
{
    EXPECT_EQ(hear(ToServer, Npro::HandshakeInit {}), "[SecureHandshakeInit]");
    EXPECT_EQ(hear(ToClient, Npro::HandshakeResponse {}), "[SecureHandshakeResponse]");
    EXPECT_EQ(hear(ToServer, Npro::HandshakeConfirm {}), "[SecureHandshakeConfirm]");
    const std::string text(60, 'x');
    EXPECT_EQ(hear(ToServer, Npro::Echo {text}), "[record]"); // what would be one is behind the handshake
}
