// SPDX-License-Identifier: MIT
#include "cli/command.h"

#include <CLI/App.hpp>

namespace Halyard::Cli {

Command::~Command() = default;

bool Command::isChosen() const { return m_app && m_app->parsed(); }

CLI::App &Command::subcommand(CLI::App &program, const char *name, const char *description)
{
    m_app = program.add_subcommand(name, description);
    return *m_app;
}

} // namespace Halyard::Cli
