// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <QByteArray>

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// A man page in roff for section 1.
[[nodiscard]] QByteArray manPage(const CLI::App &program, const std::string &version);

} // namespace Halyard::Cli
