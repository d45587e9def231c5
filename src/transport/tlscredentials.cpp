// SPDX-License-Identifier: MIT
#include "transport/tlscredentials.h"

#include <span>

#include <QFile>
#include <QRandomGenerator>

#include "crypto/certificatepin.h"
#include "crypto/developmentcertificate.h"
#include "crypto/keypair.h"
#include "transport/logging_p.h"
#include "wire/wipe.h"

namespace Halyard {

using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

constexpr qint64 MaxFileBytes = 1024 * 1024;

auto failed(ErrorCode code, const QString &file, const std::string &why)
{
    return Wire::failure(code, ErrorOrigin::Local, file.toStdString() + ": " + why);
}

/// What a file holds; wiped, because it may be a key.
class SecretContent
{
public:
    explicit SecretContent(QByteArray bytes)
        : m_bytes(std::move(bytes))
    { }
    ~SecretContent()
    {
        Wire::wipe(std::as_writable_bytes(std::span(m_bytes.data(), std::size_t(m_bytes.size()))));
    }
    SecretContent(SecretContent &&other) noexcept
        : m_bytes(std::move(other.m_bytes))
    { }
    SecretContent &operator=(SecretContent &&) = delete;
    SecretContent(const SecretContent &) = delete;
    SecretContent &operator=(const SecretContent &) = delete;

    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }
    [[nodiscard]] std::string_view text() const { return {m_bytes.constData(), std::size_t(m_bytes.size())}; }

private:
    QByteArray m_bytes;
};

Wire::Result<SecretContent> contentOf(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failed(ErrorCode::FileFailed, name, file.errorString().toStdString());
    SecretContent content(file.read(MaxFileBytes + 1));
    if (file.error() != QFileDevice::NoError)
        return failed(ErrorCode::FileFailed, name, file.errorString().toStdString());
    if (content.bytes().size() > MaxFileBytes)
        return failed(ErrorCode::FileFailed, name, "larger than 1 MiB");
    return content;
}

Wire::Result<QList<QSslCertificate>> certificatesIn(const QByteArray &pem, const QString &name)
{
    QList<QSslCertificate> certificates = QSslCertificate::fromData(pem, QSsl::Pem);
    if (certificates.isEmpty())
        return failed(ErrorCode::BadCertificate, name, "holds no certificate in PEM");
    return certificates;
}

Wire::Result<QSslKey> keyIn(const SecretContent &content, const QString &name)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Ec, QSsl::Rsa}) {
        if (QSslKey key(content.bytes(), algorithm); !key.isNull())
            return key;
    }
    if (content.bytes().contains("ENCRYPTED"))
        return failed(ErrorCode::BadCertificate, name, "the private key is encrypted");
    if (!content.bytes().contains("PRIVATE KEY-----"))
        return failed(ErrorCode::BadCertificate, name, "holds no private key in PEM");
    return failed(ErrorCode::BadCertificate, name, "the private key is neither RSA nor EC, or is damaged");
}

Wire::ByteView viewOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

Wire::Result<void> loadCertificate(
    TlsOptions &options, const QString &certificateFile, const QString &keyFile)
{
    const auto certificateContent = contentOf(certificateFile);
    if (!certificateContent)
        return tl::unexpected(certificateContent.error());
    auto chain = certificatesIn(certificateContent->bytes(), certificateFile);
    if (!chain)
        return tl::unexpected(chain.error());
    const auto keyContent = contentOf(keyFile);
    if (!keyContent)
        return tl::unexpected(keyContent.error());
    auto key = keyIn(*keyContent, keyFile);
    if (!key)
        return tl::unexpected(key.error());
    if (const auto pair = Wire::checkKeyPair(viewOf(chain->first().toDer()), keyContent->text()); !pair)
        return failed(ErrorCode::BadCertificate, keyFile, pair.error().detail);
    if (QFile::permissions(keyFile).testFlag(QFileDevice::ReadOther))
        qCWarning(securityLog) << "everybody on this machine can read the private key" << keyFile;
    options.certificateChain = std::move(*chain);
    options.privateKey = std::move(*key);
    return {};
}

Wire::Result<void> loadCaCertificates(TlsOptions &options, const QString &file)
{
    const auto content = contentOf(file);
    if (!content)
        return tl::unexpected(content.error());
    auto certificates = certificatesIn(content->bytes(), file);
    if (!certificates)
        return tl::unexpected(certificates.error());
    options.caCertificates = std::move(*certificates);
    return {};
}

Wire::Result<QByteArray> useDevelopmentCertificate(TlsOptions &options, const QStringList &hosts)
{
    Wire::DevelopmentCertificateRequest request;
    for (const QString &host : hosts)
        request.hosts.push_back(host.toStdString());
    request.now = std::chrono::system_clock::now();
    for (std::byte &byte : request.serial)
        byte = std::byte(QRandomGenerator::system()->bounded(256));
    const auto made = Wire::makeDevelopmentCertificate(request);
    if (!made)
        return tl::unexpected(made.error());

    const std::string &pem = made->certificatePem();
    const QSslCertificate certificate(QByteArray::fromRawData(pem.data(), qsizetype(pem.size())), QSsl::Pem);
    const std::string &keyPem = made->keyPem();
    const QSslKey key(QByteArray::fromRawData(keyPem.data(), qsizetype(keyPem.size())), QSsl::Ec);
    const auto pin
        = Wire::CertificatePin::of(viewOf(certificate.toDer()), Wire::CertificatePin::Subject::Certificate);
    if (!pin)
        return tl::unexpected(pin.error());
    options.certificateChain = {certificate};
    options.privateKey = key;
    return QByteArray::fromStdString(pin->toString());
}

} // namespace Halyard
