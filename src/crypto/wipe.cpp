// SPDX-License-Identifier: MIT
#include "crypto/wipe.h"

#include <openssl/crypto.h>

namespace Halyard::Wire {

void wipe(MutableBytes secret) noexcept { OPENSSL_cleanse(secret.data(), secret.size()); }

} // namespace Halyard::Wire
