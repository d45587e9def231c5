// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "endpoint/result.h"
#include "transport/transportfactory.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// --cert, --key and --ca: PEM files for TLS.
class TlsArguments
{
public:
    /// Our own certificate and its key.
    void declareCertificate(CLI::App &command);
    /// Whom to trust.
    void declareTrust(CLI::App &command);

    [[nodiscard]] bool hasCertificate() const { return !m_certificate.empty(); }
    /// Fails with FileFailed, BadCertificate, NoCertificate, naming the file.
    [[nodiscard]] Result<TlsOptions> load() const;

private:
    std::string m_certificate;
    std::string m_key;
    std::string m_authorities;
};

} // namespace Halyard::Cli
