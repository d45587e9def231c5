// SPDX-License-Identifier: MIT
#include "protocol/vstp/conventions.h"

#include <charconv>
#include <cstring>
#include <string>

namespace Halyard::Wire::Vstp {

namespace {

enum class Key : std::uint8_t { None, Route, Id, Re, End, Cancel, Code, Credit, Enc, Len };

Key keyOf(std::string_view key, Carrier carrier) noexcept
{
    switch (key.size()) {
    case 2:
        return key == HeaderId ? Key::Id : key == HeaderRe ? Key::Re : Key::None;
    case 3:
        return key == HeaderEnd ? Key::End : key == "enc" ? Key::Enc : key == "len" ? Key::Len : Key::None;
    case 4:
        return carrier == Carrier::Err && key == HeaderCode ? Key::Code : Key::None;
    case 5:
        return key == HeaderRoute ? Key::Route : Key::None;
    case 6:
        return key == HeaderCancel ? Key::Cancel : key == "credit" ? Key::Credit : Key::None;
    default:
        return Key::None;
    }
}

Result<void> readNumber(Header header, std::uint64_t &number)
{
    const auto value = parseDecimal(header.value);
    if (!value || *value == 0)
        return malformed("header " + std::string(header.key) + " is no number from 1 on");
    if (number != 0)
        return malformed("header " + std::string(header.key) + " twice");
    number = *value;
    return {};
}

Result<void> readMark(Header header, bool &mark)
{
    if (header.value != "1")
        return malformed("header " + std::string(header.key) + " is not 1");
    if (mark)
        return malformed("header " + std::string(header.key) + " twice");
    mark = true;
    return {};
}

// Whether the entry is one of ours; it is then in `result`.
Result<bool> take(Header header, Key key, Conventions &result)
{
    Result<void> read;
    switch (key) {
    case Key::None:
        return false;
    case Key::Route:
        if (!result.route.empty())
            return malformed("header route twice");
        if (!isUtf8(header.value) || header.value.size() > MaxRouteBytes)
            return malformed("a route that is not UTF-8 of at most 255 bytes");
        result.route = header.value;
        return true;
    case Key::Id:
        read = readNumber(header, result.id);
        break;
    case Key::Re:
        read = readNumber(header, result.re);
        break;
    case Key::End:
        read = readMark(header, result.end);
        break;
    case Key::Cancel:
        read = readMark(header, result.cancel);
        break;
    case Key::Code: {
        const std::uint16_t code = parseCode(header.value);
        if (code == 0)
            return false; // somebody's text: stays among the headers
        if (result.code != 0)
            return malformed("header code twice");
        result.code = code;
        return true;
    }
    case Key::Enc:
        return malformed("an encoding that was not agreed on");
    case Key::Credit:
    case Key::Len:
        return true; // known and reserved, without meaning unless agreed on
    }
    if (!read)
        return tl::unexpected(std::move(read.error()));
    return true;
}

// The application's entries of a block, as one view if they stand together, gathered otherwise.
class Remainder
{
public:
    Remainder(HeaderBlockView block, Bytes &scratch) noexcept
        : m_block(block)
        , m_scratch(scratch)
    { }

    void keep(const std::byte *begin, const std::byte *end)
    {
        if (!m_begin) {
            m_begin = begin;
        } else if (begin != m_end && !m_gathered) {
            m_gathered = true;
            m_scratch.assign(m_begin, m_end);
        }
        if (m_gathered)
            m_scratch.insert(m_scratch.end(), begin, end);
        m_end = end;
    }

    [[nodiscard]] HeaderBlockView view() const
    {
        if (m_gathered)
            return HeaderBlockView(m_scratch, m_block.layout());
        if (!m_begin)
            return HeaderBlockView({}, m_block.layout());
        return HeaderBlockView(ByteView(m_begin, m_end), m_block.layout());
    }

private:
    HeaderBlockView m_block;
    Bytes &m_scratch;
    const std::byte *m_begin = nullptr;
    const std::byte *m_end = nullptr;
    bool m_gathered = false;
};

} // namespace

std::uint16_t parseCode(std::string_view text) noexcept
{
    const auto code = parseDecimal(text);
    return code && *code <= 0xFFFF ? static_cast<std::uint16_t>(*code) : std::uint16_t {0};
}

bool isReserved(std::string_view key, Carrier carrier) noexcept { return keyOf(key, carrier) != Key::None; }

Result<Conventions> readConventions(HeaderBlockView headers, Carrier carrier, Bytes &scratch)
{
    Conventions result;
    Remainder remainder(headers, scratch);
    for (auto at = headers.begin(); at != headers.end();) {
        const std::byte *const begin = at.position();
        const Header header = *at;
        ++at;
        const auto taken = take(header, keyOf(header.key, carrier), result);
        if (!taken)
            return tl::unexpected(taken.error());
        if (!*taken)
            remainder.keep(begin, at.position());
    }
    if (result.id != 0 && result.re != 0)
        return malformed("both id and re");
    if (result.end && result.re == 0)
        return malformed("end without re");
    if (result.cancel && result.id == 0)
        return malformed("cancel without id");
    if (carrier == Carrier::Err && result.id != 0)
        return malformed("an ERR with id");
    result.remaining = remainder.view();
    return result;
}

Conventions readRoute(HeaderBlockView headers, Bytes &scratch)
{
    Conventions result;
    Remainder remainder(headers, scratch);
    bool found = false;
    for (auto at = headers.begin(); at != headers.end();) {
        const std::byte *const begin = at.position();
        const Header header = *at;
        ++at;
        if (!found && header.key == HeaderRoute && !header.value.empty()
            && header.value.size() <= MaxRouteBytes && isUtf8(header.value)) {
            found = true;
            result.route = header.value;
        } else {
            remainder.keep(begin, at.position());
        }
    }
    result.remaining = remainder.view();
    return result;
}

void ConventionBlock::put(std::string_view key, std::string_view value) noexcept
{
    std::byte *at = m_bytes.data() + m_size;
    const auto copy = [&at](std::string_view text) {
        if (!text.empty())
            std::memcpy(at, text.data(), text.size());
        at += text.size();
    };
    *at++ = static_cast<std::byte>(key.size());
    if (m_layout == HeaderLayout::Short) {
        *at++ = static_cast<std::byte>(value.size());
        copy(key);
    } else {
        copy(key);
        *at++ = static_cast<std::byte>(value.size());
        *at++ = std::byte {0};
    }
    copy(value);
    m_size = static_cast<std::size_t>(at - m_bytes.data());
    ++m_count;
}

void ConventionBlock::put(std::string_view key, std::uint64_t decimal) noexcept
{
    std::array<char, 20> digits {};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), decimal).ptr;
    put(key, std::string_view(digits.data(), end));
}

} // namespace Halyard::Wire::Vstp
