// SPDX-License-Identifier: MIT
#pragma once

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Overwrites a secret with zeros; unlike a plain fill this is never optimised away.
HALYARD_EXPORT void wipe(MutableBytes secret) noexcept;

} // namespace Halyard::Wire
