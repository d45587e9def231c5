// SPDX-License-Identifier: MIT
#include "crypto/namedigest.h"

#include <sodium.h>

#include "crypto/octets_p.h"

namespace Halyard::Wire {

NameDigest::NameDigest(ByteView name) noexcept
{
    static_assert(sizeof(m_digest) == crypto_hash_sha256_BYTES);
    crypto_hash_sha256(octets(MutableBytes(m_digest)), octets(name), name.size());
}

bool NameDigest::matches(const NameDigest &other) const noexcept
{
    return sodium_memcmp(m_digest.data(), other.m_digest.data(), m_digest.size()) == 0;
}

} // namespace Halyard::Wire
