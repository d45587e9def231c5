// SPDX-License-Identifier: MIT
#include "cli/madecertificate.h"

#include <QHostAddress>
#include <QRandomGenerator>
#include <QSslCertificate>
#include <QSslKey>

#include "crypto/certificatepin.h"
#include "crypto/developmentcertificate.h"

namespace Halyard::Cli {

bool isAnyAddress(const QString &host)
{
    const QHostAddress address(host);
    return address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6
        || address == QHostAddress::Any;
}

Result<MadeCertificate> makeCertificate(const QString &host)
{
    Wire::DevelopmentCertificateRequest request;
    if (!isAnyAddress(host))
        request.hosts.push_back(host.toStdString());
    request.now = std::chrono::system_clock::now();
    for (auto &byte : request.serial)
        byte = std::byte(QRandomGenerator::system()->bounded(256));
    const auto pem = Wire::makeDevelopmentCertificate(request);
    if (!pem)
        return failure(pem.error());
    MadeCertificate made;
    made.tls.certificateChain
        = QSslCertificate::fromData(QByteArray::fromStdString(pem->certificatePem()), QSsl::Pem);
    made.tls.privateKey = QSslKey(QByteArray::fromStdString(pem->keyPem()), QSsl::Ec, QSsl::Pem);
    if (made.tls.certificateChain.isEmpty() || made.tls.privateKey.isNull())
        return failure(ErrorCode::BadCertificate, ErrorOrigin::Local,
            QStringLiteral("the certificate made for this run cannot be loaded"));
    const auto der = made.tls.certificateChain.first().toDer();
    const auto pin
        = Wire::CertificatePin::of(Wire::asBytes(std::string_view(der.constData(), std::size_t(der.size()))),
            Wire::CertificatePin::Subject::Certificate);
    if (!pin)
        return failure(pin.error());
    made.pin = QByteArray::fromStdString(pin->toString());
    return made;
}

} // namespace Halyard::Cli
