// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// A completion script for bash: commands, options of the command, values where they are known, file names
/// elsewhere.
[[nodiscard]] QByteArray bashCompletion(const CLI::App &program);

} // namespace Halyard::Cli
