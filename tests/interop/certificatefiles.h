// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QFile>
#include <QRandomGenerator>
#include <QSslCertificate>
#include <QTemporaryDir>

#include "crypto/developmentcertificate.h"
#include "transport/tlscredentials.h"

namespace Halyard {

/// A certificate for localhost and its key as files, for programs that read such; gone with this object.
class CertificateFiles
{
public:
    CertificateFiles()
    {
        Wire::DevelopmentCertificateRequest request;
        request.now = std::chrono::system_clock::now();
        std::array<quint32, 4> serial {};
        QRandomGenerator::system()->fillRange(serial.data(), qsizetype(serial.size()));
        std::memcpy(request.serial.data(), serial.data(), request.serial.size());
        const auto made = Wire::makeDevelopmentCertificate(request);
        if (!made)
            return;
        m_isGood = write(certificate(), made->certificatePem()) && write(key(), made->keyPem());
        const QSslCertificate parsed(QByteArray::fromStdString(made->certificatePem()));
        m_fingerprint = parsed.digest(QCryptographicHash::Sha256).toHex();
    }

    [[nodiscard]] bool isGood() const { return m_isGood; }
    [[nodiscard]] QString certificate() const { return m_folder.filePath(QStringLiteral("certificate.pem")); }
    [[nodiscard]] QString key() const { return m_folder.filePath(QStringLiteral("key.pem")); }
    /// SHA-256 of the certificate in hexadecimal.
    [[nodiscard]] QString fingerprint() const { return QString::fromLatin1(m_fingerprint); }
    /// What our URLs ask for.
    [[nodiscard]] QString pin() const { return QStringLiteral("pin=sha256:") + fingerprint(); }
    [[nodiscard]] bool use(TlsOptions &options) const
    {
        return loadCertificate(options, certificate(), key()).has_value();
    }

private:
    static bool write(const QString &path, const std::string &text)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly)
            && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
            && file.write(text.data(), qint64(text.size())) > 0;
    }

    QTemporaryDir m_folder;
    QByteArray m_fingerprint;
    bool m_isGood = false;
};

} // namespace Halyard
