// SPDX-License-Identifier: MIT
#include "protocol/npro/nprofactory.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/framedengine.h"
#include "protocol/recognisingengine.h"
#include "wire/npro/dissector.h"
#include "wire/npro/recognition.h"

namespace Halyard::Wire::Npro {

namespace {

tl::unexpected<Error> badOption(const std::string &name, const std::string &value, const std::string &values)
{
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        "option " + name + "=" + value + " of network-protocol: possible are " + values);
}

Result<std::shared_ptr<const ProtocolFactory>> makeFactory(const OptionValues &values)
{
    using Packets = Options::Packets;
    Options options;
    for (const auto &[name, value] : values) {
        if (name == "family") {
            if (value != "A" && value != "B")
                return badOption(name, value, "A, B");
            options.family = value;
        } else if (name == "packets") {
            if (value != "sealed" && value != "plain" && value != "both")
                return badOption(name, value, "sealed, plain, both");
            options.packets = value == "sealed" ? Packets::Sealed
                : value == "plain"              ? Packets::Plain
                                                : Packets::Both;
        } else {
            return failure(
                ErrorCode::InvalidArgument, ErrorOrigin::Local, "network-protocol has no option " + name);
        }
    }
    return std::make_shared<NproFactory>(std::move(options));
}

Recognition recognitionOf(std::optional<Opening> opening, bool sealed, bool plain)
{
    if (!opening)
        return Recognition::More;
    const bool ours = (*opening == Opening::Handshake && sealed) || (*opening == Opening::Packet && plain);
    return ours ? Recognition::Yes : Recognition::No;
}

} // namespace

/// One of the two ways to begin, for a server that has to find out which.
class NproFactory::Half final : public ProtocolFactory
{
public:
    Half(const NproFactory &whole, Wrapping wrapping)
        : m_whole(whole)
        , m_wrapping(wrapping)
    { }

    [[nodiscard]] std::string_view name() const override { return m_whole.name(); }
    [[nodiscard]] Recognition recognise(ByteView first) const override
    {
        const bool sealed = m_wrapping == Wrapping::Sealed;
        return recognitionOf(recogniseOpening(first), sealed, !sealed);
    }
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override
    {
        return m_whole.makeHalf(setup, m_wrapping);
    }
    [[nodiscard]] const Framing *framing() const override { return m_whole.framing(); }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override
    {
        return m_whole.makeDissector();
    }

private:
    const NproFactory &m_whole; // outlives the engines it made, and so their halves
    const Wrapping m_wrapping;
};

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
    using Packets = Options::Packets;
    return recognitionOf(
        recogniseOpening(first), m_options.packets != Packets::Plain, m_options.packets != Packets::Sealed);
}

std::unique_ptr<Engine> NproFactory::makeEngine(const EngineSetup &setup) const
{
    if (m_options.packets == Options::Packets::Plain)
        return makeHalf(setup, Wrapping::Plain);
    if (m_options.packets == Options::Packets::Sealed || setup.role == Role::Client)
        return makeHalf(setup, Wrapping::Sealed);
    std::vector<std::shared_ptr<const ProtocolFactory>> halves {
        std::make_shared<Half>(*this, Wrapping::Sealed), std::make_shared<Half>(*this, Wrapping::Plain)};
    return std::make_unique<RecognisingEngine>(std::move(halves), setup);
}

std::unique_ptr<Engine> NproFactory::makeHalf(const EngineSetup &setup, Wrapping wrapping) const
{
    const bool isClient = setup.role == Role::Client;
    Result<std::unique_ptr<FrameSecurity>> security = nullptr;
    if (wrapping == Wrapping::Sealed) {
        SecuritySetup wanted;
        wanted.side = isClient ? SecuritySetup::Side::Client : SecuritySetup::Side::Server;
        if (isClient || !m_options.family.empty())
            wanted.options = {{"family", m_options.family.empty() ? "B" : m_options.family}};
        wanted.maxBody = std::min(MaxPayloadBytes,
            std::max(setup.limits.maxFrameBytesIn, setup.limits.maxFrameBytesOut) - HeaderBytes);
        wanted.random = setup.random;
        security = setup.securities
            ? setup.securities->make("npro-session", wanted)
            : failure(ErrorCode::NotSupportedByProtocol, ErrorOrigin::Local, "nothing here can seal");
    }
    std::unique_ptr<Session> session;
    if (isClient)
        session = std::make_unique<ClientSession>(wrapping, setup.limits);
    else
        session = std::make_unique<ServerSession>(wrapping, setup.routes, setup.limits);
    auto engine = std::make_unique<FramedEngine>(
        m_framing, std::move(session), security ? std::move(*security) : nullptr, setup);
    if (!security) // never in clear instead
        engine->fail(std::move(security.error()), {});
    return engine;
}

std::unique_ptr<Dissector> NproFactory::makeDissector() const { return std::make_unique<NproDissector>(); }

} // namespace Halyard::Wire::Npro
