// SPDX-License-Identifier: MIT
#include "transport/tlsconfiguration_p.h"

#include <algorithm>
#include <span>

#include "crypto/keypair.h"
#include "wire/wipe.h"

namespace Halyard {

using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

Wire::Result<void> checkKey(const QSslCertificate &leaf, const QSslKey &key)
{
    if (key.isNull())
        return Wire::failure(
            ErrorCode::BadCertificate, ErrorOrigin::Local, "the certificate has no private key");
    const QByteArray der = leaf.toDer();
    QByteArray pem = key.toPem();
    auto checked = Wire::checkKeyPair(std::as_bytes(std::span(der.constData(), std::size_t(der.size()))),
        {pem.constData(), std::size_t(pem.size())});
    Wire::wipe(std::as_writable_bytes(std::span(pem.data(), std::size_t(pem.size()))));
    return checked;
}

Wire::Result<TlsConfiguration> configured(const TlsOptions &options)
{
    TlsConfiguration result;
    result.qt = QSslConfiguration::defaultConfiguration();
    result.qt.setProtocol(options.allowTls12 ? QSsl::TlsV1_2OrLater : QSsl::TlsV1_3OrLater);
    result.insecure = options.insecure;
    if (!options.pin.isEmpty()) {
        auto pin = Wire::CertificatePin::parse({options.pin.constData(), std::size_t(options.pin.size())});
        if (!pin)
            return tl::unexpected(pin.error());
        result.pin = *pin;
    }
    if (!options.certificateChain.isEmpty()) {
        if (auto checked = checkKey(options.certificateChain.first(), options.privateKey); !checked)
            return tl::unexpected(checked.error());
        result.qt.setLocalCertificateChain(options.certificateChain);
        result.qt.setPrivateKey(options.privateKey);
    }
    return result;
}

} // namespace

Wire::Result<TlsConfiguration> TlsConfiguration::forClient(const TlsOptions &options)
{
    auto result = configured(options);
    if (!result)
        return result;
    if (!options.caCertificates.isEmpty())
        result->qt.setCaCertificates(options.caCertificates);
    result->qt.setPeerVerifyMode(QSslSocket::VerifyPeer);
    return result;
}

Wire::Result<TlsConfiguration> TlsConfiguration::forServer(const TlsOptions &options)
{
    if (options.certificateChain.isEmpty())
        return Wire::failure(ErrorCode::NoCertificate, ErrorOrigin::Local,
            "listening with TLS needs a certificate and its key");
    auto result = configured(options);
    if (!result)
        return result;
    // The system's store is of no use here and would be loaded for each connection.
    result->qt.setCaCertificates({});
    result->qt.setPeerVerifyMode(result->pin ? QSslSocket::QueryPeer : QSslSocket::VerifyNone);
    return result;
}

Wire::Error certificateError(const QList<QSslError> &errors)
{
    ErrorCode code = ErrorCode::CertificateUntrusted;
    QStringList texts;
    for (const QSslError &error : errors) {
        texts.append(error.errorString());
        switch (error.error()) {
        case QSslError::CertificateExpired:
        case QSslError::CertificateNotYetValid:
        case QSslError::InvalidNotBeforeField:
        case QSslError::InvalidNotAfterField:
            code = ErrorCode::CertificateExpired;
            break;
        case QSslError::HostNameMismatch:
            if (code != ErrorCode::CertificateExpired)
                code = ErrorCode::CertificateHostMismatch;
            break;
        default:
            break;
        }
    }
    texts.removeDuplicates();
    return {code, ErrorOrigin::Peer, texts.join(QStringLiteral("; ")).toStdString()};
}

} // namespace Halyard
