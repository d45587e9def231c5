// SPDX-License-Identifier: MIT
#pragma once

#include <QLoggingCategory>

namespace Halyard {

/// "halyard.transport": connections made and lost. Never payloads.
Q_DECLARE_LOGGING_CATEGORY(transportLog)
/// "halyard.security": whatever weakens or refuses a peer. Never secrets.
Q_DECLARE_LOGGING_CATEGORY(securityLog)

} // namespace Halyard
