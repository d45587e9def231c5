// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "crypto/secret.h"
#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): ChaCha20-Poly1305 of RFC 8439 with nonces that are long
/// enough to be random.
inline constexpr std::size_t XChachaNonceBytes = 24;
inline constexpr std::size_t XChachaTagBytes = 16;

/// In place; `tag` has XChachaTagBytes.
HALYARD_EXPORT void xchachaSeal(
    const Secret<32> &key, ByteView nonce, ByteView associated, MutableBytes body, MutableBytes tag) noexcept;
/// In place; false where the tag is wrong, and then the body is as it was.
[[nodiscard]] HALYARD_EXPORT bool xchachaOpen(
    const Secret<32> &key, ByteView nonce, ByteView associated, MutableBytes body, ByteView tag) noexcept;

} // namespace Halyard::Wire
