// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.h"

namespace Halyard::Cli {

/// `halyard protocols`: what each protocol can do, and its options.
class ProtocolsCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    bool m_json = false;
};

} // namespace Halyard::Cli
