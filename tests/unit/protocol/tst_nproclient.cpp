// SPDX-License-Identifier: MIT
// network-protocol's asking side, as conversations.
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

TEST(NproClient, requestsAndAnswersByVariant)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send request #1 /ping
        > Ping
        < Pong
        ! reply #1
        send request #2 /echo | hello
        > Echo | hello
        < Echo | hello
        ! reply #2 | hello
        send request #3 /np.reverse | abc
        > Custom np.reverse | abc
        < Custom np.reverse | cba
        ! reply #3 | cba
        # a handler may answer by any variant
        send request #4 /np.upper | abc
        > Custom np.upper | abc
        < Echo | ABC
        ! reply #4 variant=Echo | ABC
        send request #5 /PING
        > Custom PING
        < Pong
        ! reply #5 variant=Pong
        send request #6 /a
        > Custom a
        < Custom b | x
        ! reply #6 command=b | x
        send request #7 /a
        > Custom a
        < Unknown
        ! reply #7 variant=Unknown
        send request #8 /echo variant=Custom | x
        > Custom echo | x
        < Custom echo | y
        ! reply #8 | y
    )");
}

TEST(NproClient, oneRequestAtATime)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send request #1 /a
        > Custom a
        send NotReady: request #2 /b
        # events pass
        send event /log | x
        > Custom log | x
        < Custom a | 1
        ! reply #1 | 1
        ! writable
        send request #2 /b
        > Custom b
        < Custom b | 2
        ! reply #2 | 2
    )");
}

TEST(NproClient, whatNobodyAskedForIsAnEvent)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        < Custom news | x
        ! event /news | x
        < Echo | y
        ! event /echo | y
        < Custom ping | z
        ! event /ping variant=Custom | z
        < Unknown
        ! event /unknown variant=Unknown
        < Pong
        < Init
        send request #1 /echo | hi
        > Echo | hi
        < Custom news | while waiting
        ! event /news | while waiting
        < Echo | hi
        ! reply #1 | hi
        send request #2 /ping
        > Ping
        < Echo | no Pong
        ! event /echo | no Pong
        < Pong
        ! reply #2
    )");
}

TEST(NproClient, aPingOfTheServerIsAnswered)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        < Ping
        > Pong
        send request #1 /echo | x
        > Echo | x
        # a heartbeat between a request and its answer
        < Ping
        > Pong
        < Echo | x
        ! reply #1 | x
    )");
}

TEST(NproClient, aRequestThatIsGivenUpKeepsItsPlaceUntilAPong)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send request #1 /slow
        > Custom slow
        send cancel #1
        > Ping
        send NotReady: request #2 /quick
        # the server never answers it
        < Pong
        ! writable
        send request #2 /quick
        > Custom quick
        < Custom quick | 2
        ! reply #2 | 2
    )");
}

TEST(NproClient, aLateAnswerIsNobodysAndFreesThePlace)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send request #1 /slow
        > Custom slow
        send cancel #1
        > Ping
        send NotReady: request #2 /slow
        < Custom slow | late
        ! writable
        send request #2 /slow
        > Custom slow
        < Pong
        < Custom slow | mine
        ! reply #2 | mine
        send cancel #2
        send cancel #77
    )");
}

TEST(NproClient, aPingThatIsGivenUpIsItsOwnBarrier)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send request #1 /ping
        > Ping
        send cancel #1
        send NotReady: request #2 /ping
        < Pong
        ! writable
        send request #2 /ping
        > Ping
        < Pong
        ! reply #2
    )");
}

TEST(NproClient, noPongBehindAGivenUpRequest)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send request #1 /slow
        > Custom slow
        send cancel #1
        > Ping
        + 9999ms
        + 1ms
        ! closed HeartbeatTimedOut
    )");
}

