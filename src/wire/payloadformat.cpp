// SPDX-License-Identifier: MIT
#include "wire/payloadformat.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "wire/bytereader.h"
#include "wire/escape.h"

namespace Halyard::Wire {

namespace {

constexpr std::size_t JudgedBytes = 65'536;
constexpr std::size_t MaxCborParts = 65'536;
constexpr std::size_t MaxCborDepth = 64;

constexpr std::string_view Blanks = " \t\r\n";

bool looksLikeJson(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(Blanks);
    if (first == std::string_view::npos)
        return false;
    const std::size_t last = text.find_last_not_of(Blanks);
    const bool isContainer
        = (text[first] == '{' && text[last] == '}') || (text[first] == '[' && text[last] == ']');
    if (text.size() > JudgedBytes)
        return isContainer;
    // A bare word or number is as well a text that someone typed.
    const bool isString = first != last && text[first] == '"' && text[last] == '"';
    return (isContainer || isString) && nlohmann::json::accept(text.begin(), text.end());
}

bool isPlainStart(ByteView payload)
{
    if (payload.size() <= JudgedBytes)
        return isPlainText(payload);
    // The cut may have gone through a character of up to four bytes.
    for (std::size_t size = JudgedBytes; size > JudgedBytes - 4; --size) {
        if (isPlainText(payload.first(size)))
            return true;
    }
    return false;
}

struct CborHead {
    unsigned major = 0;
    std::uint64_t argument = 0;
    bool isIndefinite = false;
};

std::optional<CborHead> readCborHead(ByteReader &reader)
{
    const auto first = reader.readU8();
    if (!first)
        return std::nullopt;
    CborHead head {unsigned(*first) >> 5U, *first & 0x1FU, false};
    const auto take = [&head](auto number) {
        head.argument = number.value_or(0);
        return number.has_value();
    };
    bool isRead = true;
    switch (head.argument) {
    case 24:
        isRead = take(reader.readU8()) && (head.major != 7 || head.argument >= 32);
        break;
    case 25:
        isRead = take(reader.readU16Be());
        break;
    case 26:
        isRead = take(reader.readU32Be());
        break;
    case 27:
        isRead = take(reader.readU64Be());
        break;
    case 31:
        head.isIndefinite = true;
        isRead = head.major >= 2 && head.major != 6;
        break;
    default:
        isRead = head.argument < 24;
    }
    return isRead ? std::optional(head) : std::nullopt;
}

/// What an open container still waits for.
struct CborLevel {
    unsigned major = 0;
    std::uint64_t remaining = 0; ///< items
    bool isIndefinite = false;
    bool wantsValue = false; ///< of an indefinite map
};

/// One item has ended: so may have the containers around it.
void closeLevels(std::vector<CborLevel> &levels)
{
    while (!levels.empty()) {
        CborLevel &level = levels.back();
        if (level.isIndefinite) {
            level.wantsValue = level.major == 5 && !level.wantsValue;
            return;
        }
        if (--level.remaining > 0)
            return;
        levels.pop_back();
    }
}

} // namespace

bool isCborItem(ByteView bytes)
{
    ByteReader reader(bytes);
    std::vector<CborLevel> levels;
    for (std::size_t parts = 0; parts < MaxCborParts && levels.size() <= MaxCborDepth; ++parts) {
        const auto head = readCborHead(reader);
        if (!head)
            return false;
        const bool inString = !levels.empty() && (levels.back().major == 2 || levels.back().major == 3);
        if (head->major == 7 && head->isIndefinite) { // break
            if (levels.empty() || !levels.back().isIndefinite || levels.back().wantsValue)
                return false;
            levels.pop_back();
            closeLevels(levels);
        } else if (inString && (head->major != levels.back().major || head->isIndefinite)) {
            return false; // chunks have their string's type and a length
        } else if (head->isIndefinite) {
            levels.push_back({head->major, 0, true, false});
        } else if (head->major == 2 || head->major == 3) {
            if (head->argument > reader.remaining() || !reader.readBytes(std::size_t(head->argument)))
                return false;
            closeLevels(levels);
        } else if (head->major >= 4 && head->major <= 6 && (head->argument > 0 || head->major == 6)) {
            // Each announced item takes a byte at least; that also keeps the doubling from wrapping.
            if (head->major != 6 && head->argument > reader.remaining())
                return false;
            const std::uint64_t items = head->major == 6 ? 1 : head->argument * (head->major == 5 ? 2 : 1);
            levels.push_back({head->major, items, false, false});
        } else {
            closeLevels(levels);
        }
        if (levels.empty())
            return reader.remaining() == 0;
    }
    return false;
}

PayloadFormat guessPayloadFormat(ByteView payload, std::string_view contentType)
{
    if (payload.empty())
        return PayloadFormat::Empty;
    if (isPlainStart(payload)) {
        const bool isCalledJson
            = contentType.starts_with("application/json") || contentType.ends_with("+json");
        const bool isJson = looksLikeJson(asText(payload))
            || (isCalledJson && payload.size() <= JudgedBytes
                && nlohmann::json::accept(asText(payload).begin(), asText(payload).end()));
        return isJson ? PayloadFormat::Json : PayloadFormat::Text;
    }
    // A scalar is any few bytes; only arrays, maps and tags are evidence by themselves.
    const unsigned major = std::to_integer<unsigned>(payload.front()) >> 5U;
    const bool isCalledCbor = contentType.starts_with("application/cbor") || contentType.ends_with("+cbor");
    if ((isCalledCbor || (major >= 4 && major <= 6)) && isCborItem(payload))
        return PayloadFormat::Cbor;
    return PayloadFormat::Binary;
}

std::string_view payloadFormatName(PayloadFormat format) noexcept
{
    constexpr std::array<std::string_view, 5> names {"empty", "text", "JSON", "CBOR", "binary"};
    return names[static_cast<std::size_t>(format)];
}

} // namespace Halyard::Wire
