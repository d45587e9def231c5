// SPDX-License-Identifier: MIT
// tfserver's dissector: all recorded sessions, whole and byte by byte, and what it says of frames.
#include <gtest/gtest.h>

#include "dissections.h"
#include "wire/tfserver/dissector.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using nlohmann::json;
using TfServer::TfServerDissector;

namespace {

struct Said {
    Direction direction = Direction::ClientToServer;
    Bytes bytes;
};

std::vector<Said> chunksOf(const json &row)
{
    std::vector<Said> chunks;
    for (const json &chunk : row.at("chunks")) {
        if (chunk.contains("hex") && chunk.at("hex").is_string())
            chunks.push_back({chunk.at("from") == "S" ? Direction::ServerToClient : Direction::ClientToServer,
                fromHex(chunk.at("hex").get<std::string>())});
    }
    return chunks;
}

std::vector<Dissection> dissectAll(const std::vector<Said> &chunks, std::size_t step)
{
    TfServerDissector dissector;
    std::vector<Dissection> all;
    for (const Said &said : chunks) {
        for (ByteView rest = said.bytes; !rest.empty(); rest = rest.subspan(std::min(step, rest.size())))
            dissector.feed(said.direction, rest.first(std::min(step, rest.size())), {});
        std::ranges::move(drain(dissector), std::back_inserter(all));
    }
    for (const Direction direction : {Direction::ClientToServer, Direction::ServerToClient})
        dissector.finish(direction, {});
    std::ranges::move(drain(dissector), std::back_inserter(all));
    return all;
}

std::string summariesOf(std::string_view client, std::string_view server = {})
{
    std::string text;
    for (const Dissection &one : dissectAll(
             {{Direction::ClientToServer, fromHex(client)}, {Direction::ServerToClient, fromHex(server)}},
             SIZE_MAX))
        text += one.summary + '\n';
    return text;
}

} // namespace

TEST(TfServerDissector, recordedSessionsInAnyPieces)
{
    std::size_t sessions = 0;
    for (const json &row : loadVectors("tfserver.json")) {
        if (row.at("layer") != "session" || row.at("transport") != "tcp")
            continue;
        SCOPED_TRACE(row.at("name").get<std::string>());
        ++sessions;
        const std::vector<Said> chunks = chunksOf(row);
        const auto whole = dissectAll(chunks, SIZE_MAX);
        EXPECT_TRUE(areEqual(whole, dissectAll(chunks, 1)));
        for (const Direction direction : {Direction::ClientToServer, Direction::ServerToClient}) {
            Bytes input;
            for (const Said &said : chunks) {
                if (said.direction == direction)
                    input.insert(input.end(), said.bytes.begin(), said.bytes.end());
            }
            std::vector<Dissection> side;
            std::ranges::copy_if(whole, std::back_inserter(side),
                [&](const Dissection &one) { return one.direction == direction; });
            checkDissections(side, input);
        }
    }
    EXPECT_EQ(sessions, 48U);
}

TEST(TfServerDissector, followsTheConversation)
{
    EXPECT_EQ(summariesOf("00000009 01 4543484fffffffff 00000012 00 0700000000000000 0200000000000000 01"
                          "00000002 6869 00000000",
                  "00000009 02 0200000000000000 00000002 6869 0000000b 03 01 00 0000000000000000"),
        "HandlerMetaReq name=ECHO\nPacketMeta handler=2 type=7\npayload, 2 bytes\nempty payload, not "
        "announced\n"
        "HandlerMetaAns handler=2\nanswer, 2 bytes\nServerError NoSuchHandler\n");
    EXPECT_EQ(summariesOf("00000010 01000000 0400000000000000 4543484f 00000003 616263"),
        "HandlerMetaReq name=ECHO\nno request, 3 bytes [MalformedMessage]\n");
}

