// SPDX-License-Identifier: MIT
#include "cli/manpage.h"

#include <algorithm>
#include <cctype>

#include <CLI/App.hpp>

#include "cli/optionwords.h"

namespace Halyard::Cli {
namespace {

/// Text that roff prints as it stands.
std::string plain(const std::string &text)
{
    std::string escaped;
    bool lineStart = true;
    for (const char c : text) {
        if (lineStart && (c == '.' || c == '\''))
            escaped += "\\&";
        if (c == '\\')
            escaped += "\\e";
        else if (c == '-')
            escaped += "\\-";
        else
            escaped += c;
        lineStart = c == '\n';
    }
    return escaped;
}

std::string bold(const std::string &text) { return "\\fB" + plain(text) + "\\fR"; }

std::string italic(const std::string &text) { return "\\fI" + plain(text) + "\\fR"; }

std::string upper(std::string text)
{
    std::transform(
        text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::toupper(c)); });
    return text;
}

/// An argument of roff macros.
std::string quoted(const std::string &text) { return "\"" + plain(text) + "\""; }

std::string placeholder(const CLI::Option &positional)
{
    const auto name = italic(positional.get_name());
    return positional.get_required() ? name : "[" + name + "]";
}

std::string synopsis(const CLI::App &program, const CLI::App &command)
{
    std::string line = ".br\n" + bold(program.get_name() + " " + command.get_name());
    for (const auto *positional : positionals(command))
        line += " " + placeholder(*positional);
    if (!namedOptions(command).empty())
        line += " [" + italic("options") + "]";
    return line + "\n";
}

std::string describe(const CLI::Option &option)
{
    auto text = option.get_description();
    if (takesValue(option) && !option.get_default_str().empty())
        text += " (default: " + option.get_default_str() + ")";
    return plain(text) + "\n";
}

std::string optionEntry(const CLI::Option &option)
{
    std::string names;
    for (const auto &name : spellings(option))
        names += (names.empty() ? "" : ", ") + bold(name);
    if (takesValue(option))
        names += " " + italic(valueName(option));
    return ".TP\n" + names + "\n" + describe(option);
}

std::string entries(const CLI::App &app)
{
    std::string text;
    for (const auto *positional : positionals(app))
        text += ".TP\n" + italic(positional->get_name()) + "\n" + describe(*positional);
    for (const auto *option : namedOptions(app))
        text += optionEntry(*option);
    return text;
}

std::string paragraphs(const std::string &text)
{
    std::string roff;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find("\n\n", at), text.size());
        roff += ".PP\n" + plain(text.substr(at, end - at)) + "\n";
        at = end + 2;
    }
    return roff;
}

} // namespace

QByteArray manPage(const CLI::App &program, const std::string &version)
{
    const auto &name = program.get_name();
    std::string page = ".TH " + quoted(upper(name)) + " 1 \"\" " + quoted(name + " " + version) + "\n";
    page += ".SH NAME\n" + plain(name) + " \\- " + plain(program.get_description()) + "\n";
    page += ".SH SYNOPSIS\n";
    for (const auto *command : subcommands(program))
        page += synopsis(program, *command);
    page += ".SH DESCRIPTION\n" + paragraphs(program.get_footer());
    page += ".SH COMMANDS\n";
    for (const auto *command : subcommands(program)) {
        page += ".SS " + quoted(name + " " + command->get_name()) + "\n" + plain(command->get_description())
            + ".\n" + entries(*command);
    }
    page += ".SH OPTIONS\n" + entries(program);
    return QByteArray::fromStdString(page);
}

} // namespace Halyard::Cli
