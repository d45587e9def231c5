// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "crypto/replaycache.h"
#include "wire/export.h"
#include "wire/securityprovider.h"

namespace Halyard::Wire {

/// The securities that Halyard brings:
///   spake2-ed25519   tfserver's; options: encryption=E1|E2 (client), server-id
///   npro-session     network-protocol's; option: family=A|B (a server without it takes both)
class HALYARD_EXPORT Securities final : public SecurityProvider
{
public:
    Securities();
    ~Securities() override;

    [[nodiscard]] Result<std::unique_ptr<FrameSecurity>> make(
        std::string_view name, const SecuritySetup &setup) const override;
    [[nodiscard]] Result<std::unique_ptr<RecordOpener>> makeOpener(
        std::string_view name, ByteView exportedSecrets) const override;

private:
    const std::shared_ptr<ReplayCache> m_replays; // of all servers that have this provider
};

} // namespace Halyard::Wire
