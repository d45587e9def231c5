// SPDX-License-Identifier: MIT
#include "crypto/hkdf.h"

#include <botan/kdf.h>

#include "crypto/octets_p.h"

namespace Halyard::Wire {

void hkdfSha256(ByteView secret, ByteView salt, ByteView info, MutableBytes out)
{
    const auto hkdf = Botan::KDF::create_or_throw("HKDF(SHA-256)");
    hkdf->kdf(octets(out), out.size(), octets(secret), secret.size(), octets(salt), salt.size(), octets(info),
        info.size());
}

} // namespace Halyard::Wire
