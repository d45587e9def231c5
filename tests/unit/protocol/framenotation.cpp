// SPDX-License-Identifier: MIT
#include "framenotation.h"

#include <array>
#include <cctype>
#include <charconv>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "wire/vstp/framing.h"

namespace Halyard::Wire::Test {

namespace {

struct Notation {
    std::vector<std::string> words;
    std::string payload;
};

// "a b c | rest" → words and payload; an escape \xHH in the payload is that byte.
Notation split(std::string_view text)
{
    Notation result;
    const std::size_t bar = text.find(" | ");
    const std::string_view rest = bar == std::string_view::npos ? "" : text.substr(bar + 3);
    for (std::size_t at = 0; at < rest.size(); ++at) {
        if (rest.substr(at, 2) == "\\x" && at + 3 < rest.size()) {
            result.payload += static_cast<char>(std::stoi(std::string(rest.substr(at + 2, 2)), nullptr, 16));
            at += 3;
        } else {
            result.payload += rest[at];
        }
    }
    std::istringstream words {std::string(text.substr(0, bar))};
    for (std::string word; words >> word;)
        result.words.push_back(word);
    return result;
}

std::string escaped(std::string_view text)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    std::string result;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x20 && byte < 0x7F)
            result += character;
        else
            result += {'\\', 'x', Digits[byte >> 4U], Digits[byte & 15U]};
    }
    return result;
}

std::string describeTail(HeaderBlockView headers, ByteView payload)
{
    std::string result;
    for (const Header header : headers)
        result += " " + escaped(header.key) + "=" + escaped(header.value);
    if (!payload.empty())
        result += " | " + escaped(asText(payload));
    return result;
}

std::uint64_t number(std::string_view text)
{
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

constexpr std::array<std::string_view, 7> KindNames {
    "request", "reply", "item", "end", "cancel", "error", "event"};

template <class... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>; // Clang 16 does not deduce it for aggregates

void appendHeader(HeaderBlock &block, const std::string &word)
{
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || !block.append(word.substr(0, equals), word.substr(equals + 1)))
        throw std::invalid_argument("no header: " + word);
}

} // namespace

Bytes frameBytes(std::string_view notation, Vstp::Profile profile)
{
    const Notation parts = split(notation);
    std::istringstream type {parts.words.at(0)};
    std::string name;
    std::getline(type, name, '+');
    Vstp::FrameView frame;
    unsigned code = 1;
    while (code <= 8 && Vstp::frameTypeName(static_cast<Vstp::FrameType>(code)) != name)
        ++code;
    if (code > 8)
        throw std::invalid_argument("no frame type: " + name);
    frame.type = static_cast<Vstp::FrameType>(code);
    for (std::string flag; std::getline(type, flag, '+');) {
        const bool known = flag == "ack" || flag == "crc" || flag == "comp";
        if (!known)
            throw std::invalid_argument("no flag: " + flag);
        frame.flags |= flag == "ack" ? Vstp::ReqAck : flag == "crc" ? Vstp::Crc : Vstp::Comp;
    }
    HeaderBlock headers(profile == Vstp::Profile::R ? HeaderLayout::Short : HeaderLayout::Long);
    for (std::size_t at = 1; at < parts.words.size(); ++at)
        appendHeader(headers, parts.words[at]);
    frame.headers = headers.view();
    frame.payload = asBytes(parts.payload);
    Vstp::EncodeLimits limits;
    limits.maxFrameBytes = 64U << 20U;
    limits.maxHeaders = 100'000;
    return Vstp::encodeFrame(frame, profile, limits).value();
}

std::string takeFrame(ByteView &bytes, Vstp::Profile profile)
{
    const Vstp::VstpFraming framing(profile);
    const auto extent = framing.measure(bytes, std::size_t {1} << 32U);
    if (!extent || !*extent || (*extent)->total() > bytes.size()
        || !framing.check(bytes.first((*extent)->total()), **extent)) {
        const std::string rest = "? " + toHex(bytes);
        bytes = {};
        return rest;
    }
    const auto frame
        = Vstp::parseBody(bytes.subspan((*extent)->header, (*extent)->body), profile, 100'000).value();
    std::string result(Vstp::frameTypeName(frame.type));
    result += (frame.flags & Vstp::ReqAck) != 0 ? "+ack" : "";
    result += (frame.flags & Vstp::Crc) != 0 ? "+crc" : "";
    result += (frame.flags & Vstp::Comp) != 0 ? "+comp" : "";
    result += describeTail(frame.headers, frame.payload);
    bytes = bytes.subspan((*extent)->total());
    return result;
}

std::string describe(const MessageView &message)
{
    std::string result(KindNames.at(static_cast<std::size_t>(message.kind)));
    if (message.id != 0)
        result += " #" + std::to_string(message.id);
    if (!message.route.empty())
        result += " /" + escaped(message.route);
    if (message.code != 0)
        result += " !" + std::to_string(message.code);
    return result + describeTail(message.headers, message.payload);
}

std::string describe(const Event &event)
{
    return std::visit(Overloaded {
                          [](const Ready &) { return std::string("ready"); },
                          [](const MessageReceived &got) { return describe(got.message); },
                          [](const FrameReceived &got) { return "frame" + describeTail({}, got.body); },
                          [](const CredentialsNeeded &got) { return "needs " + got.identity; },
                          [](const Settled &got) { return "settled #" + std::to_string(got.id); },
                          [](const Writable &) { return std::string("writable"); },
                          [](const Progress &) { return std::string("progress"); },
                          [](const PeerFinished &) { return std::string("finished"); },
                          [](const Closed &got) {
                              return got.error ? "closed " + std::string(errorName(got.error.code))
                                               : std::string("closed");
                          },
                      },
        event);
}

OwnedMessage::OwnedMessage(std::string_view notation)
{
    Notation parts = split(notation);
    std::size_t kind = 0;
    while (kind < KindNames.size() && KindNames.at(kind) != parts.words.at(0))
        ++kind;
    if (kind == KindNames.size())
        throw std::invalid_argument("no kind of message: " + parts.words[0]);
    m_message.kind = static_cast<MessageKind>(kind);
    for (std::size_t at = 1; at < parts.words.size(); ++at) {
        const std::string &word = parts.words[at];
        if (word.front() == '#')
            m_message.id = number(word.substr(1));
        else if (word.front() == '/')
            m_route = word.substr(1);
        else if (word.front() == '!')
            m_message.code = static_cast<std::uint16_t>(number(word.substr(1)));
        else
            appendHeader(m_headers, word);
    }
    m_payload = std::move(parts.payload);
}

MessageView OwnedMessage::view() const
{
    MessageView message = m_message;
    message.route = m_route;
    message.headers = m_headers.view();
    message.payload = asBytes(m_payload);
    return message;
}

Bytes fromHex(std::string_view text)
{
    std::string digits;
    for (const char character : text) {
        if (std::isxdigit(static_cast<unsigned char>(character)) != 0)
            digits += character;
    }
    Bytes result;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        result.push_back(static_cast<std::byte>(std::stoi(digits.substr(at, 2), nullptr, 16)));
    return result;
}

std::string toHex(ByteView bytes)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    std::string result;
    for (const std::byte byte : bytes) {
        result += Digits[std::to_integer<unsigned>(byte) >> 4U];
        result += Digits[std::to_integer<unsigned>(byte) & 15U];
    }
    return result;
}

} // namespace Halyard::Wire::Test
