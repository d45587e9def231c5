// SPDX-License-Identifier: MIT
#include "protocol/npro/conventions.h"

#include <optional>
#include <utility>

namespace Halyard::Wire::Npro {

namespace {

// What a header can carry.
constexpr std::size_t MaxHeaderBytes = 255;

struct Headers {
    std::optional<std::string_view> variant;
    std::optional<std::string_view> command;
};

Result<Headers> readHeaders(const MessageView &message, bool withCommand)
{
    Headers result;
    for (const Header header : message.headers) {
        if (header.key == HeaderVariant)
            result.variant = header.value;
        else if (withCommand && header.key == HeaderCommand)
            result.command = header.value;
        else
            return refused(ErrorCode::NotSupportedByProtocol,
                "header " + std::string(header.key) + "; network-protocol has only those of its variants");
    }
    return result;
}

Result<Message> make(std::string_view variant, std::string_view command, ByteView payload)
{
    if (variant == "Echo")
        return Echo {asText(payload)};
    if (variant == "Custom")
        return Custom {command, payload};
    std::optional<Message> empty;
    if (variant == "Ping")
        empty = Ping {};
    else if (variant == "Pong")
        empty = Pong {};
    else if (variant == "Unknown")
        empty = Unknown {};
    if (!empty)
        return refused(ErrorCode::InvalidArgument,
            "variant " + std::string(variant) + "; Ping, Pong, Echo, Custom and Unknown can be sent");
    if (!payload.empty())
        return refused(ErrorCode::InvalidArgument,
            std::to_string(payload.size()) + " bytes of payload for a " + std::string(variant)
                + ", which has none");
    return *empty;
}

std::string_view variantOf(std::string_view route)
{
    if (route == RoutePing)
        return "Ping";
    return route == RouteEcho ? "Echo" : "Custom";
}

std::string_view answerTo(Asked::Kind kind)
{
    switch (kind) {
    case Asked::Kind::Ping:
        return "Pong";
    case Asked::Kind::Echo:
        return "Echo";
    case Asked::Kind::Custom:
        break;
    }
    return "Custom";
}

ByteView payloadOf(const Message &message)
{
    if (const auto *echo = std::get_if<Echo>(&message))
        return asBytes(echo->text);
    if (const auto *custom = std::get_if<Custom>(&message))
        return custom->payload;
    return {};
}

// A command that is too long for a header or a route is cut: it is for people then.
void put(HeaderBlock &headers, std::string_view key, std::string_view value)
{
    static_cast<void>(headers.append(key, value.substr(0, MaxHeaderBytes)));
}

} // namespace

Result<Message> toWire(const MessageView &message)
{
    const auto headers = readHeaders(message, false);
    if (!headers)
        return tl::unexpected(headers.error());
    return make(headers->variant.value_or(variantOf(message.route)), message.route, message.payload);
}

Result<Message> toWire(const MessageView &reply, const Asked &asked)
{
    const auto headers = readHeaders(reply, true);
    if (!headers)
        return tl::unexpected(headers.error());
    const std::string_view variant
        = headers->variant.value_or(headers->command ? "Custom" : answerTo(asked.kind));
    const bool isEmptyAnswer = variant == "Pong" && !headers->variant;
    return make(
        variant, headers->command.value_or(asked.command), isEmptyAnswer ? ByteView {} : reply.payload);
}

std::optional<Asked> askedBy(const Message &message)
{
    if (std::holds_alternative<Ping>(message))
        return Asked {Asked::Kind::Ping, {}};
    if (std::holds_alternative<Echo>(message))
        return Asked {Asked::Kind::Echo, {}};
    if (const auto *custom = std::get_if<Custom>(&message))
        return Asked {Asked::Kind::Custom, std::string(custom->command)};
    return std::nullopt;
}

MessageView fromWire(const Message &message, MessageKind kind, std::uint64_t id, HeaderBlock &headers)
{
    headers.clear();
    const Name name = nameOf(message);
    if (!name.variant.empty())
        put(headers, HeaderVariant, name.variant);
    return {kind, id, name.route.substr(0, MaxHeaderBytes), headers.view(), payloadOf(message), 0};
}

MessageView fromWire(const Message &message, const Asked &asked, std::uint64_t id, HeaderBlock &headers)
{
    headers.clear();
    if (messageName(message) != answerTo(asked.kind))
        put(headers, HeaderVariant, messageName(message));
    const auto *custom = std::get_if<Custom>(&message);
    if (custom && custom->command != asked.command)
        put(headers, HeaderCommand, custom->command);
    return {MessageKind::Reply, id, {}, headers.view(), payloadOf(message), 0};
}

} // namespace Halyard::Wire::Npro
