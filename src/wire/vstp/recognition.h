// SPDX-License-Identifier: MIT
#pragma once

#include "wire/bytes.h"
#include "wire/export.h"
#include "wire/recognition.h"

namespace Halyard::Wire::Vstp {

/// Whether a client begins with a vstp frame; three bytes decide: magic and version.
[[nodiscard]] HALYARD_EXPORT Recognition looksLikeVstp(ByteView first) noexcept;

} // namespace Halyard::Wire::Vstp
