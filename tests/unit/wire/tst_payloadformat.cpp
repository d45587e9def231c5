// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/payloadformat.h"

using namespace Halyard::Wire;
using Test::fromHex;

namespace {

std::string_view guess(ByteView payload, std::string_view contentType = {})
{
    return payloadFormatName(guessPayloadFormat(payload, contentType));
}

} // namespace

TEST(PayloadFormat, text)
{
    EXPECT_EQ(guess({}), "empty");
    EXPECT_EQ(guess(asBytes("hi")), "text");
    EXPECT_EQ(guess(asBytes("žé☃ line\n2")), "text");
    EXPECT_EQ(guess(asBytes("1 2 3")), "text");
    EXPECT_EQ(guess(asBytes("{hello")), "text");
    EXPECT_EQ(guess(asBytes("{hello}")), "text");
    EXPECT_EQ(guess(asBytes("42")), "text");
    EXPECT_EQ(guess(asBytes("\x1b[31m")), "binary");
}

TEST(PayloadFormat, json)
{
    EXPECT_EQ(guess(asBytes("{\"from\":\"a\"}")), "JSON");
    EXPECT_EQ(guess(asBytes(" [1, 2]\n")), "JSON");
    EXPECT_EQ(guess(asBytes("\"hi\"")), "JSON");
    EXPECT_EQ(guess(asBytes("42"), "application/json"), "JSON");
    EXPECT_EQ(guess(asBytes("null"), "application/problem+json"), "JSON");
    EXPECT_EQ(guess(asBytes("{hello"), "application/json"), "text");
    EXPECT_EQ(guess(asBytes(std::string(60'000, '[') + std::string(60'000, ']'))), "JSON"); // by its ends
    EXPECT_EQ(guess(asBytes(std::string(30'000, '[') + std::string(30'000, ']'))), "JSON"); // by its grammar
}

TEST(PayloadFormat, cbor)
{
    EXPECT_EQ(guess(fromHex("83010203")), "CBOR");
    EXPECT_EQ(guess(fromHex("a16161 f5")), "CBOR");
    EXPECT_EQ(guess(fromHex("8301020304")), "binary"); // a byte too many
    EXPECT_EQ(guess(fromHex("830102")), "binary");
    EXPECT_EQ(guess(fromHex("f5")), "binary");
    EXPECT_EQ(guess(fromHex("f5"), "application/cbor"), "CBOR");
    EXPECT_EQ(guess(fromHex("00ff80")), "binary");
}

TEST(PayloadFormat, aLongTextMayBeCutInsideACharacter)
{
    for (int shift = 0; shift < 4; ++shift) {
        std::string text(static_cast<std::size_t>(shift), 'x');
        while (text.size() < 70'000)
            text += "🚀";
        EXPECT_EQ(guess(asBytes(text)), "text") << shift;
    }
}

// The examples of RFC 8949, appendix A, and what section 5.3.1 forbids.
TEST(Cbor, wellFormedItems)
{
    for (const std::string_view hex :
        {"00", "17", "1818", "1903e8", "1a000f4240", "1b000000e8d4a51000", "20", "3903e7", "f90000",
            "fb3ff199999999999a", "f4", "f6", "f7", "f0", "f8ff", "c11a514b67b0", "d818456449455446", "40",
            "4401020304", "60", "6161", "62c3bc", "80", "83010203", "8301820203820405", "a0", "a201020304",
            "a26161016162820203", "5f42010243030405ff", "7f657374726561646d696e67ff", "9fff",
            "9f018202039f0405ffff", "83018202039f0405ff", "bf61610161629f0203ffff", "826161bf61626163ff"})
        EXPECT_TRUE(isCborItem(fromHex(hex))) << hex;
}

TEST(Cbor, malformedItems)
{
    for (const std::string_view hex : {"", "18", "19ff", "1b00000000000000", "1c", "3d", "5e", "ff", "1f",
             "3f", "df", "41", "5801", "61", "81", "8201", "a1", "a101", "5f00ff", "5f6161ff", "5f5f4100ffff",
             "7f4100ff", "9f", "bf", "bf01ff", "c0", "f8", "f818", "0000", "9bffffffffffffffff",
             "bbffffffffffffffff", "5bffffffffffffffff"})
        EXPECT_FALSE(isCborItem(fromHex(hex))) << hex;
}

TEST(Cbor, isBoundedInDepthAndParts)
{
    Bytes nested(64, std::byte {0x81});
    nested.push_back(std::byte {0});
    EXPECT_TRUE(isCborItem(nested));
    nested.insert(nested.begin(), std::byte {0x81});
    EXPECT_FALSE(isCborItem(nested));

    Bytes many = fromHex("1a00000000"); // replaced below: an array of n zeros
    many[0] = std::byte {0x9a};
    many[2] = std::byte {0x02}; // 131 072
    many.resize(5 + 131'072);
    EXPECT_FALSE(isCborItem(many));
}
