// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <openssl/pem.h>

#include "crypto/openssl_p.h"
#include "wire/bytes.h"

namespace Halyard::Wire {

inline X509Pointer certificateOf(const std::string &pem)
{
    const BioPointer memory(BIO_new_mem_buf(pem.data(), int(pem.size())));
    return X509Pointer(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

inline KeyPointer keyOf(const std::string &pem)
{
    const BioPointer memory(BIO_new_mem_buf(pem.data(), int(pem.size())));
    return KeyPointer(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
}

inline Bytes derOf(X509 *certificate)
{
    Bytes der(std::size_t(i2d_X509(certificate, nullptr)));
    auto *into = reinterpret_cast<unsigned char *>(der.data());
    i2d_X509(certificate, &into);
    return der;
}

} // namespace Halyard::Wire
