// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/exitstatus.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// The program's arguments: all commands and what belongs to none of them. Help, completion and man page are
/// made from these definitions.
class CommandLine
{
public:
    CommandLine();
    ~CommandLine();
    CommandLine(const CommandLine &) = delete;
    CommandLine &operator=(const CommandLine &) = delete;

    /// The command to run; nullptr where there is none (help, wrong usage): it was dealt with, and `status`
    /// says how the program ends.
    [[nodiscard]] Command *parse(int argc, const char *const *argv, ExitStatus &status);

private:
    void declareCommon();

    std::unique_ptr<CLI::App> m_app;
    std::vector<std::unique_ptr<Command>> m_commands;
    std::string m_completion;
    bool m_man = false;
};

} // namespace Halyard::Cli
