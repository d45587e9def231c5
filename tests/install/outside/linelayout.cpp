// SPDX-License-Identifier: MIT
#include "linelayout.h"

#include <algorithm>
#include <charconv>
#include <optional>

using namespace Halyard::Wire;

namespace {

std::string_view takeWord(std::string_view &rest)
{
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

std::optional<MessageKind> kindOf(std::string_view word)
{
    if (word == "?")
        return MessageKind::Request;
    if (word == "!")
        return MessageKind::Reply;
    if (word == ".")
        return MessageKind::Event;
    return std::nullopt;
}

} // namespace

Line Line::read(ByteView body)
{
    std::string_view rest = asText(body);
    Line line;
    line.kind = takeWord(rest);
    line.id = takeWord(rest);
    line.route = takeWord(rest);
    line.payload = rest;
    return line;
}

Result<MessageView> Line::message() const
{
    MessageView message;
    const auto meant = kindOf(kind);
    const char *const last = id.data() + id.size();
    const auto [end, error] = std::from_chars(id.data(), last, message.id);
    if (!meant || error != std::errc() || end != last)
        return failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer, "a line begins with KIND ID");
    message.kind = *meant;
    if (route != "-")
        message.route = route;
    message.payload = asBytes(payload);
    return message;
}
