// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <QtGlobal>

#include "wire/dissection.h"

namespace Halyard::Inspector {

/// What lists show of a frame, read from its field tree. The names are those that dissectors of all
/// protocols give to these things; which protocol it is does not matter.
struct FrameFace {
    std::string type;
    std::string route;
    quint64 id = 0; ///< of a call that this frame begins; 0: none
    quint64 re = 0; ///< of the call that this frame answers; 0: none
};

[[nodiscard]] FrameFace faceOf(const Wire::Field &root);

/// The first field of that name, in the order of the tree, upper and lower case alike; nullptr without one.
[[nodiscard]] const Wire::Field *findField(const Wire::Field &root, std::string_view name);

} // namespace Halyard::Inspector
