// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/tlsarguments.h"
#include "cli/userarguments.h"
#include "cli/watcharguments.h"

namespace Halyard::Cli {

/// `halyard watch URL`: one end of a conversation that prints every frame.
class WatchCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    [[nodiscard]] ExitStatus connectAndWatch();
    [[nodiscard]] ExitStatus listenAndWatch();

    std::string m_url;
    bool m_listen = false;
    TlsArguments m_tls;
    UserArguments m_users;
    WatchArguments m_watch;
};

} // namespace Halyard::Cli
