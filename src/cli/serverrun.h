// SPDX-License-Identifier: MIT
#pragma once

#include "cli/exitstatus.h"
#include "cli/listening.h"
#include "endpoint/server.h"

namespace Halyard::Cli {

/// Listens, says where, and serves until the program is interrupted; then lets answers leave and ends.
[[nodiscard]] ExitStatus serve(Server &server, const ListenSetup &setup, bool json);

} // namespace Halyard::Cli
