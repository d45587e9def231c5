// SPDX-License-Identifier: MIT
#include "protocol/tfserver/factory.h"

#include <algorithm>
#include <utility>

#include "protocol/beginning.h"
#include "protocol/framedengine.h"
#include "protocol/recognisingengine.h"
#include "protocol/sealing.h"
#include "protocol/tfserver/clientsession.h"
#include "protocol/tfserver/serversession.h"
#include "wire/escape.h"
#include "wire/tfserver/dissector.h"
#include "wire/tfserver/recognition.h"

namespace Halyard::Wire::TfServer {

namespace {

Result<std::shared_ptr<const ProtocolFactory>> makeFactory(const OptionValues &values)
{
    Options options;
    for (const auto &[name, value] : values) {
        if (name == "generation")
            options.generation = value == "3" ? Generation::G3 : Generation::G4;
        else if (name == "encryption")
            options.encryption = value;
        else if (name == "server-id")
            options.serverName = value;
        else
            options.servesClear = value == "serve";
    }
    if (options.generation == Generation::G3) {
        if (const auto asked = values.find("encryption"); asked != values.end() && asked->second != "E1")
            return refused(ErrorCode::InvalidArgument,
                "option encryption=E2 of tfserver: nothing of generation 3 knows it");
        options.encryption = "E1";
    }
    return std::make_shared<TfServerFactory>(std::move(options));
}

} // namespace

TfServerFactory::TfServerFactory(Options options)
    : m_options(std::move(options))
{ }

TfServerFactory::~TfServerFactory() = default;

ProtocolDescription TfServerFactory::description()
{
    ProtocolDescription result;
    result.name = "tfserver";
    result.summary
        = "named handlers, in clear or sealed by SPAKE2 and AES-256-GCM: the Rust crate the-fourth-server";
    result.options = {
        {"generation", "3|4", "4",
            "what a client speaks: 3 for crates up to 0.3, 4 from 0.4 on; servers see it"},
        {"encryption", "E1|E2", "E2",
            "how a client with a user name seals: E1 for crates up to 0.4.4, E2 from 0.4.5 on; servers see "
            "it",
            true},
        {"server-id", "NAME", "server", "the server's name in sealed sessions, the same on both sides", true},
        {"clear", "refuse|serve", "refuse", "what a server that has users does with clients that name none"},
    };
    result.capabilities.routes = true;
    result.capabilities.headers = true;
    result.capabilities.requests = true;
    result.authenticates = true;
    result.make = makeFactory;
    return result;
}

Recognition TfServerFactory::recognise(ByteView first) const
{
    return either(looksClear(first), looksSealed(first));
}

Result<void> TfServerFactory::canServe(const RouteNames &routes, bool authenticates) const
{
    const std::string_view longest = routes.longestName();
    if (!authenticates || !m_options.servesClear || longest.size() <= LongestTellingName)
        return {};
    return refused(ErrorCode::InvalidArgument,
        "option clear=serve of tfserver: route " + escapeText(longest) + " has more than "
            + std::to_string(LongestTellingName)
            + " bytes, and a client in clear that asks for it would be taken for one that names a user");
}

std::unique_ptr<Engine> TfServerFactory::makeEngine(const EngineSetup &setup) const
{
    if (!setup.authenticates)
        return makeClear(setup);
    if (setup.role == Role::Client || !m_options.servesClear)
        return makeSealed(setup);
    std::vector<std::shared_ptr<const ProtocolFactory>> beginnings {
        std::make_shared<Beginning>(
            *this, looksClear, [this](const EngineSetup &chosen) { return makeClear(chosen); }),
        std::make_shared<Beginning>(
            *this, looksSealed, [this](const EngineSetup &chosen) { return makeSealed(chosen); })};
    return std::make_unique<RecognisingEngine>(std::move(beginnings), setup);
}

std::unique_ptr<Engine> TfServerFactory::makeClear(const EngineSetup &setup) const
{
    return std::make_unique<FramedEngine>(m_framing, makeSession(setup, {}), nullptr, setup);
}

std::unique_ptr<Engine> TfServerFactory::makeSealed(const EngineSetup &setup) const
{
    Sealing sealing;
    sealing.security = "spake2-ed25519";
    sealing.options = {{"encryption", m_options.encryption}, {"server-id", m_options.serverName}};
    sealing.maxBodyBytes
        = std::max(setup.limits.maxFrameBytesIn, setup.limits.maxFrameBytesOut) - LengthFraming::HeaderBytes;
    const bool isClient = setup.role == Role::Client;
    return makeSealedEngine(m_framing,
        makeSession(setup, isClient ? ", sealed as " + m_options.encryption : ", sealed"), sealing, setup);
}

std::unique_ptr<Session> TfServerFactory::makeSession(
    const EngineSetup &setup, const std::string &security) const
{
    if (setup.role == Role::Client)
        return std::make_unique<ClientSession>(m_options.generation, security, setup.limits);
    return std::make_unique<ServerSession>(setup.routes, security, setup.limits);
}

std::unique_ptr<Dissector> TfServerFactory::makeDissector() const
{
    return std::make_unique<TfServerDissector>();
}

} // namespace Halyard::Wire::TfServer
