// SPDX-License-Identifier: MIT
#include "wire/npro/exchange.h"

#include <algorithm>
#include <string_view>

#include "wire/npro/layout.h"
#include "wire/npro/naming.h"

namespace Halyard::Wire::Npro {

namespace {

// Questions whose answers are followed; the oldest are given up.
constexpr std::size_t MaxOpen = 65'536;
// Of a command, which may be as large as a packet: what lists show, what questions are told apart by, and the
// most that an application can send as a route.
constexpr std::size_t MaxCommandBytes = 255;

std::string_view commandOf(const Message &message)
{
    const auto *custom = std::get_if<Custom>(&message);
    return custom ? custom->command.substr(0, MaxCommandBytes) : std::string_view();
}

/// Servers answer all that is asked; clients nothing but Pings.
bool canAnswer(Direction direction, const Message &message, bool isSealed)
{
    if (std::holds_alternative<Pong>(message))
        return true;
    if (std::holds_alternative<Ping>(message))
        return direction == Direction::ServerToClient && !isSealed;
    return direction == Direction::ServerToClient;
}

bool canAsk(Direction direction, const Message &message)
{
    if (std::holds_alternative<Ping>(message))
        return true;
    return direction == Direction::ClientToServer
        && (std::holds_alternative<Echo>(message) || std::holds_alternative<Custom>(message));
}

/// What only the two programs below the applications say to each other.
bool isProtocols(const Message &message)
{
    return std::holds_alternative<HandshakeInit>(message)
        || std::holds_alternative<HandshakeResponse>(message)
        || std::holds_alternative<HandshakeConfirm>(message) || std::holds_alternative<Disconnect>(message);
}

} // namespace

MessageFacts Exchange::factsOf(Direction direction, const Message &message, bool isSealed)
{
    MessageFacts facts;
    facts.type = messageName(message);
    if (isProtocols(message))
        return facts;
    const Name name = nameOf(message);
    facts.isApplications = name.route.size() <= MaxCommandBytes;
    if (!std::holds_alternative<Pong>(message)) // an answer only: no route leads to it
        facts.route = name.route.substr(0, MaxCommandBytes);
    if (!name.variant.empty())
        facts.headers.emplace_back(HeaderVariant, name.variant);

    const auto other
        = direction == Direction::ClientToServer ? Direction::ServerToClient : Direction::ClientToServer;
    if (canAnswer(direction, message, isSealed)) {
        if (const auto call = takeAnswered(m_askers[std::size_t(other)], message)) {
            facts.call = *call;
            facts.part = CallPart::Ends;
            return facts;
        }
    }
    if (!canAsk(direction, message))
        return facts;
    Asker &asker = m_askers[std::size_t(direction)];
    facts.call = ++asker.calls;
    facts.part = CallPart::Opens;
    if (asker.open.size() >= MaxOpen)
        asker.open.pop_front();
    asker.open.push_back({facts.call, message.index(), std::string(commandOf(message))});
    return facts;
}

std::optional<std::uint64_t> Exchange::takeAnswered(Asker &asker, const Message &message)
{
    // A Ping that comes back is as good as its Pong.
    const std::size_t kind
        = std::holds_alternative<Pong>(message) ? std::size_t(TagOf<Ping>) : message.index();
    auto found = std::ranges::find_if(asker.open, [&](const Question &question) {
        return question.kind == kind && question.command == commandOf(message);
    });
    if (found == asker.open.end() && !std::holds_alternative<Ping>(message)) {
        found = std::ranges::find_if(
            asker.open, [](const Question &question) { return question.kind == TagOf<Custom>; });
    }
    if (found == asker.open.end())
        return std::nullopt;
    const std::uint64_t call = found->call;
    asker.open.erase(asker.open.begin(), found + 1);
    return call;
}

} // namespace Halyard::Wire::Npro
