// SPDX-License-Identifier: MIT
// network-protocol's answering side, as conversations.
#include <gtest/gtest.h>

#include "npronotation.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

namespace {

EngineLimits quiet()
{
    EngineLimits limits;
    limits.heartbeatInterval = 0ms;
    return limits;
}

} // namespace

TEST(NproServer, whatNobodyHasARouteForIsAnsweredAsTheCrateDoes)
{
    NproDialogue server(Role::Server, nullptr, quiet());
    server.run(R"(
        ! ready
        < Ping
        > Pong
        < Echo | hello
        > Echo | hello
        < Echo
        > Echo
        < Custom PING
        > Pong
        < Custom PING | x
        > Pong
        # no answer, and the connection stays
        < Custom ECHO | x
        ! event /ECHO | x
        < Custom no.such.command | y
        ! event /no.such.command | y
        < Unknown
        ! event /unknown variant=Unknown
        < Pong
        < Init
        # tag 99 and a surplus byte
        << 4e50524f010000000563000000ff
        ! event /unknown variant=Unknown
        << 4e50524f010000000500000000aa
        > Pong
    )");
}

TEST(NproServer, routesOfTheApplication)
{
    NproDialogue server(Role::Server, routesNamed({"sum", "echo", "ping", "PING"}), quiet());
    server.run(R"(
        ! ready
        < Custom sum | 1 2
        ! request #1 /sum | 1 2
        send reply #1 | 3
        > Custom sum | 3
        < Echo | hi
        ! request #2 /echo | hi
        send reply #2 | ho
        > Echo | ho
        < Ping
        ! request #3 /ping
        send reply #3 | not in a Pong
        > Pong
        < Custom PING
        ! request #4 /PING
        send reply #4 | own
        > Custom PING | own
        # a Custom with the name of another variant's route
        < Custom echo | x
        ! request #5 /echo variant=Custom | x
        send reply #5 | y
        > Custom echo | y
    )");
}

TEST(NproServer, answersOfAnotherKind)
{
    NproDialogue server(Role::Server, routesNamed({"a"}), quiet());
    server.run(R"(
        ! ready
        < Custom a
        ! request #1 /a
        send reply #1 variant=Echo | text
        > Echo | text
        < Custom a
        ! request #2 /a
        send reply #2 command=b | x
        > Custom b | x
        < Custom a
        ! request #3 /a
        send reply #3 variant=Pong
        > Pong
        < Custom a
        ! request #4 /a
        send InvalidArgument: reply #4 variant=Pong | no room
        send InvalidArgument: reply #4 variant=Disconnect
        send NotSupportedByProtocol: reply #4 type=7
        send InvalidArgument: reply #4 variant=Echo | \xff
        send reply #4 variant=Unknown
        > Unknown
        send InvalidArgument: reply #4
        send NotSupportedByProtocol: item #4 | x
        send NotSupportedByProtocol: request #1 /x
    )");
}

