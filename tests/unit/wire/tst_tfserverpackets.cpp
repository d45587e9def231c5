// SPDX-License-Identifier: MIT
// The packets of tests/data/tfserver.json, which the crates wrote, both ways; and what they refuse.
#include <iterator>
#include <sstream>

#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/hexdump.h"
#include "wire/tfserver/codec.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using namespace Halyard::Wire::TfServer;
using nlohmann::json;

namespace {

Generation generationOf(const json &row)
{
    return row["generation"] == "G3" ? Generation::G3 : Generation::G4;
}

/// The words after the vector's last slash: what was asked for when the crate wrote it.
std::vector<std::string> wordsOf(const json &row)
{
    std::istringstream words(row["meaning"].get<std::string>());
    return {std::istream_iterator<std::string>(words), {}};
}

/// Names in the vectors are a, b, … z, a, b, … of a given length.
std::string nameOf(std::size_t length)
{
    std::string name;
    for (std::size_t i = 0; i < length; ++i)
        name += char('a' + i % 26);
    return name;
}

PacketMeta metaOf(const std::vector<std::string> &words)
{
    if (words[1] == "wide")
        return {0x0102030405060708, 0x1112131415161718, true};
    return {std::stoull(words[1]), std::stoull(words[2]), words[3] == "true"};
}

ServerError errorOf(const std::vector<std::string> &words)
{
    using Kind = ServerError::Kind;
    const std::string &what = words[0];
    if (what == "PayloadLost")
        return {Kind::PayloadLost, std::nullopt};
    const Kind kind = what == "Malformed" ? Kind::MalformedMetaInfo
        : what == "NoSuchHandler"         ? Kind::NoSuchHandler
                                          : Kind::InternalError;
    const std::string &detail = words[1];
    if (detail == "none")
        return {kind, std::nullopt};
    if (detail == "bad")
        return {kind, "bad meta"};
    if (detail == "text")
        return {kind, "handler died :("};
    return {kind, detail == "empty" ? "" : detail == "malformed" ? "malformed" : "ECHO"};
}

template <class Packet, class Parse>
void expectBothWays(const json &row, const Packet &packet, Parse parse)
{
    const Bytes body = fromHex(row["hex"].get<std::string>());
    const Generation generation = generationOf(row);
    EXPECT_EQ(toHex(write(generation, packet)), toHex(body));
    const auto parsed = parse(generation, ByteView(body));
    ASSERT_TRUE(parsed) << parsed.error().detail;
    EXPECT_EQ(*parsed, packet);
    for (std::size_t size = 0; size < body.size(); ++size)
        EXPECT_FALSE(parse(generation, ByteView(body).first(size))) << "cut to " << size << " bytes";
}

template <class Packet>
Result<Packet> parseOpeningAs(Generation generation, ByteView body)
{
    return parseOpening(generation, body).and_then([](const Opening &opening) -> Result<Packet> {
        if (const auto *packet = std::get_if<Packet>(&opening))
            return *packet;
        return failure(ErrorCode::UnexpectedFrame, ErrorOrigin::Local, "the other kind");
    });
}

bool isAccepted(Generation generation, std::string_view hex)
{
    return parseOpening(generation, fromHex(hex)).has_value();
}

} // namespace

TEST(TfServerPackets, EveryVectorBothWays)
{
    int seen = 0;
    for (const json &row : loadVectors("tfserver.json")) {
        const std::string name = row["name"];
        const std::vector<std::string> words
            = row["layer"] == "packet body" ? wordsOf(row) : std::vector<std::string>();
        if (words.empty())
            continue;
        SCOPED_TRACE(name);
        ++seen;
        if (words[0] == "PacketMeta") {
            expectBothWays(row, metaOf(words), parseOpeningAs<PacketMeta>);
        } else if (words[0] == "HandlerMetaReq") {
            const std::string handler = nameOf(std::stoul(words[1]));
            expectBothWays(row, HandlerQuery {handler}, parseOpeningAs<HandlerQuery>);
        } else if (words[0] == "HandlerMetaAns") {
            expectBothWays(row, HandlerAnswer {std::stoull(words[1])}, parseHandlerAnswer);
        } else if (words[0] == "Malformed" || words[0] == "NoSuchHandler" || words[0] == "InternalError"
            || words[0] == "PayloadLost") {
            expectBothWays(row, errorOf(words), parseServerError);
        } else {
            --seen; // an application's structure: tst_structures
        }
    }
    EXPECT_EQ(seen, 58);
}

TEST(TfServerPackets, AsTheCratesJudge)
{
    // Servers of both generations answered each of these with MalformedMetaInfo, or took it.
    int refused = 0;
    for (const json &row : loadVectors("tfserver.json")) {
        if (!row.contains("chunks") || row.value("transport", "") != "tcp" || !row["encryption"].is_null())
            continue;
        SCOPED_TRACE(row["name"].get<std::string>());
        const json &chunks = row["chunks"];
        for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
            const std::string meaning = chunks[i]["meaning"];
            const Bytes frame = fromHex(chunks[i]["hex"].get<std::string>());
            if (chunks[i]["from"] != "C" || frame.size() < 4)
                continue;
            const auto opening = parseOpening(generationOf(row), ByteView(frame).subspan(4));
            if (meaning.starts_with("PacketMeta") || meaning.starts_with("HandlerMetaReq")) {
                EXPECT_TRUE(opening) << meaning;
            }
            if (chunks[i + 1]["from"] == "S"
                && chunks[i + 1]["meaning"].get<std::string>().starts_with("ServerError MalformedMetaInfo")) {
                ASSERT_FALSE(opening) << meaning;
                EXPECT_EQ(opening.error().code, ErrorCode::MalformedMessage);
                ++refused;
            }
        }
    }
    EXPECT_GE(refused, 10);
}

