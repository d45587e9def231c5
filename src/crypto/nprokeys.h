// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "crypto/secret.h"
#include "wire/bytes.h"
#include "wire/export.h"
#include "wire/npro/codec.h"

namespace Halyard::Wire {

using NproNonce = std::array<std::byte, 16>;

/// The one key that both directions of a session have (network-protocol specification, section 3.4), from
/// what X25519 gave.
[[nodiscard]] HALYARD_EXPORT Secret<32> deriveNproKey(Npro::Family family, const Secret<32> &shared,
    const NproNonce &clientNonce, const NproNonce &serverNonce);

/// What proves that a nonce has arrived; everybody who has seen it can say it.
[[nodiscard]] HALYARD_EXPORT std::array<std::byte, 32> nproVerification(const NproNonce &nonce);

} // namespace Halyard::Wire
