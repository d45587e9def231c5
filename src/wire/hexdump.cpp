// SPDX-License-Identifier: MIT
#include "wire/hexdump.h"

#include <algorithm>
#include <string_view>

namespace Halyard::Wire {

namespace {

constexpr std::string_view Digits = "0123456789abcdef";
constexpr std::size_t BytesPerLine = 16;

void appendByte(std::string &text, std::byte byte)
{
    const auto value = std::to_integer<unsigned>(byte);
    text += Digits[value >> 4U];
    text += Digits[value & 0x0FU];
}

} // namespace

std::string toHex(ByteView bytes)
{
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::byte byte : bytes)
        appendByte(text, byte);
    return text;
}

std::string toHex(std::uint64_t number, std::size_t digits)
{
    std::string text;
    for (; number != 0; number >>= 4U)
        text += Digits[number & 0x0FU];
    text.resize(std::max(text.size(), digits), '0');
    std::reverse(text.begin(), text.end());
    return text;
}

std::string hexDump(ByteView bytes, std::size_t indent, std::uint64_t firstOffset)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += BytesPerLine) {
        const ByteView line = bytes.subspan(at, std::min(BytesPerLine, bytes.size() - at));
        text.append(indent, ' ');
        text += toHex(firstOffset + at, 8);
        for (std::size_t i = 0; i < BytesPerLine; ++i) {
            text += i % 8 == 0 ? "  " : " ";
            if (i < line.size())
                appendByte(text, line[i]);
            else
                text += "  ";
        }
        text += "  |";
        for (const std::byte byte : line) {
            const char character = static_cast<char>(byte);
            text += character >= ' ' && character <= '~' ? character : '.';
        }
        text += "|\n";
    }
    if (!bytes.empty()) {
        text.append(indent, ' ');
        text += toHex(firstOffset + bytes.size(), 8) + '\n';
    }
    return text;
}

} // namespace Halyard::Wire
