// SPDX-License-Identifier: MIT
// vstp: PING, ACK and heartbeats; other layouts and other cuts.
#include <string>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

TEST(VstpControl, pingIsEchoedWithEverything)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < PING a=1 a=2 route=x | anything
        > PONG a=1 a=2 route=x | anything
        < PONG | not asked for
    )");
}

TEST(VstpControl, aPingTooLargeToAnswerIsNotAnswered)
{
    EngineLimits limits = quietLimits();
    limits.maxFrameBytesOut = 100;
    Dialogue dialogue(Role::Server, {{"peer", "raw"}}, limits);
    const std::string most(100 - 15, 'x');
    dialogue.run("! ready\n< PING | " + most + "\n> PONG | " + most + "\n< PING | " + most
        + "x\nsend event | alive\n> DATA | alive");
}

TEST(VstpControl, ackComesBeforeAnyOtherFrame)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        < HELLO+ack halyard=1 features=stream,cancel msg-id=0
        > ACK msg-id=0
        > WELCOME halyard=1 features=stream,cancel
        ! ready
        < PING+ack msg-id=a msg-id=b | x
        > ACK msg-id=a
        > PONG msg-id=a msg-id=b | x
        < DATA+ack id=1 msg-id=17
        > ACK msg-id=17
        ! request #1 msg-id=17
        < DATA+ack | none
        > ACK
        ! event | none
        < ACK+ack msg-id=1
        < BYE+ack
        > ACK
        ! finished
    )");
}

TEST(VstpControl, heartbeatsBetweenHalyardPeers)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(MeetAsClient);
    EXPECT_FALSE(dialogue.engine().roundTripTime());
    dialogue.run(R"(
        + 14999ms
        + 1ms
        > PING | \x00\x00\x00\x00\x00\x00\x00\x01
        + 25ms
        < PONG | \x00\x00\x00\x00\x00\x00\x00\x01
    )");
    EXPECT_EQ(dialogue.engine().roundTripTime(), 25ms);
    dialogue.run(R"(
        + 14975ms
        > PING | \x00\x00\x00\x00\x00\x00\x00\x02
        # an answer to an earlier one, or to none, measures nothing
        < PONG | \x00\x00\x00\x00\x00\x00\x00\x01
        < PONG | \x00\x00\x00\x00\x00\x00\x00\x02!
        + 3ms
        < PONG | \x00\x00\x00\x00\x00\x00\x00\x02
        + 1ms
        < PONG | \x00\x00\x00\x00\x00\x00\x00\x02
    )");
    EXPECT_EQ(dialogue.engine().roundTripTime(), 3ms);
}

TEST(VstpControl, anyByteIsASignOfLife)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        + 15s
        > PING | \x00\x00\x00\x00\x00\x00\x00\x01
        + 15s
        > PING | \x00\x00\x00\x00\x00\x00\x00\x02
        # any byte is a sign of life
        << 56
        + 15s
        > PING | \x00\x00\x00\x00\x00\x00\x00\x03
        << 54010600000000000000
        # … but the frame must be complete in its own time
        + 14999ms
        + 1ms
        > ERR code=9 | 11 of 15 bytes of a frame when its time was over
        ! closed FrameTooSlow
    )");
}

TEST(VstpControl, heartbeatTimesOut)
{
    EngineLimits limits;
    limits.heartbeatInterval = 1'000ms;
    limits.heartbeatSilentPeriods = 2;
    Dialogue dialogue(Role::Server, {}, limits);
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        + 1s
        > PING | \x00\x00\x00\x00\x00\x00\x00\x01
        + 999ms
        + 1ms
        > ERR code=3 | not a byte for 2000 ms
        ! closed HeartbeatTimedOut
    )");
}

TEST(VstpControl, pausedInputIsNobodysSilence)
{
    EngineLimits limits;
    limits.heartbeatInterval = 1'000ms;
    limits.heartbeatSilentPeriods = 2;
    Dialogue dialogue(Role::Server, {}, limits);
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        pause
        + 3s
        # the peer must go on hearing us
        > PING | \x00\x00\x00\x00\x00\x00\x00\x01
        > PING | \x00\x00\x00\x00\x00\x00\x00\x02
        > PING | \x00\x00\x00\x00\x00\x00\x00\x03
        resume
        + 1999ms
        > PING | \x00\x00\x00\x00\x00\x00\x00\x04
        + 1ms
        > ERR code=3 | not a byte for 2000 ms
        ! closed HeartbeatTimedOut
    )");
}

TEST(VstpControl, noPingBehindOutputThatIsNotRead)
{
    EngineLimits limits;
    limits.heartbeatInterval = 1'000ms;
    Dialogue dialogue(Role::Server, {}, limits);
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        hold
        pause
        send event | waits
        + 60s
        release
        > DATA | waits
        + 1s
        > PING | \x00\x00\x00\x00\x00\x00\x00\x01
    )");
}

TEST(VstpControl, rawPeersGetNoHeartbeat)
{
    Dialogue(Role::Client, {{"peer", "raw"}}).run("! ready\n+ 3600s");
}

TEST(VstpProfileS, speaksWithItsOwnLayout)
{
    Dialogue dialogue(Role::Server, {{"profile", "S"}}, quietLimits());
    dialogue.run(R"(
        << 5654010100000000000000
        > WELCOME
        ! ready
    )");
    Dialogue halyard(Role::Server, {{"profile", "S"}}, quietLimits());
    halyard.run(R"(
        < HELLO+crc halyard=1 features=stream,cancel
        > WELCOME halyard=1 features=stream,cancel
        ! ready
        < DATA+crc x=y id=1 route=a | hi
        ! request #1 /a x=y | hi
        send reply #1 k=v | P
        >> 5654010300120000000001 0272650100 31 03656e640100 31 016b0100 76 50
        < PING+ack a=b msg-id=4
        > ACK msg-id=4
        > PONG a=b msg-id=4
    )");
}

TEST(VstpAnyCut, givesTheSameConversation)
{
    for (std::size_t cut = 1; cut < 64; ++cut) {
        SCOPED_TRACE("cut every " + std::to_string(cut));
        Dialogue dialogue(Role::Server, {});
        dialogue.cutEvery(cut);
        dialogue.run(MeetAsServer);
        dialogue.run(R"(
            < DATA route=sum id=1 lang=en | 1 2 3
            ! request #1 /sum lang=en | 1 2 3
            < PING | x
            > PONG | x
            send reply #1 | 6
            > DATA re=1 end=1 | 6
            < BYE
            ! finished
            close
            ! closed
        )");
    }
}

TEST(VstpAnyCut, firstFrameOfARawPeerOfAnySize)
{
    for (const std::size_t bytes : {0U, 1U, 4'081U, 5'000U, 70'000U, 1'000'000U}) {
        Dialogue dialogue(Role::Server, {}, quietLimits());
        dialogue.cutEvery(65'536);
        const std::string payload(bytes, 'x');
        dialogue.run("< DATA k=v" + (bytes > 0 ? " | " + payload : "") + "\n! ready\n! event k=v"
            + (bytes > 0 ? " | " + payload : ""));
        EXPECT_LE(dialogue.engine().heldBytes(), 1'024U);
    }
}
