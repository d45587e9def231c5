// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/Validators.hpp>

namespace Halyard::Cli {

/// Numbers from `least` to `most`. Says nothing of itself in help texts, where what the value is called and
/// its default are worth more.
template <class Number>
[[nodiscard]] CLI::Validator within(Number least, Number most)
{
    return CLI::Validator(CLI::Range(least, most)).description("");
}

} // namespace Halyard::Cli
