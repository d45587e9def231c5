// SPDX-License-Identifier: MIT
// vstp: goodbyes, half-closes and errors, and what is said and delivered before the end.
#include <string>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

TEST(VstpEnd, byeThenDueAnswersThenClosed)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        send request #5
        > DATA id=5
        < BYE
        ! finished
        < DATA | after goodbye
        end
        send NotConnected: request #6
        send reply #1 | due
        > DATA re=1 end=1 | due
        close
        ! closed
    )");
}

TEST(VstpEnd, halfCloseThenDueAnswersThenClosed)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        end
        ! finished
        send reply #1
        > DATA re=1 end=1
        close
        ! closed
    )");
}

TEST(VstpEnd, aBrokenProtocolThenDueAnswersThenErrThenClosed)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        < DATA id=2
        ! request #2
        << 47455420
        < DATA id=3 | not read any more
        send NotConnected: event | of our own
        send NotConnected: request #9
        send item #1 | first
        > DATA re=1 | first
        send end #1
        > DATA re=1 end=1
        send error #2 !1000 | no
        > ERR re=2 code=1000 | no
        > ERR *
        ! closed BadMagic
    )");
}

TEST(VstpEnd, dueAnswersAreNotWaitedForWithoutEnd)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        << 47455420
        + 499ms
        + 1ms
        > ERR *
        ! closed BadMagic
        send NotConnected: reply #1
    )");
}

TEST(VstpEnd, nobodyWaitsForAnswersOnADeadConnection)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        << 47455420
        fail ConnectionLost
        ! closed BadMagic
    )");
}

TEST(VstpEnd, ourOwnCloseEndsTheWait)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        << 47455420
        close
        > ERR *
        ! closed BadMagic
    )");
}

TEST(VstpEnd, aPeerThatHasFinishedIsNotBlamedForSilence)
{
    for (const std::string goodbye : {"< BYE", "end"}) {
        Dialogue dialogue(Role::Server, {});
        dialogue.run(MeetAsServer);
        dialogue.run("< DATA id=1\n! request #1\n" + goodbye + R"(
            ! finished
            + 3600s
            send reply #1 | took long
            > DATA re=1 end=1 | took long
            close
            ! closed
        )");
    }
}

TEST(VstpEnd, ourGoodbyeWaitsUntilItIsWritten)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(MeetAsClient);
    dialogue.run(R"(
        hold
        send event | last
        close
        send NotConnected: event | too late
        + 999ms
        release
        > DATA | last
        > BYE
        ! closed
    )");
}

TEST(VstpEnd, outputThatDoesNotLeaveIsGivenUp)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(MeetAsClient);
    dialogue.run(R"(
        hold
        close
        + 999ms
        + 1ms
        ! closed
        release
    )");
}

TEST(VstpEnd, decodeErrorsCloseWithOneErr)
{
    const std::string meet(MeetAsServer);
    const auto fails = [&](const std::string &hex, const std::string &err, const std::string &name) {
        Dialogue halyard(Role::Server, {});
        halyard.run(meet + "<< " + hex + "\n> " + err + "\n! closed " + name);
        Dialogue raw(Role::Server, {{"peer", "raw"}});
        raw.run(
            "! ready\n< DATA | before\n! event | before\n<< " + hex + "\n> " + err + "\n! closed " + name);
        Dialogue easy(Role::Client, {{"peer", "easy"}});
        easy.run("! ready\n<< " + hex + "\n! closed " + name);
    };
    fails("565400", "ERR code=5 | *", "BadVersion");
    fails("5655", "ERR code=4 | *", "BadMagic");
}

TEST(VstpEnd, whatCameBeforeTheErrorIsDelivered)
{
    for (const std::size_t cut : {1U, 10U, 1'000U}) {
        Dialogue dialogue(Role::Server, {});
        dialogue.run(MeetAsServer);
        dialogue.cutEvery(cut);
        Bytes bad = frameBytes("DATA | two");
        bad[12] ^= std::byte {1};
        dialogue.run("<< " + toHex(frameBytes("DATA id=1 | one")) + toHex(bad)
            + "\n! request #1 | one\nsend reply #1\n> DATA re=1 end=1\n> ERR code=6 | *\n! closed "
              "CrcMismatch");
    }
}

TEST(VstpEnd, duplicateIdOfAnOpenRequestCloses)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1
        ! request #1
        < DATA id=1
        send reply #1
        > DATA re=1 end=1
        > ERR code=11 | request 1 while one of that id is open
        ! closed UnexpectedFrame
        send NotConnected: reply #1
    )");
}

TEST(VstpEnd, theOwnersErrorsAreSaidToThePeerUnlessTheWayIsGone)
{
    Dialogue idle(Role::Server, {});
    idle.run(MeetAsServer);
    idle.run("fail IdleTimedOut\n> ERR code=109 | test\n! closed IdleTimedOut");
    Dialogue lost(Role::Server, {});
    lost.run(MeetAsServer);
    lost.run("hold\nsend event | stuck\nfail ConnectionLost\n! closed ConnectionLost\nrelease");
}

TEST(VstpEnd, anErrAfterReadyIsAMessageAndTheConnectionLives)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(MeetAsClient);
    dialogue.run("< ERR code=109 | idle\n! error !109 | idle\nend\n! finished\nclose\n! closed");
}
