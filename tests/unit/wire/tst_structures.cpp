// SPDX-License-Identifier: MIT
// Application structures as the crates wrote them: what Bincode and Rkyv are for.
//   Opaque 0 (Vec<u8>), SumAsk 1 (u64 a, u64 b), SumTell 2 (u64 total), BlobAsk 7 (u64 count, String label)
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/bincode.h"
#include "wire/hexdump.h"
#include "wire/rkyv.h"

using namespace Halyard;
using namespace Halyard::Wire::Test;

namespace {

std::string vectorOf(const std::string &name)
{
    for (const auto &row : loadVectors("tfserver.json")) {
        if (row["name"] == name)
            return row["hex"];
    }
    throw std::runtime_error("no vector " + name);
}

std::string hexOf(const Wire::Bytes &bytes)
{
    std::string hex;
    for (const char digit : Wire::toHex(bytes)) {
        if (digit != ' ')
            hex += digit;
    }
    return hex;
}

Wire::Bytes rkyvBlob(std::string_view label)
{
    Rkyv::Writer writer;
    writer.writeVariant(7).writeU64(5).writeText(label);
    return std::move(writer).finish();
}

Wire::Bytes bincodeBlob(std::string_view label)
{
    Bincode::Writer writer;
    writer.writeVariant(3).writeU64(5).writeText(label);
    return std::move(writer).finish();
}

} // namespace

TEST(Bincode, WritesWhatTheCrateWrites)
{
    EXPECT_EQ(hexOf(bincodeBlob("")), vectorOf("g3/packet/BlobAsk 5"));
    EXPECT_EQ(hexOf(bincodeBlob("a longer label")), vectorOf("g3/packet/BlobAsk 5 labelled"));
    Bincode::Writer ask;
    ask.writeVariant(1).writeU64(40).writeU64(2);
    EXPECT_EQ(hexOf(std::move(ask).finish()), vectorOf("g3/packet/SumAsk 40 2"));
    Bincode::Writer opaque;
    opaque.writeVariant(0).writeBytes(fromHex("deadbeef"));
    EXPECT_EQ(hexOf(std::move(opaque).finish()), vectorOf("g3/packet/Opaque deadbeef"));
}

TEST(Bincode, ReadsAndJudgesOnce)
{
    const Wire::Bytes bytes = bincodeBlob("label");
    for (std::size_t size = 0; size <= bytes.size() + 1; ++size) {
        Wire::Bytes cut = bytes;
        cut.resize(size);
        Bincode::Reader reader(cut);
        const std::uint32_t variant = reader.readVariant(4);
        const std::uint64_t count = reader.readU64();
        const std::string_view label = reader.readText();
        EXPECT_EQ(reader.finish().has_value(), size == bytes.size()) << size;
        EXPECT_EQ(reader.finishLeniently().has_value(), size >= bytes.size()) << size;
        if (size >= bytes.size()) {
            EXPECT_EQ(variant, 3U);
            EXPECT_EQ(count, 5U);
            EXPECT_EQ(label, "label");
        } else {
            EXPECT_TRUE(label.empty());
            EXPECT_EQ(reader.finish().error().code, Wire::ErrorCode::MalformedMessage);
        }
    }
}

TEST(Bincode, RefusesWhatIsNone)
{
    const auto errorOf = [](std::string_view hex, auto read) {
        const Wire::Bytes bytes = fromHex(hex);
        Bincode::Reader reader(bytes);
        read(reader);
        const auto result = reader.finish();
        return result ? std::string() : result.error().detail;
    };
    EXPECT_EQ(errorOf("01", [](auto &reader) { EXPECT_TRUE(reader.readBool()); }), "");
    EXPECT_EQ(
        errorOf("02", [](auto &reader) { (void)reader.readOption(); }), "a bool or option of 2, at byte 1");
    EXPECT_EQ(errorOf("04000000", [](auto &reader) { (void)reader.readVariant(4); }),
        "variant 4 of an enum with 4, at byte 4");
    EXPECT_EQ(errorOf("ffffffffffffffff 00", [](auto &reader) { (void)reader.readBytes(); }),
        "a length of 18446744073709551615 with 1 bytes left, at byte 8");
    EXPECT_EQ(errorOf("0000", [](auto &reader) { (void)reader.readU8(); }), "1 surplus bytes at byte 1");
}

