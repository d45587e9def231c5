// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/clientarguments.h"
#include "cli/command.h"

namespace Halyard::Cli {

/// `halyard bench URL`: load on a server that answers requests, and what it did with it.
class BenchCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    ClientArguments m_client;
    std::string m_route = "echo";
    int m_connections = 1;
    double m_seconds = 5;
    int m_size = 64;
    int m_inFlight = 1;
};

} // namespace Halyard::Cli
