// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace Halyard::Wire {

template <auto Function>
struct Freeing {
    template <class T>
    void operator()(T *object) const
    {
        Function(object);
    }
};

using X509Pointer = std::unique_ptr<X509, Freeing<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using BioPointer = std::unique_ptr<BIO, Freeing<BIO_free_all>>;

/// What OpenSSL says went wrong last in this thread; empties its queue.
[[nodiscard]] inline std::string opensslReason()
{
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char *reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason ? reason : "unknown reason";
}

} // namespace Halyard::Wire
