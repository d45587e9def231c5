// SPDX-License-Identifier: MIT
#pragma once

#include "capture/framefacts.h"
#include "capture/framerecord.h"
#include "protocol/protocolfactory.h"
#include "wire/dissection.h"

namespace Halyard::Inspector {

/// The dissection of a kept frame: the one that was stored with it, or found again from its bytes.
/// `protocol` may be nullptr, the frame is then shown unexplained. Any thread.
[[nodiscard]] Wire::Dissection explain(
    const FrameFacts &facts, const FrameRecord &record, const Wire::ProtocolFactory *protocol);

} // namespace Halyard::Inspector
