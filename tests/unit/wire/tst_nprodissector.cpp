// SPDX-License-Identifier: MIT
// The dissector of network-protocol: what it says of packets, wherever they are cut, and of what is none.
#include <gtest/gtest.h>

#include "dissections.h"
#include "wire/npro/dissector.h"

using namespace Halyard::Wire;
using namespace Halyard::Wire::Test;
using Npro::NproDissector;

namespace {

constexpr Direction ToServer = Direction::ClientToServer;

std::vector<Dissection> explained(ByteView bytes, std::size_t step)
{
    NproDissector dissector;
    std::vector<Dissection> all;
    const auto collect = [&] {
        for (Dissection &dissection : drain(dissector))
            all.push_back(std::move(dissection));
    };
    while (!bytes.empty()) {
        const ByteView part = bytes.first(std::min(step, bytes.size()));
        dissector.feed(ToServer, part, {});
        collect();
        bytes = bytes.subspan(part.size());
    }
    dissector.finish(ToServer, {});
    collect();
    return all;
}

std::vector<Dissection> explain(std::string_view hex)
{
    const Bytes bytes = fromHex(hex);
    auto whole = explained(bytes, bytes.size() + 1);
    checkDissections(whole, bytes);
    EXPECT_TRUE(areEqual(explained(bytes, 1), whole)) << "byte by byte";
    EXPECT_TRUE(areEqual(explained(bytes, 7), whole)) << "in sevens";
    return whole;
}

std::string line(const Field &field)
{
    std::string text = field.name + '=' + field.value + '@' + std::to_string(field.offset) + '+'
        + std::to_string(field.length);
    return field.note.empty() ? text : text + " (" + field.note + ')';
}

std::vector<std::string> lines(const std::vector<Field> &fields)
{
    std::vector<std::string> all;
    all.reserve(fields.size());
    for (const Field &field : fields)
        all.push_back(line(field));
    return all;
}

using Lines = std::vector<std::string>;

} // namespace

TEST(NproDissector, aMessageField)
{
    const auto all = explain(
        "4e50524f0100000024 07000000 0c00000000000000 444154415f50524f43455353 0400000000000000 0102ff80");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].protocol, "network-protocol");
    EXPECT_EQ(all[0].summary, "Custom DATA_PROCESS, 4 bytes");
    EXPECT_EQ(lines(all[0].root.fields),
        (Lines {"magic=NPRO (0x4e50524f)@0+4", "version=1@4+1", "length=36 bytes@5+4",
            "message=Custom DATA_PROCESS, 4 bytes@9+36"}));
    EXPECT_EQ(lines(all[0].root.fields.back().fields),
        (Lines {"message=Custom (7)@9+4", "command length=12@13+8", "command=DATA_PROCESS@21+12",
            "payload length=4@33+8", "payload=0102ff80@41+4"}));
}

TEST(NproDissector, surplusAndUnknownNumbers)
{
    const auto all = explain("4e50524f0100000005 00000000 aa 4e50524f0100000006 63000000 6162");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(lines(all[0].root.fields.back().fields),
        (Lines {"message=Ping (0)@9+4", "surplus=aa@13+1 (behind the message, ignored)"}));
    EXPECT_EQ(lines(all[1].root.fields.back().fields),
        (Lines {"message=Unknown (99)@9+4 (a number that nobody knows: taken for Unknown)",
            "surplus=6162@13+2 (behind the message, ignored)"}));
    EXPECT_EQ(all[1].severity(), Severity::Note);
}

TEST(NproDissector, malformedMessagesAreMarkedWhereTheyBreak)
{
    const auto all = explain("4e50524f010000000e 05000000 0500000000000000 6865 4e50524f0100000004 00000000");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(errorOf(all[0]), "MalformedMessage");
    const auto fields = lines(all[0].root.fields.back().fields);
    ASSERT_EQ(fields.size(), 2U);
    EXPECT_TRUE(fields[1].starts_with("text=")) << fields[1];
    EXPECT_EQ(all[1].summary, "Ping") << "and on behind it";
}

TEST(NproDissector, aHandshakeThenRecords)
{
    NproDissector dissector;
    const Bytes init = fromHex("4e50524f010000003c02000000"
                               "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c"
                               "0068e5cf8b010000000102030405060708090a0b0c0d0e0f");
    dissector.feed(ToServer, init, {});
    const auto first = dissector.next();
    ASSERT_TRUE(first);
    const auto fields = lines(first->root.fields.back().fields);
    ASSERT_EQ(fields.size(), 4U);
    EXPECT_EQ(fields[2], "timestamp=1700000000000 (2023-11-14 22:13:20.000 UTC)@45+8");
    // What comes in place of a Confirm is said to be out of place.
    dissector.feed(ToServer, fromHex("4e50524f010000000400000000"), {});
    EXPECT_EQ(errorOf(*dissector.next()), "SecurityHandshakeFailed");
    const Bytes record = fromHex("4e50524f010000002c404142434445464748494a4b4c4d4e4f5051525354555657"
                                 "3479e4089b12aa86e542536b37ddbe6fab8f24d0");
    dissector.feed(ToServer, record, {});
    const auto sealed = dissector.next();
    ASSERT_TRUE(sealed);
    EXPECT_EQ(sealed->summary, "sealed record, 44 bytes");
    EXPECT_EQ(sealed->severity(), Severity::None);
    EXPECT_EQ(lines(sealed->root.fields.back().fields),
        (Lines {"nonce=404142434445464748494a4b4c4d4e4f5051525354555657@9+24", "ciphertext=3479e408@33+4",
            "tag=9b12aa86e542536b37ddbe6fab8f24d0@37+16"}));
    dissector.feed(Direction::ServerToClient, fromHex("4e50524f0100000054"), {});
    dissector.feed(ToServer, record, {});
    EXPECT_EQ(errorOf(*dissector.next()), "DecryptionFailed") << "it comes again";
    dissector.feed(ToServer, fromHex("4e50524f0100000001ff"), {});
    EXPECT_EQ(errorOf(*dissector.next()), "DecryptionFailed") << "too short";
    EXPECT_FALSE(dissector.unlock(Bytes(32))) << "nothing here can open records";
}

TEST(NproDissector, garbageAndWhatFollowsIt)
{
    const auto all = explain("474554202f20485454502f312e310d0a0d0a 4e50524f010000000400000000 4e50525000");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(errorOf(all[0]), "BadMagic");
    EXPECT_NE(all[0].root.note.find("HTTP"), std::string::npos);
    EXPECT_EQ(all[1].summary, "Ping");
    EXPECT_EQ(errorOf(all[2]), "BadMagic");
    EXPECT_EQ(errorOf(explain("4e50524f0200000000")[0]), "BadVersion");
    const auto large = explain("4e50524f0101000001");
    EXPECT_EQ(errorOf(large[0]), "PayloadTooLarge");
    EXPECT_FALSE(large[0].complete);
}

TEST(NproDissector, truncated)
{
    const Bytes whole = fromHex("4e50524f010000001105000000050000000000000068656c6c6f");
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
        const ByteView part = ByteView(whole).first(cut);
        const auto all = explained(part, 1);
        checkDissections(all, part);
        ASSERT_EQ(all.size(), 1U);
        EXPECT_EQ(errorOf(all[0]), "FrameTruncated");
        EXPECT_FALSE(all[0].complete);
    }
}
