// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QString>

#include "wire/bytes.h"

namespace Halyard::Cli {

/// The password of this user: HALYARD_PASSWORD from the environment, or what somebody types at the terminal,
/// unseen. Nothing where there is neither.
[[nodiscard]] std::optional<Wire::Bytes> passwordFor(const QString &user);

} // namespace Halyard::Cli
