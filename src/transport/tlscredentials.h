// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include "transport/transportoptions.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard {

// How certificates and keys get into TlsOptions. Where one of these fails the options stay as they were; the
// error names the file and the reason, never what is in a key.

/// Our certificate chain (PEM, leaf first) and its private key (PEM; RSA or EC, not encrypted), which may be
/// in one file. Fails with FileFailed where a file cannot be read, with BadCertificate where it does not hold
/// what it should, or where key and certificate do not belong together.
[[nodiscard]] HALYARD_EXPORT Wire::Result<void> loadCertificate(
    TlsOptions &options, const QString &certificateFile, const QString &keyFile);

/// Whom we trust (PEM, one or more certificates) instead of the system's store. Fails as loadCertificate().
[[nodiscard]] HALYARD_EXPORT Wire::Result<void> loadCaCertificates(TlsOptions &options, const QString &file);

/// Makes a certificate for development, valid for 30 days for localhost and `hosts`, and returns the pin
/// ("sha256:HEX") that clients need to accept it. Fails with InvalidArgument for what is no host.
[[nodiscard]] HALYARD_EXPORT Wire::Result<QByteArray> useDevelopmentCertificate(
    TlsOptions &options, const QStringList &hosts = {});

} // namespace Halyard
