// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "endpoint/headers.h"
#include "endpoint/result.h"
#include "protocol/protocolfactory.h"

namespace Halyard::Cli {

/// Arguments like "name=value", cut at the first "=". Fails with InvalidArgument where there is none or the
/// name is empty.
[[nodiscard]] Result<Wire::OptionValues> optionsOf(const std::vector<std::string> &arguments);
/// The same; fails with BadHeaders for what is too long, too.
[[nodiscard]] Result<Headers> headersOf(const std::vector<std::string> &arguments);

} // namespace Halyard::Cli
