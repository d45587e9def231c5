// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractSocket>

#include "wire/error.h"

namespace Halyard {

/// The error of a Qt socket in our terms, as it is meant once the connection stands.
[[nodiscard]] Wire::Error socketError(QAbstractSocket::SocketError error, const QString &text);

/// The same for a system call that failed: "what: text of errno".
[[nodiscard]] Wire::Error systemError(const char *what, int number);

} // namespace Halyard
