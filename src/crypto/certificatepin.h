// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// A certificate that is known beforehand by its SHA-256: the whole certificate ("sha256:HEX"), or its public
/// key alone ("spki-sha256:HEX", the SubjectPublicKeyInfo of RFC 5280), which survives a renewal with the
/// same key. A value.
class HALYARD_EXPORT CertificatePin
{
public:
    enum class Subject : std::uint8_t { Certificate, PublicKey };

    /// 64 hexadecimal digits of either case behind the prefix; InvalidArgument otherwise.
    [[nodiscard]] static Result<CertificatePin> parse(std::string_view text);
    /// The pin of a certificate in DER; BadCertificate where that is none.
    [[nodiscard]] static Result<CertificatePin> of(ByteView certificateDer, Subject subject);

    /// Whether `certificateDer` is what this pin means; takes the same time wherever they differ.
    [[nodiscard]] bool matches(ByteView certificateDer) const;
    [[nodiscard]] Subject subject() const noexcept { return m_subject; }
    /// As parse() takes it, in lower case.
    [[nodiscard]] std::string toString() const;

    friend bool operator==(const CertificatePin &a, const CertificatePin &b) noexcept;

private:
    static constexpr std::size_t DigestSize = 32;
    using Digest = std::array<std::byte, DigestSize>;

    CertificatePin(Subject subject, const Digest &digest)
        : m_digest(digest)
        , m_subject(subject)
    { }

    Digest m_digest;
    Subject m_subject;
};

} // namespace Halyard::Wire
