// SPDX-License-Identifier: MIT
#include "endpoint/logging_p.h"

namespace Halyard {

Q_LOGGING_CATEGORY(lcEndpoint, "halyard.endpoint", QtInfoMsg)
Q_LOGGING_CATEGORY(lcProtocol, "halyard.protocol", QtInfoMsg)

} // namespace Halyard
