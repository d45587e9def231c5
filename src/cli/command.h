// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "cli/exitstatus.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// One subcommand: declares its arguments, and runs once they were parsed into it.
class Command
{
public:
    Command() = default;
    Command(const Command &) = delete;
    Command &operator=(const Command &) = delete;
    virtual ~Command();

    /// Adds the subcommand; the arguments refer to this object.
    virtual void declare(CLI::App &program) = 0;
    [[nodiscard]] bool isChosen() const;
    /// Does its work, in an event loop of its own where it needs one. A QCoreApplication exists.
    [[nodiscard]] virtual ExitStatus run() = 0;

protected:
    /// Adds it to the program; declare() begins with this.
    CLI::App &subcommand(CLI::App &program, const char *name, const char *description);

private:
    CLI::App *m_app = nullptr;
};

/// All there are, in the order in which they are listed for people.
[[nodiscard]] std::vector<std::unique_ptr<Command>> allCommands();

} // namespace Halyard::Cli
