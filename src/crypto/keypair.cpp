// SPDX-License-Identifier: MIT
#include "crypto/keypair.h"

#include <openssl/pem.h>

#include "crypto/openssl_p.h"

namespace Halyard::Wire {

Result<void> checkKeyPair(ByteView certificateDer, std::string_view keyPem)
{
    const auto bad = [](std::string why) {
        ERR_clear_error();
        return failure(ErrorCode::BadCertificate, ErrorOrigin::Local, std::move(why));
    };
    const auto *der = reinterpret_cast<const unsigned char *>(certificateDer.data());
    const X509Pointer certificate(d2i_X509(nullptr, &der, long(certificateDer.size())));
    if (!certificate)
        return bad("the certificate cannot be read: " + opensslReason());

    const BioPointer memory(BIO_new_mem_buf(keyPem.data(), int(keyPem.size())));
    const auto noPassphrase = [](char *, int, int, void *) { return 0; }; // OpenSSL would ask the terminal
    const KeyPointer key(
        memory ? PEM_read_bio_PrivateKey(memory.get(), nullptr, noPassphrase, nullptr) : nullptr);
    if (!key)
        return bad("the private key cannot be read: " + opensslReason());
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
        return bad("the private key does not belong to the certificate");
    return {};
}

} // namespace Halyard::Wire
