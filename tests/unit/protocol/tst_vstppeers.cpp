// SPDX-License-Identifier: MIT
// vstp: how server and client find out who the other one is; each test is a transition.
#include <string>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

TEST(VstpServer, decidingToHalyardByHello)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    const Capabilities capabilities = dialogue.engine().capabilities();
    EXPECT_TRUE(
        capabilities.requests && capabilities.streams && capabilities.cancel && capabilities.heartbeat);
    EXPECT_EQ(capabilities.negotiated, "vstp, halyard conventions 1 (stream, cancel)");
    dialogue.run(R"(
        # again: the same answer, nothing changes
        < HELLO halyard=1 features=stream,cancel
        > WELCOME halyard=1 features=stream,cancel
    )");
}

TEST(VstpServer, decidingToHalyardByALaterVersionWithLessFeatures)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        < HELLO features=stream-of-consciousness,teleport halyard=27
        > WELCOME halyard=1 features=stream,cancel
        ! ready
        < DATA id=1
        ! request #1
        send NotSupportedByProtocol: item #1 | x
        send NotSupportedByProtocol: end #1
        send reply #1
        > DATA re=1 end=1
        send request #1
        > DATA id=1
        # cancelling is not possible, but the call is forgotten
        send NotSupportedByProtocol: cancel #1
        < DATA re=1 end=1 | late
    )");
    EXPECT_FALSE(dialogue.engine().capabilities().streams);
    EXPECT_FALSE(dialogue.engine().capabilities().cancel);
}

TEST(VstpServer, decidingToRawByPlainHello)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        < HELLO
        > WELCOME
        ! ready
        < HELLO halyard=1
        > WELCOME
        < DATA id=5 route=a | hi
        ! event /a id=5 | hi
    )");
    EXPECT_EQ(dialogue.engine().capabilities().negotiated, "vstp, plain peer");
    EXPECT_FALSE(dialogue.engine().capabilities().requests);
}

TEST(VstpServer, decidingToRawByAVersionThatIsNone)
{
    for (const std::string value : {"0", "x", "01", "-1", "99999999999999999999"}) {
        Dialogue dialogue(Role::Server, {});
        dialogue.run("< HELLO halyard=" + value + "\n> WELCOME\n! ready");
    }
}

TEST(VstpServer, decidingToRawByData)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        < DATA content-type=text | hi
        ! ready
        ! event content-type=text | hi
        send event content-type=text id=9 | back
        > DATA content-type=text id=9 | back
        send NotSupportedByProtocol: request #1 /sum
        send NotSupportedByProtocol: reply #1
        send NotSupportedByProtocol: cancel #1
        send NotSupportedByProtocol: error #1 !404
    )");
}

TEST(VstpServer, decidingToRawByAnythingElse)
{
    Dialogue(Role::Server, {}).run("< PING | x\n> PONG | x\n! ready");
    Dialogue(Role::Server, {}).run("< PONG\n! ready");
    Dialogue(Role::Server, {}).run("< ACK msg-id=1\n! ready");
    Dialogue(Role::Server, {}).run("< WELCOME halyard=1\n! ready");
    Dialogue(Role::Server, {}).run("< ERR | help\n! ready\n! error | help");
    Dialogue(Role::Server, {}).run("< BYE\n! ready\n! finished");
}

TEST(VstpServer, decidingToClosedByTime)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(R"(
        + 9999ms
        + 1ms
        > ERR code=108 | not ready after 10000 ms
        ! closed HandshakeTimedOut
    )");
}

TEST(VstpServer, decidingToClosedByTheEnd)
{
    Dialogue(Role::Server, {}).run("end\n! closed ClosedBeforeReady");
    Dialogue(Role::Server, {})
        .run(
            "<< 565401\nend\n> ERR code=10 | the stream ended 3 bytes into a frame\n! closed FrameTruncated");
}

TEST(VstpServer, decidingToClosedByOurselves) { Dialogue(Role::Server, {}).run("close\n! closed"); }

TEST(VstpServer, aStrangersFirstBytesGetNoFrameOfOurs)
{
    Dialogue(Role::Server, {}).run("<< 474554202f20485454502f312e310d0a\n! closed BadMagic");
    Dialogue(Role::Server, {}).run("<< 16030100c8\n! closed BadMagic");
}

