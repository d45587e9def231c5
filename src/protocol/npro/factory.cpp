// SPDX-License-Identifier: MIT
#include "protocol/npro/factory.h"

#include <algorithm>
#include <utility>

#include "protocol/beginning.h"
#include "protocol/framedengine.h"
#include "protocol/npro/clientsession.h"
#include "protocol/npro/serversession.h"
#include "protocol/recognisingengine.h"
#include "protocol/sealing.h"
#include "wire/npro/dissector.h"
#include "wire/npro/recognition.h"

namespace Halyard::Wire::Npro {

namespace {

Result<std::shared_ptr<const ProtocolFactory>> makeFactory(const OptionValues &values)
{
    using Packets = Options::Packets;
    Options options;
    for (const auto &[name, value] : values) {
        if (name == "family")
            options.family = value;
        else
            options.packets = value == "plain" ? Packets::Plain
                : value == "both"              ? Packets::Both
                                               : Packets::Sealed;
    }
    return std::make_shared<NproFactory>(std::move(options));
}

} // namespace

NproFactory::NproFactory(Options options)
    : m_options(std::move(options))
{ }

NproFactory::~NproFactory() = default;

ProtocolDescription NproFactory::description()
{
    ProtocolDescription result;
    result.name = "network-protocol";
    result.summary
        = "packets with messages in bincode, sealed by X25519 and XChaCha20-Poly1305 (unauthenticated): "
          "the Rust crate network-protocol";
    result.options = {
        {"family", "A|B", "B",
            "how keys are derived: A by crates up to 1.0.0, B from 1.0.1 on; servers see it", true},
        {"packets", "sealed|plain|both", "sealed",
            "sealed as between the crate's client and daemon, or plain as inside its TLS; both: servers "
            "only",
            true},
    };
    result.capabilities.routes = true;
    result.capabilities.headers = true;
    result.capabilities.requests = true;
    result.capabilities.cancel = true;
    result.capabilities.events = true;
    result.capabilities.heartbeat = true;
    result.defaultMaxFrameBytes = MaxPayloadBytes + HeaderBytes;
    result.make = makeFactory;
    return result;
}

Recognition NproFactory::recognise(ByteView first) const
{
    switch (m_options.packets) {
    case Options::Packets::Sealed:
        return looksSealed(first);
    case Options::Packets::Plain:
        return looksPlain(first);
    case Options::Packets::Both:
        break;
    }
    return either(looksSealed(first), looksPlain(first));
}

std::unique_ptr<Engine> NproFactory::makeEngine(const EngineSetup &setup) const
{
    if (m_options.packets == Options::Packets::Plain)
        return makePlain(setup);
    if (m_options.packets == Options::Packets::Sealed || setup.role == Role::Client)
        return makeSealed(setup);
    std::vector<std::shared_ptr<const ProtocolFactory>> beginnings {
        std::make_shared<Beginning>(
            *this, looksSealed, [this](const EngineSetup &chosen) { return makeSealed(chosen); }),
        std::make_shared<Beginning>(
            *this, looksPlain, [this](const EngineSetup &chosen) { return makePlain(chosen); })};
    return std::make_unique<RecognisingEngine>(std::move(beginnings), setup);
}

std::unique_ptr<Engine> NproFactory::makePlain(const EngineSetup &setup) const
{
    return std::make_unique<FramedEngine>(m_framing, makeSession(setup, Wrapping::Plain), nullptr, setup);
}

std::unique_ptr<Engine> NproFactory::makeSealed(const EngineSetup &setup) const
{
    Sealing sealing;
    sealing.security = "npro-session";
    if (!m_options.family.empty())
        sealing.options = {{"family", m_options.family}};
    else if (setup.role == Role::Client)
        sealing.options = {{"family", "B"}};
    sealing.maxBodyBytes = std::min(
        MaxPayloadBytes, std::max(setup.limits.maxFrameBytesIn, setup.limits.maxFrameBytesOut) - HeaderBytes);
    return makeSealedEngine(m_framing, makeSession(setup, Wrapping::Sealed), sealing, setup);
}

std::unique_ptr<Session> NproFactory::makeSession(const EngineSetup &setup, Wrapping wrapping) const
{
    if (setup.role == Role::Client)
        return std::make_unique<ClientSession>(wrapping, setup.limits);
    return std::make_unique<ServerSession>(wrapping, setup.routes, setup.limits);
}

std::unique_ptr<Dissector> NproFactory::makeDissector() const { return std::make_unique<NproDissector>(); }

} // namespace Halyard::Wire::Npro
