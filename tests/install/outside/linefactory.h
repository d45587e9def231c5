// SPDX-License-Identifier: MIT
#pragma once

#include <halyard/protocol/protocolfactory.h>

/// The protocol `line`, ready for ProtocolRegistry::add().
[[nodiscard]] Halyard::Wire::ProtocolDescription lineProtocol();
