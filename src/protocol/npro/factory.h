// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "protocol/npro/session.h"
#include "protocol/protocolfactory.h"
#include "protocol/session.h"
#include "wire/export.h"
#include "wire/npro/framing.h"

namespace Halyard::Wire::Npro {

/// What no byte tells a client, and what a server takes.
struct Options {
    enum class Packets : std::uint8_t { Sealed, Plain, Both };

    std::string family; ///< A or B; empty: B for a client, both for a server
    /// Plain packets are for transports that seal, or stay on the machine. A server that takes both sees the
    /// difference in the first packet; a client cannot.
    Packets packets = Packets::Sealed;
};

/// network-protocol as an endpoint uses it. Options: `family=A|B`, `packets=sealed|plain|both`.
class HALYARD_EXPORT NproFactory final : public ProtocolFactory
{
public:
    explicit NproFactory(Options options = {});
    ~NproFactory() override;

    /// What the registry says about it, and how to make one from options.
    [[nodiscard]] static ProtocolDescription description();

    [[nodiscard]] std::string_view name() const override { return "network-protocol"; }
    /// Five bytes are magic and version; the first message tells whether it begins a handshake.
    [[nodiscard]] Recognition recognise(ByteView first) const override;
    [[nodiscard]] std::size_t defaultMaxFrameBytes() const override { return HeaderBytes + MaxPayloadBytes; }
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override;
    [[nodiscard]] const Framing *framing() const override { return &m_framing; }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override;

private:
    [[nodiscard]] std::unique_ptr<Engine> makePlain(const EngineSetup &setup) const;
    [[nodiscard]] std::unique_ptr<Engine> makeSealed(const EngineSetup &setup) const;
    [[nodiscard]] std::unique_ptr<Session> makeSession(const EngineSetup &setup, Wrapping wrapping) const;

    const NproFraming m_framing;
    const Options m_options;
};

} // namespace Halyard::Wire::Npro
