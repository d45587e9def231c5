// SPDX-License-Identifier: MIT
// vstp: requests, streams, cancels and errors between Halyard peers.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

TEST(VstpCalls, answeredOutOfOrder)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA route=sum id=1 lang=en | 1 2
        ! request #1 /sum lang=en | 1 2
        < DATA route=sum id=2 | 3 4
        ! request #2 /sum | 3 4
        < DATA id=18446744073709551615
        ! request #18446744073709551615
        send reply #2 unit=none | 7
        > DATA re=2 end=1 unit=none | 7
        send reply #18446744073709551615
        > DATA re=18446744073709551615 end=1
        send reply #1 | 3
        > DATA re=1 end=1 | 3
        send InvalidArgument: reply #1 | again
        # an id may be used again once it is answered
        < DATA id=1
        ! request #1
    )");
}

TEST(VstpCalls, streamToItsEnd)
{
    Dialogue server(Role::Server, {});
    server.run(MeetAsServer);
    server.run(R"(
        < DATA route=ticks id=7 | 2
        ! request #7 /ticks | 2
        send item #7 n=1 | a
        > DATA re=7 n=1 | a
        send item #7 | b
        > DATA re=7 | b
        send end #7 | done
        > DATA re=7 end=1 | done
        send InvalidArgument: item #7 | c
    )");
    Dialogue client(Role::Client, {});
    client.run(MeetAsClient);
    client.run(R"(
        send request #7 /ticks | 2
        > DATA route=ticks id=7 | 2
        < DATA re=7 n=1 | a
        ! item #7 n=1 | a
        < DATA re=7 end=1 | done
        ! end #7 | done
        < DATA re=7 end=1 | twice
        send request #8
        > DATA id=8
        # no item: the end looks like a reply
        < DATA re=8 end=1
        ! reply #8
    )");
}

TEST(VstpCalls, callerCancels)
{
    Dialogue client(Role::Client, {});
    client.run(MeetAsClient);
    client.run(R"(
        send request #1
        > DATA id=1
        send cancel #1
        > DATA id=1 cancel=1
        # what was on its way is dropped, and so is a cancel that comes too late
        < DATA re=1 | item
        < DATA re=1 end=1
        < ERR re=1 code=404
        send cancel #1
        send cancel #99
    )");
    Dialogue server(Role::Server, {});
    server.run(MeetAsServer);
    server.run(R"(
        < DATA id=1
        ! request #1
        < DATA id=1 cancel=1 why=bored
        ! cancel #1 why=bored
        send InvalidArgument: reply #1
        < DATA id=1 cancel=1
        < DATA id=1
        ! request #1
    )");
}

TEST(VstpCalls, calleeAnswersWithAnError)
{
    Dialogue server(Role::Server, {});
    server.run(MeetAsServer);
    server.run(R"(
        < DATA route=nowhere id=3
        ! request #3 /nowhere
        send error #3 !405 hint=spelling | no such route
        > ERR re=3 code=405 hint=spelling | no such route
        send InvalidArgument: error #3 !405
        < DATA id=4
        ! request #4
        send item #4
        > DATA re=4
        # the callee stops its stream
        send error #4 !402
        > ERR re=4 code=402
    )");
    Dialogue client(Role::Client, {});
    client.run(MeetAsClient);
    client.run(R"(
        send request #3
        > DATA id=3
        < ERR re=3 code=1000 hint=h | mine
        ! error #3 !1000 hint=h | mine
        < ERR re=3 code=1000
        send request #4
        > DATA id=4
        < ERR re=4 code=busy | try later
        ! error #4 code=busy | try later
        < ERR code=0 | nothing to do with a call
        ! error code=0 | nothing to do with a call
        < ERR code=65536
        ! error code=65536
        < ERR
        ! error
        send error !1001 | to the connection
        > ERR code=1001 | to the connection
    )");
}

TEST(VstpCalls, bothSidesCallWithTheSameIds)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        send request #1 /mine
        > DATA route=mine id=1
        < DATA route=yours id=1
        ! request #1 /yours
        < DATA re=1 end=1 | to mine
        ! reply #1 | to mine
        send reply #1 | to yours
        > DATA re=1 end=1 | to yours
    )");
}

TEST(VstpCalls, requestsOfOursThatMakeNoSense)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(MeetAsClient);
    dialogue.run(R"(
        send InvalidArgument: request #0 /a
        send request #1
        > DATA id=1
        send InvalidArgument: request #1
        send InvalidArgument: reply #1
        send InvalidArgument: item #1
        send InvalidArgument: end #1
        send InvalidArgument: error #1 !1
    )");
}

TEST(VstpCalls, openRequestsAreLimitedBothWays)
{
    EngineLimits limits = quietLimits();
    limits.maxOpenRequests = 3;
    Dialogue dialogue(Role::Server, {}, limits);
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        < DATA id=2
        ! request #2
        < DATA id=3
        ! request #3
        < DATA id=4
        > ERR re=4 code=403 | too many open requests
        send reply #2
        > DATA re=2 end=1
        < DATA id=4
        ! request #4
        send request #11
        > DATA id=11
        send request #12
        > DATA id=12
        send request #13
        > DATA id=13
        send CallRefused: request #14
        < DATA re=11
        ! item #11
        send CallRefused: request #14
        < DATA re=11 end=1
        ! end #11
        send request #14
        > DATA id=14
    )");
}

TEST(VstpCalls, thousandsOneAfterTheOther)
{
    EngineLimits limits = quietLimits();
    limits.maxOpenRequests = 100;
    Dialogue dialogue(Role::Client, {}, limits);
    dialogue.run(MeetAsClient);
    // Ids that differ in high bits only, answered in another order than they were asked.
    const auto id = [](std::uint64_t number) { return std::to_string(number << 44U); };
    std::vector<std::uint64_t> open;
    std::uint64_t next = 1;
    std::minstd_rand random(7);
    while (next < 3'000 || !open.empty()) {
        if (next < 3'000 && open.size() < 1 + random() % 100) {
            open.push_back(next);
            dialogue.run("send request #" + id(next) + "\n> DATA id=" + id(next));
            ++next;
        } else {
            std::swap(open[random() % open.size()], open.back());
            dialogue.run("< DATA re=" + id(open.back()) + " end=1\n! reply #" + id(open.back()));
            open.pop_back();
        }
    }
    dialogue.run("< DATA re=" + id(1) + " end=1");
    EXPECT_LE(dialogue.engine().heldBytes(), 2'048U);
}
