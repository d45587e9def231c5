// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "protocol/protocolfactory.h"
#include "protocol/session.h"
#include "wire/export.h"
#include "wire/lengthframing.h"
#include "wire/tfserver/codec.h"

namespace Halyard::Wire::TfServer {

/// What a client is told, because no byte tells it.
struct Options {
    Generation generation = Generation::G4;
    std::string encryption = "E2";     ///< E1 or E2: how a client seals
    std::string serverName = "server"; ///< what both sides of a sealed session are configured with
    /// Server: clients that name no user are served in clear beside those that do.
    bool servesClear = false;
};

/// tfserver as an endpoint uses it: sealed by spake2-ed25519 where there are users, in clear where there are
/// none. Options: `generation=3|4`, `encryption=E1|E2`, `server-id=NAME`, `clear=refuse|serve`.
class HALYARD_EXPORT TfServerFactory final : public ProtocolFactory
{
public:
    explicit TfServerFactory(Options options = {});
    ~TfServerFactory() override;

    /// What the registry says about it, and how to make one from options.
    [[nodiscard]] static ProtocolDescription description();

    [[nodiscard]] std::string_view name() const override { return "tfserver"; }
    /// Whether the first frame may open a request or name a user.
    [[nodiscard]] Recognition recognise(ByteView first) const override;
    /// With `clear=serve` no name may be longer than the first bytes of a client can tell from a user's.
    [[nodiscard]] Result<void> canServe(const RouteNames &routes, bool authenticates) const override;
    [[nodiscard]] std::unique_ptr<Engine> makeEngine(const EngineSetup &setup) const override;
    [[nodiscard]] const Framing *framing() const override { return &m_framing; }
    [[nodiscard]] std::unique_ptr<Dissector> makeDissector() const override;

private:
    [[nodiscard]] std::unique_ptr<Engine> makeClear(const EngineSetup &setup) const;
    [[nodiscard]] std::unique_ptr<Engine> makeSealed(const EngineSetup &setup) const;
    /// `security` is for people; empty where nothing seals.
    [[nodiscard]] std::unique_ptr<Session> makeSession(
        const EngineSetup &setup, const std::string &security) const;

    const LengthFraming m_framing;
    const Options m_options;
};

} // namespace Halyard::Wire::TfServer
