// SPDX-License-Identifier: MIT
// vstp: which headers are ours, which are the application's, and their limits.
#include <string>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace std::chrono_literals;

TEST(VstpHeaders, oursAreNeverGivenToTheApplication)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA a=1 route=r b=2 id=9 c=3 a=4
        ! request #9 /r a=1 b=2 c=3 a=4
        < DATA credit=10 route=e len=3 x=y
        ! event /e x=y
        < DATA route= x=
        ! event x=
        < DATA code=5
        ! event code=5
    )");
}

TEST(VstpHeaders, whatWasGatheredIsNotKept)
{
    Dialogue dialogue(Role::Server, {}, quietLimits());
    dialogue.run(MeetAsServer);
    std::string many;
    for (int at = 0; at < 70; ++at)
        many += " " + std::string(200, 'k') + "=" + std::string(200, 'v');
    dialogue.run("< DATA" + many + " route=r" + many + "\n! event /r" + many + many);
    dialogue.run("< DATA\n! event");
    EXPECT_LE(dialogue.engine().heldBytes(), 1'024U);
}

TEST(VstpHeaders, reservedKeysCannotBeSent)
{
    Dialogue dialogue(Role::Server, {});
    dialogue.run(MeetAsServer);
    for (const std::string key : {"route", "id", "re", "end", "cancel", "credit", "enc", "len"})
        dialogue.run("send InvalidArgument: event a=b " + key + "=1");
    dialogue.run(R"(
        send event code=1 Route=1 ids=2
        > DATA code=1 Route=1 ids=2
        send InvalidArgument: error code=1
    )");
}

TEST(VstpHeaders, onRawConnectionsOnlyRouteIsLifted)
{
    Dialogue dialogue(Role::Server, {{"peer", "raw"}});
    dialogue.run(R"(
        ! ready
        < DATA a=1 route=r re=7 end=x route=again
        ! event /r a=1 re=7 end=x route=again
        < DATA route=
        ! event route=
        send event /r re=7
        > DATA route=r re=7
        < ERR code=12 re=x | text
        ! error !12 code=12 re=x | text
        < ERR code=busy id=0
        ! error code=busy id=0
    )");
}

TEST(VstpHeaders, valuesThatTheConventionsDoNotKnow)
{
    for (const std::string headers :
        {"id=0", "id=-1", "id=+1", "id=01", "id=", "id=1x", "id=18446744073709551616", "re=abc", "id=1 re=1",
            "end=1", "id=1 end=1", "re=1 end=2", "cancel=1", "re=1 cancel=1", "id=1 cancel=0", "id=1 id=1",
            "re=1 re=2", "re=1 end=1 end=1", "route=a route=b", "enc=lz4", "id=1 cancel=1 cancel=1"}) {
        Dialogue dialogue(Role::Server, {});
        dialogue.run(MeetAsServer);
        dialogue.cutEvery(1);
        SCOPED_TRACE(headers);
        dialogue.run("< DATA " + headers + "\n> ERR code=12 | *\n! closed MalformedMessage");
    }
    for (const std::string headers :
        {"re=0", "re=x code=5", "id=1 code=5", "cancel=1", "code=5 code=6", "end=0 re=1"}) {
        Dialogue dialogue(Role::Server, {});
        dialogue.run(MeetAsServer);
        SCOPED_TRACE(headers);
        dialogue.run("< ERR " + headers + "\n> ERR code=12 | *\n! closed MalformedMessage");
    }
}

TEST(VstpHeaders, countAndSizeLimitsOfWhatWeSend)
{
    EngineLimits limits = quietLimits();
    limits.maxHeaders = 5;
    Dialogue dialogue(Role::Client, {}, limits);
    dialogue.run(MeetAsClient);
    dialogue.run(R"(
        send request #1 /r a=1 b=2
        > DATA route=r id=1 a=1 b=2
        send request #2 /r a=1 b=2 c=3
        > DATA route=r id=2 a=1 b=2 c=3
        send TooManyHeaders: request #3 /r a=1 b=2 c=3 d=4
        send request #3 a=1 b=2 c=3 d=4
        > DATA id=3 a=1 b=2 c=3 d=4
    )");
    const std::string route(255, 'r');
    dialogue.run("send event /" + route + "\n> DATA route=" + route);
    dialogue.run("send BadHeaders: event /" + route + "r");
    dialogue.run("send InvalidArgument: event /\xC3\x28");

    // 65 535 bytes of headers fit, one more does not: 127 entries of 512, one of 509 to 511, and `id=1` of 5.
    EngineLimits many = quietLimits();
    many.maxHeaders = 1'000;
    for (const std::size_t last : {503U, 504U, 505U, 506U}) {
        Dialogue large(Role::Client, {}, many);
        large.run(MeetAsClient);
        std::string headers;
        for (int at = 0; at < 127; ++at)
            headers += " " + std::string(255, 'k') + "=" + std::string(255, 'v');
        headers += " " + std::string(250, 'k') + "=" + std::string(last - 252, 'v');
        const bool fits = 127 * 512 + last + 5 <= 65'535;
        if (fits)
            large.run("send request #1" + headers + "\n> DATA id=1" + headers);
        else
            large.run("send BadHeaders: request #1" + headers);
    }
}

TEST(VstpHeaders, countLimitOfWhatComes)
{
    EngineLimits limits = quietLimits();
    limits.maxHeaders = 3;
    Dialogue dialogue(Role::Server, {}, limits);
    dialogue.run(MeetAsServer);
    dialogue.run(R"(
        < DATA id=1 a=1 b=2
        ! request #1 a=1 b=2
        send reply #1
        > DATA re=1 end=1
    )");
    dialogue.run("< DATA id=2 a=1 b=2 c=3\n> ERR code=8 | *\n! closed TooManyHeaders");
}
