// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace Halyard::Cli {

/// What completion and man page both want to know of CLI11's definitions.

/// Named options that are shown to people, in order.
[[nodiscard]] std::vector<const CLI::Option *> namedOptions(const CLI::App &app);
[[nodiscard]] std::vector<const CLI::Option *> positionals(const CLI::App &app);
[[nodiscard]] std::vector<const CLI::App *> subcommands(const CLI::App &app);
/// "-h", "--help", …
[[nodiscard]] std::vector<std::string> spellings(const CLI::Option &option);
[[nodiscard]] bool takesValue(const CLI::Option &option);
/// What stands for the value, e.g. "FILE", "N", or "auto|raw|hex".
[[nodiscard]] std::string valueName(const CLI::Option &option);
/// The only values there are; empty where any is possible.
[[nodiscard]] std::vector<std::string> choices(const CLI::Option &option);

} // namespace Halyard::Cli