TEST(VstpServer, toldThatThePeerIsRawSpeaksFirst)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}});
    dialogue.run(R"(
        ! ready
        send event | push
        > DATA | push
        < HELLO halyard=1 features=stream,cancel
        > WELCOME
    )");
}

TEST(VstpServer, toldThatThePeerIsEasySaysNothingButDataAndAck)
{
    Dialogue dialogue(Role::Server, {{"peer", "easy"}});
    dialogue.run(R"(
        ! ready
        < HELLO
        < PING
        < DATA+ack content-type=application/json | {}
        > ACK
        ! event content-type=application/json | {}
        send event | {"ok":true}
        > DATA | {"ok":true}
        send NotSupportedByProtocol: error !404 | no
        << 0102030405
        ! closed BadMagic
    )");
    Dialogue(Role::Server, {{"peer", "easy"}}).run("! ready\nclose\n! closed");
}

TEST(VstpClient, decidingToHalyardByWelcome)
{
    Dialogue dialogue(Role::Client, {});
    dialogue.run(MeetAsClient);
    dialogue.run("< WELCOME");
    EXPECT_TRUE(dialogue.engine().capabilities().requests) << "what was decided stays";
}

TEST(VstpClient, decidingToRawByPlainWelcome)
{
    Dialogue(Role::Client, {}).run(R"(
        > HELLO halyard=1 features=stream,cancel
        send NotReady: event | early
        < WELCOME
        ! ready
        send NotSupportedByProtocol: request #1 /sum
        send event /sum | 1
        > DATA route=sum | 1
    )");
}

TEST(VstpClient, decidingToRawByData)
{
    Dialogue(Role::Client, {}).run(R"(
        > HELLO halyard=1 features=stream,cancel
        < PING | a
        > PONG | a
        < ACK
        < HELLO
        < DATA | hi
        ! ready
        ! event | hi
        < WELCOME halyard=1 features=stream,cancel
        send NotSupportedByProtocol: request #1
    )");
}

TEST(VstpClient, decidingToRawByTime)
{
    Dialogue(Role::Client, {}).run(R"(
        > HELLO halyard=1 features=stream,cancel
        + 1999ms
        + 1ms
        ! ready
        < WELCOME halyard=1 features=stream,cancel
        send event | hi
        > DATA | hi
    )");
    EngineLimits impatient = quietLimits();
    impatient.handshakeTimeout = 500ms;
    Dialogue(Role::Client, {}, impatient).run("> HELLO halyard=1 features=stream,cancel\n+ 500ms\n! ready");
}

TEST(VstpClient, decidingToClosedByErr)
{
    Dialogue(Role::Client, {}).run(R"(
        > HELLO halyard=1 features=stream,cancel
        < ERR code=107 | too many
        ! closed TooManyConnections
    )");
    Dialogue(Role::Client, {}).run(R"(
        > HELLO halyard=1 features=stream,cancel
        < ERR code=busy | later
        ! closed PeerError
    )");
    Dialogue(Role::Client, {}).run(R"(
        > HELLO halyard=1 features=stream,cancel
        < ERR code=4711
        ! closed PeerError
    )");
}

TEST(VstpClient, decidingToClosedByTheEnd)
{
    Dialogue(Role::Client, {})
        .run("> HELLO halyard=1 features=stream,cancel\nend\n! closed ClosedBeforeReady");
    Dialogue(Role::Client, {})
        .run("> HELLO halyard=1 features=stream,cancel\n< BYE\n! closed ClosedBeforeReady");
}

TEST(VstpClient, decidingToClosedByOurselves)
{
    Dialogue(Role::Client, {}).run("> HELLO halyard=1 features=stream,cancel\nclose\n> BYE\n! closed");
}

TEST(VstpClient, toldWhatThePeerIsOpensAtOnce)
{
    Dialogue(Role::Client, {{"peer", "raw"}})
        .run("! ready\nsend event | a\n> DATA | a\nclose\n> BYE\n! closed");
    Dialogue easy(Role::Client, {{"peer", "easy"}});
    easy.run(R"(
        ! ready
        send event content-type=application/json | {"from":"a"}
        > DATA content-type=application/json | {"from":"a"}
        < DATA | {"from":"b"}
        ! event | {"from":"b"}
        # an hour without a PING
        + 3600s
        close
        ! closed
    )");
    EXPECT_EQ(easy.engine().capabilities().negotiated, "vstp, easy peer");
    EXPECT_FALSE(easy.engine().capabilities().heartbeat);
}
