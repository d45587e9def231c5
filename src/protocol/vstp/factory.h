// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/protocolfactory.h"
#include "protocol/vstp/session.h"
#include "wire/export.h"
#include "wire/vstp/framing.h"

namespace Halyard::Wire::Vstp {

/// vstp as an endpoint uses it. Options: `profile=R|S`, `peer=halyard|raw|easy`.
class HALYARD_EXPORT VstpFactory final : public ProtocolFactory
{
public:
    explicit VstpFactory(Profile profile = Profile::R, Peer peer = Peer::Halyard) noexcept;
    ~VstpFactory() override;

    /// What the registry says about it, and how to make one from options.
    [[nodiscard]] static ProtocolDescription description();

    [[nodiscard]] std::string_view name() const override { return "vstp"; }
    [[nodiscard]] Recognition recognise(ByteView first) const override;
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override;
    [[nodiscard]] const Framing *framing() const override { return &m_framing; }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override;

private:
    VstpFraming m_framing;
    Peer m_peer;
};

} // namespace Halyard::Wire::Vstp
