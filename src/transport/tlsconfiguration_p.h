// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QList>
#include <QSslConfiguration>
#include <QSslError>

#include "crypto/certificatepin.h"
#include "transport/transportoptions.h"
#include "wire/error.h"

namespace Halyard {

/// TlsOptions, checked once and ready for any number of connections.
struct TlsConfiguration {
    QSslConfiguration qt;
    std::optional<Wire::CertificatePin> pin;
    bool insecure = false;

    /// Fails with InvalidArgument (a pin that cannot be read), BadCertificate.
    [[nodiscard]] static Wire::Result<TlsConfiguration> forClient(const TlsOptions &options);
    /// Fails with NoCertificate, too.
    [[nodiscard]] static Wire::Result<TlsConfiguration> forServer(const TlsOptions &options);
};

/// The one typed error for what a peer's certificate lacks; the worst is Expired, then HostMismatch, then
/// Untrusted. The detail names all of it.
[[nodiscard]] Wire::Error certificateError(const QList<QSslError> &errors);

} // namespace Halyard
