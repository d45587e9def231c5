// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "vectors.h"
#include "wire/escape.h"

using namespace Halyard::Wire;
using Test::fromHex;

TEST(Escape, leavesTextAsItIs)
{
    EXPECT_EQ(escapeText(""), "");
    EXPECT_EQ(escapeText("plain \"text\" 'x'"), "plain \"text\" 'x'");
    EXPECT_EQ(escapeText("žé☃ 🚀 עברית"), "žé☃ 🚀 עברית");
}

TEST(Escape, controlCharacters)
{
    EXPECT_EQ(escapeText("a\tb\r\nc\\d"), "a\\tb\\r\\nc\\\\d");
    EXPECT_EQ(escapeText(std::string_view("\0\x1b[31m\x7f", 7)), "\\x00\\x1b[31m\\x7f");
    EXPECT_EQ(escapeText("\u0085\u009b"), "\\u{0085}\\u{009b}");
}

TEST(Escape, whatHidesOrTurnsText)
{
    // As bytes: such characters in a source file would turn its text as well.
    const auto escaped = [](std::string_view hex) { return escapeText(asText(fromHex(hex))); };
    EXPECT_EQ(
        escaped("e280ae 67 e281a6 e281a9 e2808e d89c"), "\\u{202e}g\\u{2066}\\u{2069}\\u{200e}\\u{061c}");
    EXPECT_EQ(escaped("e2808b efbbbf c2ad e280a8 e280a9"), "\\u{200b}\\u{feff}\\u{00ad}\\u{2028}\\u{2029}");
    EXPECT_EQ(escaped("f3a08181"), "\\u{e0041}");
}

TEST(Escape, bytesThatAreNoUtf8)
{
    EXPECT_EQ(escapeText("a\xff\xfe"), "a\\xff\\xfe");
    EXPECT_EQ(escapeText("\xc0\xaf"), "\\xc0\\xaf");          // not the shortest form
    EXPECT_EQ(escapeText("\xe0\x80\x80"), "\\xe0\\x80\\x80"); // the same with three bytes
    EXPECT_EQ(escapeText("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // a surrogate
    EXPECT_EQ(escapeText("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
    EXPECT_EQ(escapeText("\xe2\x98"), "\\xe2\\x98"); // cut off
    EXPECT_EQ(escapeText("\xe2x"), "\\xe2x");
}

TEST(Escape, stopsAtACharactersEnd)
{
    EXPECT_EQ(escapeText("abcdef", 3), "abc…");
    EXPECT_EQ(escapeText("abcdef", 6), "abcdef");
    EXPECT_EQ(escapeText("aé", 2), "a…");
    EXPECT_EQ(escapeText("aé", 3), "aé");
    EXPECT_EQ(escapeText("a", 0), "…");
    EXPECT_EQ(escapeText("", 0), "");
}

TEST(Escape, theResultIsAlwaysHarmlessUtf8)
{
    // Every pair of bytes, and each behind the lead of a longer character.
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string text {static_cast<char>(first), static_cast<char>(second), '\x80', '\x8e'};
            const std::string escaped = escapeText(text);
            ASSERT_TRUE(isUtf8(escaped)) << first << ' ' << second;
            ASSERT_TRUE(isPlainText(asBytes(escaped))) << first << ' ' << second;
            ASSERT_EQ(escaped.find_first_of("\t\r\n"), std::string::npos) << first << ' ' << second;
        }
    }
}

TEST(Escape, plainText)
{
    EXPECT_TRUE(isPlainText(asBytes("two\nlines\tand žé")));
    EXPECT_FALSE(isPlainText(asBytes("\x1b[0m")));
    EXPECT_FALSE(isPlainText(asBytes("\xff")));
    EXPECT_FALSE(isPlainText(fromHex("00")));
}