TEST(TfServerPackets, MalformedOpenings)
{
    const auto g3 = Generation::G3;
    EXPECT_FALSE(isAccepted(g3, ""));
    EXPECT_FALSE(isAccepted(g3, "04000000 0000000000000000"));                           // no such tag
    EXPECT_FALSE(isAccepted(g3, "00000000 0000000000000000 0000000000000000 02"));       // the bool
    EXPECT_FALSE(isAccepted(g3, "01000000 0500000000000000 4543484f"));                  // a byte is missing
    EXPECT_FALSE(isAccepted(g3, "01000000 ffffffffffffffff 4543484f"));                  // length of 2^64 - 1
    EXPECT_FALSE(isAccepted(g3, "01000000 0200000000000000 c328"));                      // no UTF-8
    EXPECT_TRUE(isAccepted(g3, "00000000 0000000000000000 0000000000000000 01 7a7a7a")); // surplus behind
    EXPECT_FALSE(isAccepted(g3, "7a 00000000 0000000000000000 0000000000000000 01"));    // and in front

    const auto g4 = Generation::G4;
    EXPECT_FALSE(isAccepted(g4, ""));
    EXPECT_FALSE(isAccepted(g4, "00 0000000000000000 0000000000000000 02"));
    EXPECT_FALSE(isAccepted(g4, "04 0000000000000000 0000000000000000 01"));
    EXPECT_FALSE(isAccepted(g4, "0000000000000000 0000000000000000 01"));
    EXPECT_TRUE(isAccepted(g4, "7a7a7a7a7a 00 0000000000000000 0000000000000000 01")); // surplus in front
    EXPECT_FALSE(isAccepted(g4, "00 0000000000000000 0000000000000000 01 7a"));        // and behind
    EXPECT_FALSE(isAccepted(g4, "31323334 01 84000000 fbffffff"));                     // 4 bytes out of line
    EXPECT_FALSE(isAccepted(g4, "3132333435363738 01 88000000 f7ffffff"));             // 8 bytes out of line
    EXPECT_TRUE(isAccepted(g4, "313233343536373839 01 89000000 f6ffffff"));
    EXPECT_FALSE(isAccepted(g4, "313233343536373839 01 89000000 00000000")); // points to itself
    EXPECT_FALSE(isAccepted(g4, "313233343536373839 01 89000000 f7ffffff")); // into the root
    EXPECT_FALSE(isAccepted(g4, "313233343536373839 01 89000000 f5ffffff")); // to before the body
    EXPECT_FALSE(isAccepted(g4, "313233343536373839 01 8a000000 f6ffffff")); // more than there is
    EXPECT_FALSE(isAccepted(g4, "313233343536373839 01 89000000 00000080")); // as far back as can be said
    EXPECT_FALSE(isAccepted(g4, "01 c328ffffffffffff"));                     // no UTF-8
}

TEST(TfServerPackets, AnswersFillTheirBody)
{
    // A payload may begin, or end, like a packet; only the whole body counts.
    EXPECT_FALSE(parseHandlerAnswer(Generation::G3, fromHex("02000000 0100000000000000 00")));
    EXPECT_FALSE(parseHandlerAnswer(Generation::G4, fromHex("00 02 0100000000000000")));
    EXPECT_FALSE(parseServerError(Generation::G3, fromHex("03000000 03000000 00")));
    EXPECT_FALSE(parseServerError(Generation::G4, fromHex("00 03 03 00 0000000000000000")));
    EXPECT_FALSE(parseServerError(Generation::G4, fromHex("03 04 00 0000000000000000")));  // no such kind
    EXPECT_FALSE(parseServerError(Generation::G4, fromHex("03 02 01 fcffffff 00000000"))); // before the body
    EXPECT_FALSE(parseServerError(Generation::G4, fromHex("03 02 01 00000000 00000000"))); // into the root
    // What stands behind a None is nobody's business.
    EXPECT_TRUE(parseServerError(Generation::G4, fromHex("03 00 00 0102030405060708")));
    EXPECT_TRUE(parseServerError(Generation::G4, fromHex("03 03 07 0102030405060708")));
}

TEST(TfServerPackets, GenerationsTellThemselves)
{
    for (std::size_t length = 0; length <= 300; ++length) {
        const std::string name = nameOf(length);
        for (const Generation generation : {Generation::G3, Generation::G4})
            EXPECT_EQ(recogniseGeneration(write(generation, HandlerQuery {name})), generation) << length;
    }
    for (const std::uint64_t number : {0ULL, 1ULL, 255ULL, ~0ULL}) {
        for (const Generation generation : {Generation::G3, Generation::G4})
            EXPECT_EQ(recogniseGeneration(write(generation, PacketMeta {number, number, true})), generation);
    }
    EXPECT_FALSE(recogniseGeneration({}));
    EXPECT_FALSE(recogniseGeneration(asBytes("GET / HTTP/1.1")));
    EXPECT_FALSE(recogniseGeneration(fromHex("7a 00 0000000000000000 0000000000000000 01")));
}