TEST(NproClient, heartbeatsAreToldFromRequests)
{
    NproDialogue client(Role::Client);
    client.run(R"(
        ! ready
        + 15s
        > Ping
        send request #1 /ping
        > Ping
        + 20ms
        # the first Pong is the heartbeat's
        < Pong
        + 1ms
        < Pong
        ! reply #1
        + 14900ms
        send request #2 /PING
        > Custom PING
        + 15s
        > Ping
        # one answers the Custom, one the Ping: both come
        < Pong
        < Pong
        ! reply #2 variant=Pong
    )");
    EXPECT_EQ(client.engine().roundTripTime(), 0ms);
}

TEST(NproClient, aSilentServerIsGivenUp)
{
    NproDialogue client(Role::Client);
    client.run(R"(
        ! ready
        + 15s
        > Ping
        + 15s
        > Ping
        + 15s
        > Ping
        + 15s
        ! closed HeartbeatTimedOut
    )");
}

TEST(NproClient, goodbyeOnlyWhenNothingIsOnItsWay)
{
    NproDialogue idle(Role::Client, nullptr, quiet());
    idle.run("! ready\nclose\n> Disconnect\n! closed");
    // With answers outstanding a Disconnect can park the crate's server for good.
    NproDialogue asking(Role::Client, nullptr, quiet());
    asking.run("! ready\nsend request #1 /a\n> Custom a\nclose\n! closed");
    NproDialogue pinging(Role::Client);
    pinging.run("! ready\n+ 15s\n> Ping\nclose\n! closed");
    // The crate's TLS daemon closes at a Disconnect: plain peers hear none.
    NproDialogue plain(Role::Client, nullptr, {}, Npro::Wrapping::Plain);
    plain.run("! ready\nclose\n! closed");
    NproDialogue parted(Role::Client, nullptr, quiet());
    parted.run("! ready\n< Disconnect\n! finished\nsend NotConnected: request #1 /a\nclose\n! closed");
}

TEST(NproClient, echoServers)
{
    // The crate's plain servers send every packet back.
    NproDialogue plain(Role::Client, nullptr, {}, Npro::Wrapping::Plain);
    plain.run(R"(
        ! ready
        send request #1 /ping
        > Ping
        < Ping
        ! reply #1
        send request #2 /a | x
        > Custom a | x
        < Custom a | x
        ! reply #2 | x
    )");
}

TEST(NproClient, aServerThatClosesAtTheFirstRecord)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run("! ready\nsend request #1 /ping\n> Ping\nend\n! closed SecurityHandshakeFailed");
    NproDialogue heard(Role::Client, nullptr, quiet());
    heard.run("! ready\n< Unknown\n! event /unknown variant=Unknown\nsend request #1 /ping\n> Ping\nend\n! "
              "finished");
    NproDialogue plain(Role::Client, nullptr, quiet(), Npro::Wrapping::Plain);
    plain.run("! ready\nsend request #1 /ping\n> Ping\nend\n! finished");
}

TEST(NproClient, whatCannotBeSent)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run(R"(
        ! ready
        send InvalidArgument: request #0 /a
        send InvalidArgument: request #1 /echo | \xff
        send InvalidArgument: request #1 /ping | payload
        send InvalidArgument: request #1 /a variant=Nothing
        send InvalidArgument: request #1 variant=Unknown
        send NotSupportedByProtocol: request #1 /a key=value
        send NotSupportedByProtocol: reply #1 | x
        send event /echo | free
        > Echo | free
        send event /ping
        > Ping
        < Pong
        send event variant=Unknown
        > Unknown
    )");
}

TEST(NproClient, undecodableMessagesClose)
{
    NproDialogue client(Role::Client, nullptr, quiet());
    client.run("! ready\n<< 4e50524f010000000e0500000002000000000000 00fffe\n! closed MalformedMessage");
}

TEST(NproClient, capabilities)
{
    NproDialogue client(Role::Client);
    client.run("! ready");
    const Capabilities can = client.engine().capabilities();
    EXPECT_TRUE(can.routes && can.headers && can.requests && can.cancel && can.events && can.heartbeat);
    EXPECT_FALSE(can.streams);
}