TEST(Rkyv, WritesWhatTheCrateWrites)
{
    EXPECT_EQ(hexOf(rkyvBlob("")), vectorOf("g4/packet/BlobAsk 5"));
    EXPECT_EQ(hexOf(rkyvBlob("a longer label")), vectorOf("g4/packet/BlobAsk 5 labelled"));
    Rkyv::Writer ask;
    ask.writeVariant(1).writeU64(40).writeU64(2);
    EXPECT_EQ(hexOf(std::move(ask).finish()), vectorOf("g4/packet/SumAsk 40 2"));
    Rkyv::Writer opaque;
    opaque.writeVariant(0).writeBytes(fromHex("deadbeef"));
    EXPECT_EQ(hexOf(std::move(opaque).finish()), vectorOf("g4/packet/Opaque deadbeef"));
}

// The structure of upstream's example: tag, u64, Vec<u8>, String, with both data in front.
TEST(Rkyv, SeveralPointers)
{
    constexpr std::size_t RootBytes = 25;
    const auto written
        = [](std::uint8_t tag, std::uint64_t id, std::string_view data, std::string_view message) {
              Rkyv::Writer writer;
              writer.writeVariant(tag).writeU64(id).writeBytes(Wire::asBytes(data)).writeText(message);
              return std::move(writer).finish();
          };
    const std::string expected
        = "2020172a68656c6c6f2066726f6d20636c69656e74000c00000000000000e2ffffff0400000091000000deffffff";
    const Wire::Bytes bytes = written(0, 12, "\x20\x20\x17\x2a", "hello from client");
    EXPECT_EQ(hexOf(bytes), expected);
    EXPECT_EQ(hexOf(written(1, 34, "", "hi")), "012200000000000000f7ffffff000000006869ffffffffffff");

    const auto read = [](const Wire::Bytes &archive) {
        Rkyv::Reader reader(archive, RootBytes);
        (void)reader.readVariant();
        (void)reader.readU64();
        const Wire::ByteView data = reader.readBytes();
        const std::string_view message = reader.readText();
        const auto strict = reader.finish();
        return std::tuple(Wire::toBytes(data), std::string(message), strict.has_value(),
            reader.finishLeniently().has_value());
    };
    EXPECT_EQ(read(bytes), std::tuple(fromHex("2020172a"), "hello from client", true, true));
    // A gap in front of the two, between them, and the two swapped, shared, or overlapping.
    const std::string root = "00 0c00000000000000";
    const std::string letters = "6162636465666768696a";
    const auto archive = [&](std::string_view data, std::string_view pointers) {
        return read(fromHex(std::string(data) + root + std::string(pointers)));
    };
    EXPECT_EQ(archive("11 22 " + letters, "ecffffff01000000 8a000000 e5ffffff"),
        std::tuple(fromHex("22"), std::string("abcdefghij"), false, true));
    EXPECT_EQ(archive("00 11" + letters, "ebffffff01000000 8a000000 e5ffffff"),
        std::tuple(fromHex("00"), std::string("abcdefghij"), false, true));
    EXPECT_FALSE(std::get<3>(archive(letters + "11", "f6ffffff01000000 8a000000 e4ffffff"))); // swapped
    EXPECT_FALSE(std::get<3>(archive(letters, "eeffffff01000000 8a000000 e5ffffff")));        // overlapping
}

TEST(Rkyv, LengthsAroundTheirMarks)
{
    for (const std::size_t length : {0U, 7U, 8U, 9U, 63U, 64U, 65U, 255U, 256U, 300U, 16'383U, 70'000U}) {
        const std::string label(length, 'x');
        const Wire::Bytes bytes = rkyvBlob(label);
        Rkyv::Reader reader(bytes, 17);
        EXPECT_EQ(reader.readVariant(), 7);
        EXPECT_EQ(reader.readU64(), 5U);
        EXPECT_EQ(reader.readText(), label);
        EXPECT_TRUE(reader.finish());
    }
}

TEST(Rkyv, RootIsReadToItsEnd)
{
    const Wire::Bytes bytes = fromHex("0102030405");
    Rkyv::Reader tooLittle(bytes, 5);
    (void)tooLittle.readU32();
    EXPECT_FALSE(tooLittle.finish());
    Rkyv::Reader tooMuch(bytes, 5);
    (void)tooMuch.readU64();
    EXPECT_FALSE(tooMuch.finishLeniently());
    Rkyv::Reader tooShort(bytes, 6);
    EXPECT_TRUE(tooShort.hasFailed());
    Rkyv::Reader skipped(bytes, 5);
    skipped.skip(3);
    EXPECT_EQ(skipped.readU16(), 0x0504);
    EXPECT_TRUE(skipped.finish());
}
