// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QString>
#include <QUrl>

#include "endpoint/password.h"
#include "wire/framesecurity.h"

namespace Halyard::Cli {

/// The password of this user: HALYARD_PASSWORD from the environment, or what somebody types at the terminal,
/// unseen. Nothing where there is neither.
[[nodiscard]] std::optional<Password> passwordFor(const QString &user);
/// That of the user whom the address names without one; nothing where it leaves nothing open.
[[nodiscard]] std::optional<Wire::Credentials> passwordLeftOpen(const QUrl &url);

} // namespace Halyard::Cli
