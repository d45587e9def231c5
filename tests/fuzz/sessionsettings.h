// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/protocolfactory.h"

namespace Halyard::Wire::Fuzz {

/// What an attacker can do without being noticed.
enum class Strength : std::uint8_t {
    Clear,   ///< anything
    Loose,   ///< records have no number: leave out and change the order
    Gaps,    ///< records have a number that may skip some: leave out, also by sending a later one first
    Counted, ///< nothing
};

struct Setting {
    const char *protocol;
    OptionValues client;
    OptionValues server;
    Strength strength = Strength::Clear;
    bool hasUsers = false;
    bool namesNone = false; ///< a client in clear at a server that has users
};

inline const std::vector<Setting> Settings {
    {"vstp", {}, {}},
    {"vstp", {{"peer", "raw"}}, {{"peer", "raw"}}},
    {"tfserver", {{"generation", "3"}}, {}},
    {"tfserver", {{"generation", "4"}}, {}},
    {"tfserver", {{"generation", "3"}}, {}, Strength::Gaps, true},
    {"tfserver", {{"generation", "4"}, {"encryption", "E1"}}, {}, Strength::Gaps, true},
    {"tfserver", {{"generation", "4"}, {"encryption", "E2"}}, {}, Strength::Counted, true},
    {"network-protocol", {{"family", "A"}}, {}, Strength::Loose},
    {"network-protocol", {{"family", "B"}}, {}, Strength::Loose},
    {"network-protocol", {{"family", "B"}}, {{"family", "B"}}, Strength::Loose},
    {"network-protocol", {{"packets", "plain"}}, {{"packets", "plain"}}},
    // An Init that was changed enough is a plain packet to a server that takes those too.
    {"network-protocol", {{"family", "A"}}, {{"packets", "both"}}, Strength::Clear},
    {"tfserver", {{"generation", "3"}}, {{"clear", "serve"}}, Strength::Clear, true, true},
    {"tfserver", {{"generation", "4"}}, {{"clear", "serve"}}, Strength::Clear, true, true},
    // Its first frame could be changed to a request in clear.
    {"tfserver", {{"encryption", "E2"}}, {{"clear", "serve"}}, Strength::Clear, true},
};

} // namespace Halyard::Wire::Fuzz