TEST(TfServerDissector, aStreamThatWasHandedOffIsSuchOnceItIsKnown)
{
    // The crate's own: what opens no request may be the stream's; its echo tells, and a body that is a
    // PacketMeta to the last byte behind that is none.
    std::size_t sessions = 0;
    for (const json &row : loadVectors("tfserver.json")) {
        const auto name = row.at("name").get<std::string>();
        if (name != "g3/handoff" && name != "g4/handoff")
            continue;
        ++sessions;
        std::string summaries;
        std::size_t warnings = 0;
        for (const Dissection &one : dissectAll(chunksOf(row), SIZE_MAX)) {
            summaries += one.summary + '\n';
            EXPECT_LT(one.root.severity, Severity::Error) << name << ": " << one.summary;
            warnings += one.root.severity == Severity::Warning ? 1 : 0;
        }
        const std::string meta = name == "g3/handoff" ? "21 bytes" : "18 bytes";
        std::string expected
            = "HandlerMetaReq name=handoff\nHandlerMetaAns handler=3\nPacketMeta handler=3 type=0\npayload, "
              "7 "
              "bytes\n"
              "answer, 8 bytes\nno request, 5 bytes\nframe of a stream, 5 bytes\nframe of a stream, 0 bytes\n"
              "frame of a stream, 0 bytes\n";
        for (const std::string &size : {meta, meta, std::string("4 bytes")})
            expected.append("frame of a stream, ").append(size).append("\n");
        EXPECT_EQ(summaries, expected);
        EXPECT_EQ(warnings, 1U) << "of the one frame that could be either";
    }
    EXPECT_EQ(sessions, 2U);
}

TEST(TfServerDissector, onlyTheServersWordTellsOfAHandoff)
{
    const std::string request = "00000012 00 0700000000000000 0200000000000000 00";
    const std::string answer = "00000002 6869";
    // It refuses what opens no request, so it goes on serving.
    EXPECT_EQ(summariesOf(request + "00000003 616263" + request,
                  answer + "0000000b 03 00 00 0000000000000000" + answer),
        "PacketMeta handler=2 type=7\nno request, 3 bytes\nPacketMeta handler=2 type=7\n"
        "answer, 2 bytes\nServerError MalformedMetaInfo\nanswer, 2 bytes\n");
    // It speaks without being asked.
    EXPECT_EQ(summariesOf(request, answer + "00000001 61" + "00000001 62"),
        "PacketMeta handler=2 type=7\nanswer, 2 bytes\nframe of a stream, 1 byte\nframe of a stream, 1 "
        "byte\n");
    // Nobody asked for anything that could have handed off.
    EXPECT_EQ(
        summariesOf("00000009 01 4543484fffffffff 00000003 616263", "00000009 02 0200000000000000" + answer),
        "HandlerMetaReq name=ECHO\nno request, 3 bytes [MalformedMessage]\nHandlerMetaAns handler=2\n"
        "answer, 2 bytes\n");
    // The crate's servers answer an empty frame that was not announced: one answer more tells nothing then.
    EXPECT_EQ(
        summariesOf(request + "00000000" + request, answer + "0000000b 03 00 00 0000000000000000" + answer),
        "PacketMeta handler=2 type=7\nempty payload, not announced\nPacketMeta handler=2 type=7\n"
        "answer, 2 bytes\nServerError MalformedMetaInfo\nanswer, 2 bytes\n");
}

TEST(TfServerDissector, namesTheStepsOfASealedSession)
{
    const std::string point(64, '0');
    EXPECT_EQ(
        summariesOf("00000005 616c696365 00000021 41" + point + "00000020" + std::string(64, 'f') + "00000010"
                + std::string(32, 'e'),
            "00000021 42" + point + "00000020" + std::string(64, 'a') + "00000011" + std::string(34, 'b')),
        "user alice\npoint of the client\nconfirmation of the client\nsealed record, 16 bytes\n"
        "point of the server\nconfirmation of the server\nsealed record, 17 bytes\n");
    EXPECT_EQ(summariesOf("00000005 616c696365 00000021 41" + point + "00000020 0000000000000001"
                  + std::string(48, 'f')),
        "user alice\npoint of the client\nsealed record, 32 bytes\n");
}

TEST(TfServerDissector, whatCannotBeReadIsMarked)
{
    EXPECT_EQ(summariesOf("00000012 00"), "unfinished frame, 5 bytes [FrameTruncated]\n");
    EXPECT_EQ(summariesOf("0000"), "unfinished frame, 2 bytes [FrameTruncated]\n");
    EXPECT_EQ(summariesOf("160301"), "unfinished frame, 3 bytes [FrameTruncated]\n");
    EXPECT_EQ(summariesOf("16030100ff01"), "6 bytes of garbage [PayloadTooLarge]\n");
    EXPECT_EQ(summariesOf("", "00000001 00"), "answer, 1 byte\n");
}
