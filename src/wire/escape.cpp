// SPDX-License-Identifier: MIT
#include "wire/escape.h"

#include <algorithm>
#include <array>

#include "wire/hexdump.h"

namespace Halyard::Wire {

namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 0; ///< 0: no UTF-8
};

constexpr Character NoCharacter;

/// The first character of a text that is not empty; shortest forms only, no surrogates.
Character firstCharacter(std::string_view text) noexcept
{
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80)
        return {lead, 1};
    if (lead < 0xC2 || lead > 0xF4)
        return NoCharacter;
    const std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < bytes)
        return NoCharacter;
    char32_t code = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80)
            return NoCharacter;
        code = (code << 6U) | (next & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest {0, 0, 0x80, 0x800, 0x10000};
    if (code < smallest[bytes] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return NoCharacter;
    return {code, bytes};
}

struct Range {
    char32_t first;
    char32_t last;
};

// What could hide, reorder or break a line of ours. Besides controls these are Unicode's format characters
// and separators, sorted.
constexpr std::array Unseen {
    Range {0x0000, 0x001F},
    Range {0x007F, 0x009F},
    Range {0x00AD, 0x00AD},
    Range {0x061C, 0x061C},
    Range {0x070F, 0x070F},
    Range {0x115F, 0x1160},
    Range {0x17B4, 0x17B5},
    Range {0x180B, 0x180F},
    Range {0x200B, 0x200F},
    Range {0x2028, 0x202E},
    Range {0x2060, 0x206F},
    Range {0x3164, 0x3164},
    Range {0xFEFF, 0xFEFF},
    Range {0xFFA0, 0xFFA0},
    Range {0xFFF0, 0xFFFB},
    Range {0x1BCA0, 0x1BCA3},
    Range {0x1D173, 0x1D17A},
    Range {0xE0000, 0xE0FFF},
};

bool isUnseen(char32_t code) noexcept
{
    const auto range = std::lower_bound(Unseen.begin(), Unseen.end(), code,
        [](const Range &candidate, char32_t wanted) { return candidate.last < wanted; });
    return range != Unseen.end() && code >= range->first;
}

void appendEscaped(std::string &out, char32_t code)
{
    switch (code) {
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        out += code < 0x80 ? "\\x" + toHex(code, 2) : "\\u{" + toHex(code, 4) + '}';
    }
}

} // namespace

std::string escapeText(std::string_view text, std::size_t maxBytes)
{
    std::string out;
    out.reserve(std::min(text.size(), maxBytes));
    std::size_t at = 0;
    while (at < text.size()) {
        const Character character = firstCharacter(text.substr(at));
        const std::size_t bytes = std::max<std::size_t>(character.bytes, 1);
        if (bytes > maxBytes - at) {
            out += "…";
            break;
        }
        if (character.bytes == 0)
            out += "\\x" + toHex(static_cast<unsigned char>(text[at]), 2);
        else if (character.code == '\\')
            out += "\\\\";
        else if (isUnseen(character.code))
            appendEscaped(out, character.code);
        else
            out += text.substr(at, bytes);
        at += bytes;
    }
    return out;
}

bool isUtf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const std::size_t bytes = firstCharacter(text).bytes;
        if (bytes == 0)
            return false;
        text.remove_prefix(bytes);
    }
    return true;
}

bool isPlainText(ByteView bytes) noexcept
{
    const std::string_view text = asText(bytes);
    const bool hasControls = std::any_of(text.begin(), text.end(), [](char character) {
        const auto code = static_cast<unsigned char>(character);
        return code == 0x7F || (code < ' ' && code != '\t' && code != '\n' && code != '\r');
    });
    return !hasControls && isUtf8(text);
}

} // namespace Halyard::Wire
