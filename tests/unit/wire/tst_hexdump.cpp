// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/hexdump.h"

using namespace Halyard::Wire;
using Test::fromHex;

TEST(HexDump, looksLikeHexdumpC)
{
    EXPECT_EQ(hexDump({}), "");
    EXPECT_EQ(hexDump(asBytes("hello\n")),
        "00000000  68 65 6c 6c 6f 0a                                 |hello.|\n"
        "00000006\n");
    EXPECT_EQ(hexDump(asBytes("0123456789abcdef\x7f~")),
        "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n"
        "00000010  7f 7e                                             |.~|\n"
        "00000012\n");
}

TEST(HexDump, canBeIndentedAndBeginElsewhere)
{
    EXPECT_EQ(hexDump(asBytes("A"), 2, 0x10),
        "  00000010  41                                                |A|\n"
        "  00000011\n");
}

TEST(HexDump, digits)
{
    EXPECT_EQ(toHex(fromHex("00 7f ff")), "007fff");
    EXPECT_EQ(toHex(0xab, 4), "00ab");
    EXPECT_EQ(toHex(0x12345, 4), "12345");
    EXPECT_EQ(toHex(0, 0), "");
}
