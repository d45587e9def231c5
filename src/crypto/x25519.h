// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "crypto/secret.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// X25519 (RFC 7748). Any 32 secret random bytes are a private key.
using X25519PublicKey = std::array<std::byte, 32>;

[[nodiscard]] HALYARD_EXPORT X25519PublicKey x25519PublicKey(const Secret<32> &privateKey);

/// What both sides arrive at. Fails with SecurityHandshakeFailed where that is zero, whatever our key is: the
/// peer's is a point of low order then, which honest peers never send.
[[nodiscard]] HALYARD_EXPORT Result<Secret<32>> x25519(
    const Secret<32> &privateKey, const X25519PublicKey &peerKey);

} // namespace Halyard::Wire
