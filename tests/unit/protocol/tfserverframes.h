// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "dialogue.h"
#include "protocol/framedengine.h"
#include "protocol/tfserver/factory.h"
#include "wire/bytewriter.h"
#include "wire/tfserver/codec.h"

/// tfserver's frames as hexadecimal text, for the << and >> of a Dialogue.
namespace Halyard::Wire::Test {

using TfServer::Generation;
using ErrorKind = TfServer::ServerError::Kind;

[[nodiscard]] inline std::string frame(ByteView body)
{
    Bytes whole(4);
    ByteWriter(whole).writeU32Be(static_cast<std::uint32_t>(body.size()));
    whole.insert(whole.end(), body.begin(), body.end());
    return toHex(whole);
}
[[nodiscard]] inline std::string frame(std::string_view body) { return frame(asBytes(body)); }

[[nodiscard]] inline std::string meta(
    Generation generation, std::uint64_t handler, bool hasPayload, std::uint64_t type = 0)
{
    return frame(write(generation, TfServer::PacketMeta {type, handler, hasPayload}));
}
[[nodiscard]] inline std::string query(Generation generation, std::string_view name)
{
    return frame(write(generation, TfServer::HandlerQuery {name}));
}
[[nodiscard]] inline std::string number(Generation generation, std::uint64_t handler)
{
    return frame(write(generation, TfServer::HandlerAnswer {handler}));
}
[[nodiscard]] inline std::string error(
    Generation generation, ErrorKind kind, std::optional<std::string_view> detail = {})
{
    return frame(write(generation, TfServer::ServerError {kind, detail}));
}

/// A client or a server of tfserver, with the routes echo (0), typed (1, types 1 and 7), gone (2) and
/// handoff (3), which may take the connection.
class TfServerDialogue
{
public:
    explicit TfServerDialogue(Role role, TfServer::Options options = {}, const EngineLimits &limits = {},
        const Filters &filters = {})
        : m_factory(std::move(options))
        , m_dialogue(m_factory.makeEngine(setupFor(role, limits, filters)))
    { }

    [[nodiscard]] Dialogue *operator->() { return &m_dialogue; }
    void run(const std::string &script) { m_dialogue.run(script); }

    [[nodiscard]] static EngineSetup setupFor(
        Role role, const EngineLimits &limits = {}, const Filters &filters = {})
    {
        RouteNames names;
        names.add("echo");
        names.add("typed");
        names.setTypes("typed", {1, 7});
        names.add("gone");
        names.remove("gone");
        names.add("handoff");
        names.setMayHandOff("handoff", true);
        EngineSetup setup;
        setup.role = role;
        setup.limits = limits;
        setup.filters = filters;
        setup.routes = [shared = std::make_shared<const RouteNames>(std::move(names))] { return shared; };
        return setup;
    }

private:
    TfServer::TfServerFactory m_factory;
    Dialogue m_dialogue;
};

} // namespace Halyard::Wire::Test
