// SPDX-License-Identifier: MIT
#include "cli/tlsarguments.h"

#include <CLI/App.hpp>

#include <QFile>
#include <QSslKey>

namespace Halyard::Cli {
namespace {

constexpr qint64 MaxPemBytes = 16'777'216; // the system's whole store has 200 KiB

Result<QByteArray> pemFile(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::FileFailed, ErrorOrigin::Local,
            QStringLiteral("%1: %2").arg(file.fileName(), file.errorString()));
    return file.read(MaxPemBytes);
}

Result<QList<QSslCertificate>> certificates(const std::string &path)
{
    const auto pem = pemFile(path);
    if (!pem)
        return failure(pem.error());
    auto found = QSslCertificate::fromData(*pem, QSsl::Pem);
    if (found.isEmpty())
        return failure(ErrorCode::BadCertificate, ErrorOrigin::Local,
            QStringLiteral("%1: no certificate in PEM").arg(QString::fromStdString(path)));
    return found;
}

Result<QSslKey> privateKey(const std::string &path)
{
    const auto pem = pemFile(path);
    if (!pem)
        return failure(pem.error());
    for (const auto algorithm : {QSsl::Ec, QSsl::Rsa}) {
        QSslKey key(*pem, algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull())
            return key;
    }
    return failure(ErrorCode::BadCertificate, ErrorOrigin::Local,
        QStringLiteral("%1: no RSA or EC private key in PEM").arg(QString::fromStdString(path)));
}

} // namespace

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
        auto authorities = certificates(m_authorities);
        if (!authorities)
            return failure(authorities.error());
        tls.caCertificates = std::move(*authorities);
    }
    if (!m_certificate.empty()) {
        auto chain = certificates(m_certificate);
        if (!chain)
            return failure(chain.error());
        auto key = privateKey(m_key);
        if (!key)
            return failure(key.error());
        tls.certificateChain = std::move(*chain);
        tls.privateKey = std::move(*key);
    }
    return tls;
}

} // namespace Halyard::Cli
