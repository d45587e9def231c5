// SPDX-License-Identifier: MIT
#include "crypto/certificatepin.h"

#include <optional>

#include <openssl/crypto.h>

#include "crypto/openssl_p.h"

namespace Halyard::Wire {

namespace {

constexpr std::string_view CertificatePrefix = "sha256:";
constexpr std::string_view PublicKeyPrefix = "spki-sha256:";

std::optional<unsigned> hexDigit(char character)
{
    if (character >= '0' && character <= '9')
        return unsigned(character - '0');
    if (character >= 'a' && character <= 'f')
        return unsigned(character - 'a' + 10);
    if (character >= 'A' && character <= 'F')
        return unsigned(character - 'A' + 10);
    return std::nullopt;
}

} // namespace

Result<CertificatePin> CertificatePin::parse(std::string_view text)
{
    const auto bad = [](std::string why) {
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "certificate pin: " + std::move(why));
    };
    Subject subject = Subject::Certificate;
    if (text.starts_with(PublicKeyPrefix)) {
        subject = Subject::PublicKey;
        text.remove_prefix(PublicKeyPrefix.size());
    } else if (text.starts_with(CertificatePrefix)) {
        text.remove_prefix(CertificatePrefix.size());
    } else {
        return bad("neither sha256:HEX nor spki-sha256:HEX");
    }
    Digest digest {};
    if (text.size() != 2 * digest.size())
        return bad(std::to_string(text.size()) + " digits instead of " + std::to_string(2 * digest.size()));
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const auto high = hexDigit(text[2 * i]);
        const auto low = hexDigit(text[2 * i + 1]);
        if (!high || !low)
            return bad("not hexadecimal at digit " + std::to_string(2 * i));
        digest[i] = std::byte(*high << 4U | *low);
    }
    return CertificatePin(subject, digest);
}

Result<CertificatePin> CertificatePin::of(ByteView certificateDer, Subject subject)
{
    const auto *begin = reinterpret_cast<const unsigned char *>(certificateDer.data());
    const unsigned char *end = begin;
    const X509Pointer certificate(d2i_X509(nullptr, &end, long(certificateDer.size())));
    // Bytes behind the certificate would be hashed here and seen by nobody else.
    if (!certificate || end != begin + certificateDer.size()) {
        ERR_clear_error();
        return failure(ErrorCode::BadCertificate, ErrorOrigin::Local, "not one X.509 certificate");
    }
    Digest digest {};
    auto *into = reinterpret_cast<unsigned char *>(digest.data());
    bool done = false;
    if (subject == Subject::Certificate) {
        done = EVP_Digest(begin, certificateDer.size(), into, nullptr, EVP_sha256(), nullptr) == 1;
    } else {
        unsigned char *key = nullptr;
        const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &key);
        const std::unique_ptr<unsigned char, decltype([](unsigned char *bytes) { OPENSSL_free(bytes); })>
            owner(key);
        done = size > 0 && EVP_Digest(key, std::size_t(size), into, nullptr, EVP_sha256(), nullptr) == 1;
    }
    if (!done)
        return failure(ErrorCode::BadCertificate, ErrorOrigin::Local, opensslReason());
    return CertificatePin(subject, digest);
}

bool CertificatePin::matches(ByteView certificateDer) const
{
    const auto other = of(certificateDer, m_subject);
    return other && *other == *this;
}

bool operator==(const CertificatePin &a, const CertificatePin &b) noexcept
{
    const bool same = CRYPTO_memcmp(a.m_digest.data(), b.m_digest.data(), CertificatePin::DigestSize) == 0;
    return same && a.m_subject == b.m_subject;
}

std::string CertificatePin::toString() const
{
    constexpr std::string_view Digits = "0123456789abcdef";
    std::string text(m_subject == Subject::Certificate ? CertificatePrefix : PublicKeyPrefix);
    for (const std::byte byte : m_digest) {
        text += Digits[std::to_integer<unsigned>(byte) >> 4U];
        text += Digits[std::to_integer<unsigned>(byte) & 15U];
    }
    return text;
}

} // namespace Halyard::Wire
