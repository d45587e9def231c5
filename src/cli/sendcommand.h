// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/clientarguments.h"
#include "cli/command.h"
#include "cli/payloadsource.h"

namespace Halyard::Cli {

/// `halyard send URL [ROUTE]`: one-way messages, and what comes back.
class SendCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    ClientArguments m_client;
    std::string m_route;
    std::vector<std::string> m_headers;
    int m_count = 1;
    int m_wait = 0;
    PayloadSource m_payload;
};

} // namespace Halyard::Cli
