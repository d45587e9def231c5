// SPDX-License-Identifier: MIT
#include "transport/logging_p.h"

namespace Halyard {

// A library is silent unless something is wrong; the rest is for those who ask (QT_LOGGING_RULES).
Q_LOGGING_CATEGORY(transportLog, "halyard.transport", QtWarningMsg)
Q_LOGGING_CATEGORY(securityLog, "halyard.security", QtWarningMsg)

} // namespace Halyard
