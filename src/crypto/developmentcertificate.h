// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// What a certificate for development is to say.
struct DevelopmentCertificateRequest {
    /// Host names and addresses it is valid for besides localhost, 127.0.0.1 and ::1; at most 100.
    std::vector<std::string> hosts;
    std::chrono::system_clock::time_point now;
    std::chrono::hours validity {30 * 24};
    /// Random: certificates with equal names and serials confuse those who keep them.
    std::array<std::byte, 16> serial {};
};

/// A certificate and its key, both PEM. The key is wiped with the object.
class HALYARD_EXPORT DevelopmentCertificate
{
public:
    DevelopmentCertificate() = default;
    DevelopmentCertificate(std::string certificate, std::string key);
    ~DevelopmentCertificate();
    DevelopmentCertificate(DevelopmentCertificate &&other) noexcept;
    DevelopmentCertificate &operator=(DevelopmentCertificate &&other) noexcept;
    DevelopmentCertificate(const DevelopmentCertificate &) = delete;
    DevelopmentCertificate &operator=(const DevelopmentCertificate &) = delete;

    [[nodiscard]] const std::string &certificatePem() const noexcept { return m_certificate; }
    /// PKCS #8, not encrypted.
    [[nodiscard]] const std::string &keyPem() const noexcept { return m_key; }

private:
    void wipe() noexcept;

    std::string m_certificate;
    std::string m_key;
};

/// A self-signed certificate with a fresh ECDSA P-256 key, valid from an hour before `now` (clocks differ),
/// for server and client. Trusted by nobody: peers pin it. The key's randomness is OpenSSL's own. Fails with
/// InvalidArgument for a host that is neither name nor address, and with BadCertificate where OpenSSL
/// refuses.
[[nodiscard]] HALYARD_EXPORT Result<DevelopmentCertificate> makeDevelopmentCertificate(
    const DevelopmentCertificateRequest &request);

} // namespace Halyard::Wire
