// SPDX-License-Identifier: MIT
#include "crypto/xchacha.h"

#include <cassert>

#include <sodium.h>

#include "crypto/octets_p.h"

namespace Halyard::Wire {

void xchachaSeal(
    const Secret<32> &key, ByteView nonce, ByteView associated, MutableBytes body, MutableBytes tag) noexcept
{
    assert(nonce.size() == XChachaNonceBytes && tag.size() == XChachaTagBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(octets(body), octets(tag), nullptr, octets(body),
        body.size(), octets(associated), associated.size(), nullptr, octets(nonce), octets(key.view()));
}

bool xchachaOpen(
    const Secret<32> &key, ByteView nonce, ByteView associated, MutableBytes body, ByteView tag) noexcept
{
    assert(nonce.size() == XChachaNonceBytes && tag.size() == XChachaTagBytes);
    // In two steps: in one, the library would overwrite a body whose tag is wrong.
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(nullptr, nullptr, octets(ByteView(body)),
            body.size(), octets(tag), octets(associated), associated.size(), octets(nonce),
            octets(key.view()))
        != 0)
        return false;
    constexpr std::uint64_t firstBlock = 1; // block 0 has made the key of the tag
    crypto_stream_xchacha20_xor_ic(
        octets(body), octets(body), body.size(), octets(nonce), firstBlock, octets(key.view()));
    return true;
}

} // namespace Halyard::Wire
