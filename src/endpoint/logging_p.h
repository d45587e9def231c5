// SPDX-License-Identifier: MIT
#pragma once

#include <QLoggingCategory>

namespace Halyard {

Q_DECLARE_LOGGING_CATEGORY(lcEndpoint)
Q_DECLARE_LOGGING_CATEGORY(lcProtocol)

} // namespace Halyard
