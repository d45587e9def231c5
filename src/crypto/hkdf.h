// SPDX-License-Identifier: MIT
#pragma once

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// HKDF with SHA-256 (RFC 5869). Fills `out`, which has at most 255 × 32 bytes; an empty salt is 32 zeros.
HALYARD_EXPORT void hkdfSha256(ByteView secret, ByteView salt, ByteView info, MutableBytes out);

} // namespace Halyard::Wire
