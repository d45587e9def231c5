// SPDX-License-Identifier: MIT
#pragma once

#include "wire/export.h"
#include "wire/securityprovider.h"

namespace Halyard::Wire {

/// The securities that Halyard brings:
///   spake2-ed25519   tfserver's; options: encryption=E1|E2 (client), server-id
class HALYARD_EXPORT Securities final : public SecurityProvider
{
public:
    Securities();
    ~Securities() override;

    [[nodiscard]] Result<std::unique_ptr<FrameSecurity>> make(
        std::string_view name, const SecuritySetup &setup) const override;
};

} // namespace Halyard::Wire
