// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include "endpoint/result.h"
#include "transport/transportfactory.h"

namespace Halyard::Cli {

/// A certificate made for this run, so that trying TLS needs no files.
struct MadeCertificate {
    TlsOptions tls;
    QByteArray pin; ///< for addresses
};

/// Valid for localhost and for `host`, unless that is an any-address. Fails with BadCertificate.
[[nodiscard]] Result<MadeCertificate> makeCertificate(const QString &host);

/// 0.0.0.0 and the like.
[[nodiscard]] bool isAnyAddress(const QString &host);

} // namespace Halyard::Cli
