// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/tlsarguments.h"
#include "cli/userarguments.h"
#include "cli/watcharguments.h"

namespace Halyard::Cli {

/// `halyard proxy LISTEN TARGET`: stands between two endpoints and prints what passes, on each side
/// where it is sealed anew.
class ProxyCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    std::string m_listen;
    std::string m_target;
    TlsArguments m_tls;
    UserArguments m_users;
    WatchArguments m_watch;
};

} // namespace Halyard::Cli
