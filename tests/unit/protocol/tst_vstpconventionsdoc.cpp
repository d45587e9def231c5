// SPDX-License-Identifier: MIT
// docs/wire/vstp-conventions.md says what the library does: its bytes, spoken by two engines, and its
// numbers.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vstpmeeting.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;

namespace {

struct Line {
    bool client = false;
    std::string frame;
    std::string hex;
};

std::string document()
{
    std::ifstream file(HALYARD_TEST_DATA "/../../docs/wire/vstp-conventions.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<Line> example()
{
    std::istringstream text(document());
    std::vector<Line> lines;
    bool inside = false;
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with("```"))
            inside = line == "```vstp";
        else if (inside && line.starts_with("    "))
            lines.back().hex += line.substr(4);
        else if (inside)
            lines.push_back({line.front() == 'C', line.substr(2), ""});
    }
    return lines;
}

} // namespace

TEST(VstpConventionsDocument, bytesAreThoseOfTheFramesBesideThem)
{
    const auto lines = example();
    ASSERT_EQ(lines.size(), 17U);
    for (const Line &line : lines)
        EXPECT_EQ(toHex(frameBytes(line.frame)), line.hex) << line.frame;
}

TEST(VstpConventionsDocument, theServerSaysTheseBytes)
{
    Dialogue server(Role::Server, {});
    server.run(R"(
        << 5654010100210000000000070168616c7961726431080d666561747572657373747265616d2c63616e63656c34da8124
        > WELCOME halyard=1 features=stream,cancel
        ! ready
        < DATA route=sum id=1 | 1 2 3
        ! request #1 /sum | 1 2 3
        < DATA route=ticks id=2 lang=en | 2
        ! request #2 /ticks lang=en | 2
        send item #2 n=1 | tick
        > DATA re=2 n=1 | tick
        send reply #1 | 6
        > DATA re=1 end=1 | 6
        send item #2 n=2 | tick
        > DATA re=2 n=2 | tick
        send end #2
        > DATA re=2 end=1
        < DATA route=nowhere id=3
        ! request #3 /nowhere
        send error #3 !405 | no such route
        > ERR re=3 code=405 | no such route
        < DATA route=ticks id=4 | 1000
        ! request #4 /ticks | 1000
        send item #4 n=1 | tick
        > DATA re=4 n=1 | tick
        < DATA id=4 cancel=1
        ! cancel #4
        send event /news | the server may speak, too
        > DATA route=news | the server may speak, too
        + 15s
        > PING | \x00\x00\x00\x00\x00\x00\x00\x01
        < PONG | \x00\x00\x00\x00\x00\x00\x00\x01
        < BYE
        ! finished
        close
        ! closed
    )");
    std::string expected;
    for (const Line &line : example())
        expected += line.client ? "" : line.hex;
    EXPECT_EQ(toHex(server.saidBytes()), expected);
}

TEST(VstpConventionsDocument, theClientSaysTheseBytes)
{
    Dialogue client(Role::Client, {});
    client.run(R"(
        > HELLO halyard=1 features=stream,cancel
        < WELCOME halyard=1 features=stream,cancel
        ! ready
        send request #1 /sum | 1 2 3
        > DATA route=sum id=1 | 1 2 3
        send request #2 /ticks lang=en | 2
        > DATA route=ticks id=2 lang=en | 2
        < DATA re=2 n=1 | tick
        ! item #2 n=1 | tick
        < DATA re=1 end=1 | 6
        ! reply #1 | 6
        < DATA re=2 n=2 | tick
        ! item #2 n=2 | tick
        < DATA re=2 end=1
        ! end #2
        send request #3 /nowhere
        > DATA route=nowhere id=3
        < ERR re=3 code=405 | no such route
        ! error #3 !405 | no such route
        send request #4 /ticks | 1000
        > DATA route=ticks id=4 | 1000
        < DATA re=4 n=1 | tick
        ! item #4 n=1 | tick
        send cancel #4
        > DATA id=4 cancel=1
        < DATA route=news | the server may speak, too
        ! event /news | the server may speak, too
        < PING | \x00\x00\x00\x00\x00\x00\x00\x01
        > PONG | \x00\x00\x00\x00\x00\x00\x00\x01
        close
        > BYE
        ! closed
    )");
    std::string expected;
    for (const Line &line : example())
        expected += line.client ? line.hex : "";
    EXPECT_EQ(toHex(client.saidBytes()), expected);
}

TEST(VstpConventionsDocument, namesEveryErrorThatTravels)
{
    std::set<int> documented;
    const std::string text = document();
    const std::regex cell(R"(\| (\d+) \| ([A-Z]\w+) )");
    for (std::sregex_iterator at(text.begin(), text.end(), cell), end; at != end; ++at) {
        const int code = std::stoi((*at)[1]);
        EXPECT_EQ(errorName(static_cast<ErrorCode>(code)), (*at)[2].str()) << code;
        documented.insert(code);
    }
    for (int code = 1; code < 1000; ++code) {
        const bool travels
            = errorName(static_cast<ErrorCode>(code)) != "Unknown" && (code < 300 || code >= 400);
        EXPECT_EQ(documented.contains(code), travels) << code;
    }
}