TEST(NproServer, answersLeaveInTheOrderOfTheRequests)
{
    NproDialogue server(Role::Server, routesNamed({"a"}), quiet());
    server.run(R"(
        ! ready
        < Custom a | 1
        ! request #1 /a | 1
        < Ping
        < Custom a | 3
        ! request #3 /a | 3
        < Echo | 4
        < Custom a | 5
        ! request #5 /a | 5
        send reply #5 | fifth
        send reply #3 | third
        send InvalidArgument: reply #3 | again
        # pushed by us: it has no place
        send event /note | now
        > Custom note | now
        send reply #1 | first
        > Custom a | first
        > Pong
        > Custom a | third
        > Echo | 4
        > Custom a | fifth
    )");
    EXPECT_EQ(server.engine().heldBytes() < 100'000, true);
}

TEST(NproServer, anErrorLeavesNothing)
{
    NproDialogue server(Role::Server, routesNamed({"a"}), quiet());
    server.run(R"(
        ! ready
        < Custom a | 1
        ! request #1 /a | 1
        < Custom a | 2
        ! request #2 /a | 2
        < Custom a | 3
        ! request #3 /a | 3
        send error #2 !404 | failed
        send reply #3 | third
        send error #1 !404 | failed
        > Custom a | third
        < Custom a | 4
        ! request #4 /a | 4
        send error #4 !405
    )");
}

TEST(NproServer, disconnectCancelsWhatIsOpen)
{
    NproDialogue server(Role::Server, routesNamed({"a"}), quiet());
    server.run(R"(
        ! ready
        < Custom a | 1
        ! request #1 /a | 1
        < Ping
        < Custom a | 3
        ! request #3 /a | 3
        send reply #3 | waits
        < Custom a | 4
        ! request #4 /a | 4
        < Disconnect
        ! finished
        ! cancel #1
        ! cancel #4
        send InvalidArgument: reply #1 | too late
        # it has said goodbye: we need not
        close
        ! closed
    )");
}

TEST(NproServer, goodbyeIsSaidToSealedPeersOnly)
{
    NproDialogue sealed(Role::Server, nullptr, quiet());
    sealed.run("! ready\nclose\n> Disconnect\n! closed");
    NproDialogue plain(Role::Server, nullptr, quiet(), Npro::Wrapping::Plain);
    plain.run("! ready\nclose\n! closed");
    NproDialogue gone(Role::Server, nullptr, quiet());
    gone.run("! ready\nend\n! finished\nclose\n! closed");
}

TEST(NproServer, whatCannotBeDecoded)
{
    NproDialogue sealed(Role::Server, nullptr, quiet());
    sealed.run("! ready\n<< 4e50524f0100000003000000\n! closed MalformedMessage");
    // Framing is whole: the crate's plain servers go on.
    NproDialogue plain(Role::Server, nullptr, quiet(), Npro::Wrapping::Plain);
    plain.run("! ready\n<< 4e50524f0100000003000000\n<< 4e50524f0100000000\n< Ping\n> Pong");
    NproDialogue magic(Role::Server, nullptr, quiet(), Npro::Wrapping::Plain);
    magic.run("! ready\n<< 4e50525000\n! closed BadMagic");
}

TEST(NproServer, heartbeatWhenNothingElseLeaves)
{
    NproDialogue server(Role::Server);
    server.run(R"(
        ! ready
        + 10s
        < Echo | traffic
        > Echo | traffic
        + 14999ms
        + 1ms
        > Ping
        + 10ms
        < Pong
        + 14990ms
        > Ping
        # a crate's client answers no Ping, but what it sends keeps it alive
        + 15s
        > Ping
        < Unknown
        ! event /unknown variant=Unknown
        + 15s
        > Ping
        + 15s
        > Ping
        + 15s
        > Ping
        + 15s
        ! closed HeartbeatTimedOut
    )");
    EXPECT_EQ(server.engine().roundTripTime(), 10ms);
}

TEST(NproServer, plainPeersHaveNoHeartbeat)
{
    NproDialogue plain(Role::Server, nullptr, {}, Npro::Wrapping::Plain);
    plain.run("! ready\n+ 3600s");
    EXPECT_FALSE(plain.engine().capabilities().heartbeat);
}

TEST(NproServer, manyRequestsBehindASlowOne)
{
    EngineLimits limits = quiet();
    limits.maxOpenRequests = 20;
    NproDialogue server(Role::Server, routesNamed({"a"}), limits);
    std::string script = "! ready\n";
    for (int i = 1; i <= 20; ++i)
        script += "< Custom a\n! request #" + std::to_string(i) + " /a\n";
    server.run(script + "send reply #1\n> Custom a\n< Custom a\n! request #21 /a");
    server.run("< Custom a\n"); // one too many: the wire cannot refuse it
    // The answers that are owed still may leave.
    for (int i = 2; i <= 20; ++i)
        server.run("send reply #" + std::to_string(i) + "\n> Custom a");
    server.run("send reply #21\n> Custom a\n! closed InputBudgetExceeded");

    NproDialogue pings(Role::Server, routesNamed({"a"}), limits);
    pings.run("! ready\n< Custom a\n! request #1 /a");
    for (int i = 0; i < 39; ++i)
        pings.run("< Ping");
    pings.run("< Ping"); // places are bounded, too
    pings.run("+ 1s\n! closed InputBudgetExceeded");
}

TEST(NproServer, echoesBehindASlowRequestAreBounded)
{
    EngineLimits limits = quiet();
    limits.maxFrameBytesOut = 1'000;
    NproDialogue server(Role::Server, routesNamed({"a"}), limits);
    server.run("! ready\n< Custom a\n! request #1 /a");
    const std::string echo = "< Echo | " + std::string(900, 'x');
    server.run(echo);
    server.run(echo);
    server.run(echo);
    server.run("+ 1s\n! closed InputBudgetExceeded");
}

TEST(NproServer, anAnswerThatIsTooLarge)
{
    EngineLimits limits = quiet();
    limits.maxFrameBytesOut = 100;
    NproDialogue server(Role::Server, routesNamed({"a"}), limits);
    const std::string most(100 - 9 - 20 - 1, 'x');
    server.run("! ready\n< Custom a\n! request #1 /a\nsend PayloadTooLarge: reply #1 | " + most
        + "x\nsend reply #1 | " + most + "\n> Custom a | " + most);
    // An Echo that we could not send back stays without an answer.
    server.run("< Echo | " + std::string(79, 'y') + "\n> Echo | " + std::string(79, 'y') + "\n< Echo | "
        + std::string(80, 'y') + "\n< Ping\n> Pong");
}

TEST(NproServer, capabilities)
{
    NproDialogue server(Role::Server);
    server.run("! ready");
    const Capabilities can = server.engine().capabilities();
    EXPECT_TRUE(can.routes && can.headers && can.events && can.heartbeat);
    EXPECT_FALSE(can.requests || can.streams || can.cancel);
    EXPECT_EQ(can.negotiated, "network-protocol, sealed");
}

TEST(NproFactory, optionsAreChecked)
{
    const ProtocolRegistry registry = ProtocolRegistry::standard();
    const auto fails = [&](const OptionValues &options) {
        const auto factory = registry.make("network-protocol", options);
        return factory ? std::string() : factory.error().detail;
    };
    EXPECT_EQ(fails({}), "");
    EXPECT_EQ(fails({{"family", "A"}, {"packets", "both"}}), "");
    EXPECT_EQ(fails({{"family", "C"}}), "option family=C of network-protocol: possible are A, B");
    EXPECT_EQ(
        fails({{"packets", ""}}), "option packets= of network-protocol: possible are sealed, plain, both");
    EXPECT_EQ(fails({{"generation", "3"}}), "network-protocol has no option generation");
    EXPECT_EQ(registry.find("network-protocol")->defaultMaxFrameBytes, 16'777'225U);
}

TEST(NproFactory, recognisesHowAClientBegins)
{
    const auto recognised = [](const std::string &packets, const std::string &hex) {
        return ProtocolRegistry::standard()
            .make("network-protocol", {{"packets", packets}})
            .value()
            ->recognise(fromHex(hex));
    };
    const std::string init = "4e50524f010000003c02000000";
    for (std::size_t size = 0; size < init.size(); size += 2) {
        EXPECT_EQ(recognised("sealed", init.substr(0, size)), Recognition::More) << size;
        EXPECT_EQ(recognised("both", init.substr(0, size)), Recognition::More) << size;
    }
    EXPECT_EQ(recognised("sealed", init), Recognition::Yes);
    EXPECT_EQ(recognised("both", init), Recognition::Yes);
    EXPECT_EQ(recognised("plain", init), Recognition::No);
    const std::string ping = "4e50524f0100000004";
    EXPECT_EQ(recognised("sealed", ping), Recognition::No);
    EXPECT_EQ(recognised("plain", ping), Recognition::Yes);
    EXPECT_EQ(recognised("both", ping), Recognition::Yes);
    for (const char *other : {"4f", "4e5053", "4e50524f02", "4e50524f0101000001", "565401"})
        EXPECT_EQ(recognised("both", other), Recognition::No) << other;
}

TEST(NproFactory, withoutASecurityNothingGoesInClear)
{
    const auto factory = ProtocolRegistry::standard().make("network-protocol", {}).value();
    EngineSetup setup;
    setup.role = Role::Client;
    const auto engine = factory->makeEngine(setup);
    engine->start({});
    const auto event = engine->nextEvent({});
    ASSERT_TRUE(event && std::holds_alternative<Closed>(*event));
    EXPECT_EQ(std::get<Closed>(*event).error.code, ErrorCode::NotSupportedByProtocol);
    EXPECT_FALSE(engine->output());
}
