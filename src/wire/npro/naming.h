// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "wire/bytes.h"
#include "wire/npro/codec.h"

/// What applications call network-protocol's messages (docs/wire/network-protocol-conventions.md).
namespace Halyard::Wire::Npro {

inline constexpr std::string_view RoutePing = "ping";
inline constexpr std::string_view RouteEcho = "echo";
inline constexpr std::string_view RouteUnknown = "unknown";
inline constexpr std::string_view HeaderVariant = "variant";
inline constexpr std::string_view HeaderCommand = "command"; ///< of an answer
/// The command that crates answer like a Ping.
inline constexpr std::string_view CommandPing = "PING";

struct Name {
    std::string_view route;   ///< of a Custom all of its command, which may be longer than routes are
    std::string_view variant; ///< of the header; empty where the route says it
};

/// A message that is no answer.
[[nodiscard]] inline Name nameOf(const Message &message) noexcept
{
    if (std::holds_alternative<Ping>(message))
        return {RoutePing, {}};
    if (std::holds_alternative<Echo>(message))
        return {RouteEcho, {}};
    if (const auto *custom = std::get_if<Custom>(&message)) {
        const std::string_view route = custom->command;
        const bool isTaken = route == RoutePing || route == RouteEcho || route == RouteUnknown;
        return {route, isTaken ? "Custom" : std::string_view()};
    }
    return {RouteUnknown, messageName(message)};
}

} // namespace Halyard::Wire::Npro
