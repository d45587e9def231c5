// SPDX-License-Identifier: MIT
#include "cli/tlsarguments.h"

#include <CLI/App.hpp>

#include "transport/tlscredentials.h"

namespace Halyard::Cli {

void TlsArguments::declareCertificate(CLI::App &command)
{
    auto *certificate = command.add_option("--cert", m_certificate, "Our certificate and its chain, PEM");
    auto *key = command.add_option("--key", m_key, "Its private key, PEM");
    certificate->type_name("FILE")->needs(key);
    key->type_name("FILE")->needs(certificate);
}

void TlsArguments::declareTrust(CLI::App &command)
{
    command.add_option("--ca", m_authorities, "Authorities to trust instead of the system's, PEM")
        ->type_name("FILE");
}

Result<TlsOptions> TlsArguments::load() const
{
    TlsOptions tls;
    if (!m_authorities.empty()) {
        if (const auto loaded = loadCaCertificates(tls, QString::fromStdString(m_authorities)); !loaded)
            return failure(loaded.error());
    }
    if (!m_certificate.empty()) {
        const auto loaded
            = loadCertificate(tls, QString::fromStdString(m_certificate), QString::fromStdString(m_key));
        if (!loaded)
            return failure(loaded.error());
    }
    return tls;
}

} // namespace Halyard::Cli
