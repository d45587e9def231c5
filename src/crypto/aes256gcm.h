// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "crypto/secret.h"
#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D), with nonces of 12 and tags of 16 bytes.
class HALYARD_EXPORT Aes256Gcm
{
public:
    enum class Task : std::uint8_t { Seal, Open };
    static constexpr std::size_t NonceBytes = 12;
    static constexpr std::size_t TagBytes = 16;

    Aes256Gcm(Task task, const Secret<32> &key);
    Aes256Gcm(Aes256Gcm &&) noexcept;
    Aes256Gcm &operator=(Aes256Gcm &&) noexcept;
    ~Aes256Gcm();

    /// Seal: plain bytes in, ciphertext and tag out. Open: the reverse; nothing where the tag is wrong. What
    /// comes out is valid until the next call, and wiped then or with this object.
    [[nodiscard]] std::optional<ByteView> run(ByteView nonce, ByteView associated, ByteView body);

private:
    struct Cipher; // Botan's
    std::unique_ptr<Cipher> m_cipher;
};

} // namespace Halyard::Wire
