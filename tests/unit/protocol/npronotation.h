// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "dialogue.h"
#include "protocol/framedengine.h"
#include "protocol/npro/clientsession.h"
#include "protocol/npro/serversession.h"
#include "wire/escape.h"
#include "wire/npro/framing.h"

/// Packets in scripts: "Ping", "Pong", "Disconnect", "Unknown", "Echo | text", "Custom command | payload".
namespace Halyard::Wire::Test {

inline Bytes packetOf(ByteView body)
{
    const Npro::NproFraming framing;
    const Extent extent = framing.extentFor(body);
    Bytes packet(extent.total());
    copyBytes(body, packet.data() + extent.header);
    framing.wrap(packet, extent);
    return packet;
}

inline Bytes packetBytes(std::string_view notation)
{
    using namespace Npro;
    const std::size_t bar = notation.find(" | ");
    const std::string_view payload
        = bar == std::string_view::npos ? std::string_view() : notation.substr(bar + 3);
    const std::string_view head = notation.substr(0, bar);
    if (head == "Ping")
        return packetOf(writeMessage(Ping {}));
    if (head == "Pong")
        return packetOf(writeMessage(Pong {}));
    if (head == "Disconnect")
        return packetOf(writeMessage(Disconnect {}));
    if (head == "Unknown")
        return packetOf(writeMessage(Unknown {}));
    if (head == "Echo")
        return packetOf(writeMessage(Echo {payload}));
    if (head == "Init")
        return packetOf(writeMessage(HandshakeInit {}));
    if (head.starts_with("Custom "))
        return packetOf(writeMessage(Custom {head.substr(7), asBytes(payload)}));
    throw std::invalid_argument("no packet: " + std::string(notation));
}

inline std::string takePacket(ByteView &bytes)
{
    using namespace Npro;
    const auto extent = NproFraming().measure(bytes, HeaderBytes + MaxPayloadBytes);
    if (!extent || !*extent || (*extent)->total() > bytes.size()) {
        const std::string rest = "? " + toHex(bytes);
        bytes = {};
        return rest;
    }
    const ByteView body = bytes.subspan((*extent)->header, (*extent)->body);
    bytes = bytes.subspan((*extent)->total());
    const auto message = parseMessage(body);
    if (!message)
        return "? " + toHex(body);
    std::string text(messageName(*message));
    std::string_view payload;
    if (const auto *echo = std::get_if<Echo>(&*message))
        payload = echo->text;
    if (const auto *custom = std::get_if<Custom>(&*message)) {
        text += ' ' + std::string(custom->command);
        payload = asText(custom->payload);
    }
    return payload.empty() ? text : text + " | " + escapeText(payload);
}

/// One side without crypto: what the sealed one says between sealing and opening.
class NproDialogue final
{
public:
    explicit NproDialogue(Role role, const std::shared_ptr<const RouteNames> &routes = nullptr,
        const EngineLimits &limits = {}, Npro::Wrapping wrapping = Npro::Wrapping::Sealed)
        : m_dialogue(makeEngine(role, routes, limits, wrapping), {packetBytes, takePacket})
    { }
    void run(std::string_view script) { m_dialogue.run(script); }
    [[nodiscard]] Dialogue &dialogue() { return m_dialogue; }
    [[nodiscard]] Engine &engine() { return m_dialogue.engine(); }

private:
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(Role role,
        const std::shared_ptr<const RouteNames> &routes, const EngineLimits &limits,
        Npro::Wrapping wrapping) const
    {
        EngineSetup setup;
        setup.role = role;
        setup.limits = limits;
        std::unique_ptr<Session> session;
        if (role == Role::Client)
            session = std::make_unique<Npro::ClientSession>(wrapping, limits);
        else
            session = std::make_unique<Npro::ServerSession>(
                wrapping, [routes] { return routes; }, limits);
        return std::make_unique<FramedEngine>(m_framing, std::move(session), nullptr, setup);
    }

    Npro::NproFraming m_framing;
    Dialogue m_dialogue;
};

[[nodiscard]] inline std::shared_ptr<const RouteNames> routesNamed(
    std::initializer_list<std::string_view> names)
{
    auto routes = std::make_shared<RouteNames>();
    for (const std::string_view name : names)
        routes->add(name);
    return routes;
}

} // namespace Halyard::Wire::Test
