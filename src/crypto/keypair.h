// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Whether a private key (PEM, not encrypted) belongs to a certificate (DER). Fails with BadCertificate, and
/// says which of the two cannot be read or that they do not belong together.
[[nodiscard]] HALYARD_EXPORT Result<void> checkKeyPair(ByteView certificateDer, std::string_view keyPem);

} // namespace Halyard::Wire
