// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// The well-known protocol that bytes belong to, where their beginning tells: what has come to the wrong
/// port. For people, e.g. "an HTTP request"; empty otherwise.
[[nodiscard]] HALYARD_EXPORT std::string_view guestName(ByteView bytes);

} // namespace Halyard::Wire
