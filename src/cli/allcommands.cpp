// SPDX-License-Identifier: MIT
#include "cli/benchcommand.h"
#include "cli/command.h"
#include "cli/decodecommand.h"
#include "cli/protocolscommand.h"
#include "cli/proxycommand.h"
#include "cli/requestcommand.h"
#include "cli/sendcommand.h"
#include "cli/servecommand.h"
#include "cli/watchcommand.h"

namespace Halyard::Cli {

std::vector<std::unique_ptr<Command>> allCommands()
{
    std::vector<std::unique_ptr<Command>> commands;
    commands.push_back(std::make_unique<ServeCommand>());
    commands.push_back(std::make_unique<RequestCommand>());
    commands.push_back(std::make_unique<SendCommand>());
    commands.push_back(std::make_unique<WatchCommand>());
    commands.push_back(std::make_unique<ProxyCommand>());
    commands.push_back(std::make_unique<DecodeCommand>());
    commands.push_back(std::make_unique<BenchCommand>());
    commands.push_back(std::make_unique<ProtocolsCommand>());
    return commands;
}

} // namespace Halyard::Cli
