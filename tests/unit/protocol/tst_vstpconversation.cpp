// SPDX-License-Identifier: MIT
// vstp between our engine and a peer, as conversations.
#include <gtest/gtest.h>

#include "dialogue.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

TEST(VstpConversation, serverAndHalyardClient)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        < HELLO halyard=1 features=stream,cancel
        > WELCOME halyard=1 features=stream,cancel
        ! ready
        < DATA route=sum id=1 lang=en | 1 2 3
        ! request #1 /sum lang=en | 1 2 3
        send reply #1 unit=none | 6
        > DATA re=1 end=1 unit=none | 6
        < DATA route=log | line
        ! event /log | line
        send event /news | extra
        > DATA route=news | extra
        < BYE
        ! finished
        close
        ! closed
    )");
}

TEST(VstpConversation, clientAndHalyardServer)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(R"(
        > HELLO halyard=1 features=stream,cancel
        send NotReady: request #1 /sum
        < WELCOME halyard=1 features=stream,cancel
        ! ready
        send request #1 /sum | 1 2
        > DATA route=sum id=1 | 1 2
        send request #2 /ticks
        > DATA route=ticks id=2
        < DATA re=2 | tick
        ! item #2 | tick
        < DATA re=1 end=1 | 3
        ! reply #1 | 3
        < DATA re=2 end=1
        ! end #2
        close
        > BYE
        ! closed
    )");
}
