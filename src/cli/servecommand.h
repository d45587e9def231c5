// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/tlsarguments.h"
#include "cli/userarguments.h"
#include "endpoint/options.h"

namespace Halyard::Cli {

/// `halyard serve URL`: a server to try things with.
class ServeCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    std::string m_url;
    TlsArguments m_tls;
    UserArguments m_users;
    ServerOptions m_options;
    bool m_echo = false;
    bool m_verbose = false;
    bool m_json = false;
};

} // namespace Halyard::Cli
