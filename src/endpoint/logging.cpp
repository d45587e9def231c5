// SPDX-License-Identifier: MIT
#include "endpoint/logging_p.h"

namespace Halyard {

// A library is silent unless something is wrong; the rest is for those who ask (QT_LOGGING_RULES).
Q_LOGGING_CATEGORY(lcEndpoint, "halyard.endpoint", QtWarningMsg)
Q_LOGGING_CATEGORY(lcProtocol, "halyard.protocol", QtWarningMsg)

} // namespace Halyard
