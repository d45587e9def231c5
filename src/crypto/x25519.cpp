// SPDX-License-Identifier: MIT
#include "crypto/x25519.h"

#include <algorithm>

#include <botan/curve25519.h>
#include <botan/mem_ops.h>

#include "crypto/octets_p.h"

namespace Halyard::Wire {

namespace {

Botan::Curve25519_PrivateKey keyOf(const Secret<32> &privateKey)
{
    const std::uint8_t *const first = octets(privateKey.view());
    return Botan::Curve25519_PrivateKey(
        Botan::secure_vector<std::uint8_t>(first, first + privateKey.view().size()));
}

} // namespace

X25519PublicKey x25519PublicKey(const Secret<32> &privateKey)
{
    const auto key = keyOf(privateKey).public_value();
    X25519PublicKey result {};
    std::ranges::copy(std::as_bytes(std::span(key)), result.begin());
    return result;
}

Result<Secret<32>> x25519(const Secret<32> &privateKey, const X25519PublicKey &peerKey)
{
    const auto shared = keyOf(privateKey).agree(octets(ByteView(peerKey)), peerKey.size());
    Secret<32> result;
    std::ranges::copy(std::as_bytes(std::span(shared)), result.bytes().begin());
    const Secret<32> zero;
    if (Botan::constant_time_compare(octets(result.view()), octets(zero.view()), result.view().size()))
        return failure(ErrorCode::SecurityHandshakeFailed, ErrorOrigin::Peer, "a public key of low order");
    return result;
}

} // namespace Halyard::Wire
