// SPDX-License-Identifier: MIT
#include "protocol/tfserver/tfserverfactory.h"

#include <algorithm>
#include <utility>

#include "protocol/framedengine.h"
#include "protocol/recognisingengine.h"
#include "protocol/tfserver/tfserversession.h"
#include "wire/escape.h"
#include "wire/tfserver/dissector.h"
#include "wire/tfserver/recognition.h"

namespace Halyard::Wire::TfServer {

namespace {

tl::unexpected<Error> badOption(const std::string &name, const std::string &value, const std::string &values)
{
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        "option " + name + "=" + value + " of tfserver: possible are " + values);
}

Result<std::shared_ptr<const ProtocolFactory>> makeFactory(const OptionValues &values)
{
    Options options;
    bool namesEncryption = false;
    for (const auto &[name, value] : values) {
        if (name == "generation") {
            if (value != "3" && value != "4")
                return badOption(name, value, "3, 4");
            options.generation = value == "3" ? Generation::G3 : Generation::G4;
        } else if (name == "encryption") {
            if (value != "E1" && value != "E2")
                return badOption(name, value, "E1, E2");
            options.encryption = value;
            namesEncryption = true;
        } else if (name == "server-id") {
            options.serverName = value;
        } else if (name == "clear") {
            if (value != "refuse" && value != "serve")
                return badOption(name, value, "refuse, serve");
            options.servesClear = value == "serve";
        } else {
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "tfserver has no option " + name);
        }
    }
    if (options.generation == Generation::G3) {
        if (namesEncryption && options.encryption != "E1")
            return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
                "option encryption=E2 of tfserver: nothing of generation 3 knows it");
        options.encryption = "E1";
    }
    return std::make_shared<TfServerFactory>(std::move(options));
}

Recognition recognitionOf(Likeness likeness)
{
    switch (likeness) {
    case Likeness::Yes:
        return Recognition::Yes;
    case Likeness::No:
        return Recognition::No;
    case Likeness::TooShort:
        break;
    }
    return Recognition::More;
}

} // namespace

/// One of the two ways to begin, for a server that has to find out which.
class TfServerFactory::Half final : public ProtocolFactory
{
public:
    Half(const TfServerFactory &whole, bool sealed)
        : m_whole(whole)
        , m_sealed(sealed)
    { }

    [[nodiscard]] std::string_view name() const override { return m_whole.name(); }
    [[nodiscard]] Recognition recognise(ByteView first) const override
    {
        return recognitionOf(m_sealed ? looksSealed(first) : looksClear(first));
    }
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override
    {
        return m_whole.makeHalf(setup, m_sealed);
    }
    [[nodiscard]] const Framing *framing() const override { return m_whole.framing(); }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override
    {
        return m_whole.makeDissector();
    }

private:
    const TfServerFactory &m_whole; // outlives the engines it made, and so their halves
    const bool m_sealed;
};

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
    const Likeness clear = looksClear(first);
    const Likeness sealed = looksSealed(first);
    if (clear == Likeness::Yes || sealed == Likeness::Yes)
        return Recognition::Yes;
    return clear == Likeness::No && sealed == Likeness::No ? Recognition::No : Recognition::More;
}

Result<void> TfServerFactory::canServe(const RouteNames &routes, bool authenticates) const
{
    const std::string_view longest = routes.longestName();
    if (!authenticates || !m_options.servesClear || longest.size() <= LongestTellingName)
        return {};
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        "option clear=serve of tfserver: route " + escapeText(longest) + " has more than "
            + std::to_string(LongestTellingName)
            + " bytes, and a client in clear that asks for it would be taken for one that names a user");
}

std::unique_ptr<Engine> TfServerFactory::makeEngine(const EngineSetup &setup) const
{
    if (!setup.authenticates || setup.role == Role::Client || !m_options.servesClear)
        return makeHalf(setup, setup.authenticates);
    std::vector<std::shared_ptr<const ProtocolFactory>> halves {
        std::make_shared<Half>(*this, false), std::make_shared<Half>(*this, true)};
    return std::make_unique<RecognisingEngine>(std::move(halves), setup);
}

std::unique_ptr<Engine> TfServerFactory::makeHalf(const EngineSetup &setup, bool sealed) const
{
    Result<std::unique_ptr<FrameSecurity>> security = nullptr;
    std::string spoken;
    if (sealed) {
        SecuritySetup wanted;
        wanted.side = setup.role == Role::Client ? SecuritySetup::Side::Client : SecuritySetup::Side::Server;
        wanted.options = {{"encryption", m_options.encryption}, {"server-id", m_options.serverName}};
        wanted.maxBody = std::max(setup.limits.maxFrameBytesIn, setup.limits.maxFrameBytesOut)
            - LengthFraming::HeaderBytes;
        wanted.random = setup.random;
        spoken = setup.role == Role::Client ? ", sealed as " + m_options.encryption : ", sealed";
        security = setup.securities
            ? setup.securities->make("spake2-ed25519", wanted)
            : failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "nothing here can seal");
    }
    std::unique_ptr<Session> session;
    if (setup.role == Role::Client)
        session = std::make_unique<ClientSession>(m_options.generation, std::move(spoken), setup.limits);
    else
        session = std::make_unique<ServerSession>(setup.routes, std::move(spoken), setup.limits);
    auto engine = std::make_unique<FramedEngine>(
        m_framing, std::move(session), security ? std::move(*security) : nullptr, setup);
    if (!security) // never in clear instead
        engine->fail(std::move(security.error()), {});
    return engine;
}

std::unique_ptr<Dissector> TfServerFactory::makeDissector() const
{
    return std::make_unique<TfServerDissector>();
}

} // namespace Halyard::Wire::TfServer
