// SPDX-License-Identifier: MIT
#include "cli/bashcompletion.h"

#include <string>

#include <CLI/App.hpp>

#include "cli/optionwords.h"

namespace Halyard::Cli {
namespace {

std::string joined(const std::vector<std::string> &words, const char *separator)
{
    std::string text;
    for (const auto &word : words)
        text += (text.empty() ? "" : separator) + word;
    return text;
}

std::vector<std::string> optionNames(const CLI::App &app)
{
    std::vector<std::string> names;
    for (const auto *option : namedOptions(app)) {
        for (const auto &name : spellings(*option))
            names.push_back(name);
    }
    return names;
}

/// What may follow an option that takes a value.
std::string valueCases(const CLI::App &app)
{
    std::string cases;
    for (const auto *option : namedOptions(app)) {
        if (!takesValue(*option))
            continue;
        std::vector<std::string> patterns;
        for (const auto &name : spellings(*option))
            patterns.push_back(app.get_name() + "," + name);
        const auto words = choices(*option);
        cases += "        " + joined(patterns, "|") + ")\n";
        if (!words.empty())
            cases += "            COMPREPLY=($(compgen -W \"" + joined(words, " ") + "\" -- \"$current\"))\n";
        else if (valueName(*option).find("FILE") != std::string::npos)
            cases += "            compopt -o filenames 2>/dev/null; "
                     "COMPREPLY=($(compgen -f -- \"$current\"))\n";
        cases += "            return ;;\n";
    }
    return cases;
}

} // namespace

QByteArray bashCompletion(const CLI::App &program)
{
    const auto &name = program.get_name();
    std::vector<std::string> commands;
    std::string values;
    std::string words;
    for (const auto *command : subcommands(program)) {
        commands.push_back(command->get_name());
        values += valueCases(*command);
        words += "        " + command->get_name() + ") words=\"" + joined(optionNames(*command), " ")
            + "\" ;;\n";
    }
    const auto common = joined(commands, " ") + " " + joined(optionNames(program), " ");
    std::string script = "# bash completion for " + name + ", made from the program's own definitions\n";
    script += "_" + name + "()\n{\n";
    script += "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n";
    script += "    local command= word words\n";
    script += "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n";
    script += "        case $word in " + joined(commands, "|") + ") command=$word; break ;; esac\n";
    script += "    done\n";
    script += "    COMPREPLY=()\n";
    script += "    case $command,$previous in\n" + values + "    esac\n";
    script += "    case $command in\n" + words + "        *) words=\"" + common + "\" ;;\n    esac\n";
    script += "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n";
    script += "complete -o default -F _" + name + " " + name + "\n";
    return QByteArray::fromStdString(script);
}

} // namespace Halyard::Cli
