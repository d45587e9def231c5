// SPDX-License-Identifier: MIT
#include "transport/logging_p.h"

namespace Halyard {

Q_LOGGING_CATEGORY(transportLog, "halyard.transport", QtInfoMsg)
Q_LOGGING_CATEGORY(securityLog, "halyard.security", QtInfoMsg)

} // namespace Halyard
