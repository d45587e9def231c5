// SPDX-License-Identifier: MIT
#include "cli/optionwords.h"

#include <CLI/App.hpp>

namespace Halyard::Cli {
namespace {

std::vector<const CLI::Option *> shown(const CLI::App &app, bool positional)
{
    return app.get_options([positional](const CLI::Option *option) {
        return option->get_positional() == positional && !option->get_group().empty();
    });
}

} // namespace

std::vector<const CLI::Option *> namedOptions(const CLI::App &app) { return shown(app, false); }

std::vector<const CLI::Option *> positionals(const CLI::App &app) { return shown(app, true); }

std::vector<const CLI::App *> subcommands(const CLI::App &app)
{
    return app.get_subcommands([](const CLI::App *) { return true; });
}

std::vector<std::string> spellings(const CLI::Option &option)
{
    std::vector<std::string> names;
    for (const auto &name : option.get_snames())
        names.push_back("-" + name);
    for (const auto &name : option.get_lnames())
        names.push_back("--" + name);
    return names;
}

bool takesValue(const CLI::Option &option) { return option.get_items_expected_max() > 0; }

std::vector<std::string> choices(const CLI::Option &option)
{
    // CLI::IsMember describes itself as "{a,b,c}" behind the type.
    const auto type = option.get_type_name();
    const auto begin = type.find('{');
    const auto end = type.rfind('}');
    std::vector<std::string> words;
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        return words;
    for (std::size_t at = begin + 1; at <= end;) {
        const auto comma = std::min(type.find(',', at), end);
        words.push_back(type.substr(at, comma - at));
        at = comma + 1;
    }
    return words;
}

std::string valueName(const CLI::Option &option)
{
    const auto words = choices(option);
    if (words.empty())
        return option.get_type_name();
    std::string joined;
    for (const auto &word : words)
        joined += (joined.empty() ? "" : "|") + word;
    return joined;
}

} // namespace Halyard::Cli
