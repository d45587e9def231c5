// SPDX-License-Identifier: MIT
#include "crypto/nprokeys.h"

#include <initializer_list>

#include <botan/hash.h>

#include "crypto/octets_p.h"

namespace Halyard::Wire {

namespace {

void sha256(std::initializer_list<ByteView> pieces, MutableBytes out)
{
    const auto hash = Botan::HashFunction::create_or_throw("SHA-256");
    for (const ByteView piece : pieces)
        hash->update(octets(piece), piece.size());
    hash->final(octets(out)); // and forgets
}

} // namespace

Secret<32> deriveNproKey(
    Npro::Family family, const Secret<32> &shared, const NproNonce &clientNonce, const NproNonce &serverNonce)
{
    Secret<32> key;
    if (family == Npro::Family::A) {
        sha256({shared.view(), clientNonce, serverNonce}, key.bytes());
    } else {
        sha256({shared.view(), asBytes("client_nonce"), clientNonce, asBytes("server_nonce"), serverNonce},
            key.bytes());
    }
    return key;
}

std::array<std::byte, 32> nproVerification(const NproNonce &nonce)
{
    std::array<std::byte, 32> result {};
    sha256({nonce}, result);
    return result;
}

} // namespace Halyard::Wire
