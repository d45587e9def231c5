// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QUrl>

#include "transport/listener.h"
#include "transport/transport.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard {

class MemoryNetwork;

/// TLS as an endpoint wants it. A value.
struct TlsOptions {
    QList<QSslCertificate> certificateChain; ///< ours, leaf first; a server needs one
    QSslKey privateKey;
    QList<QSslCertificate> caCertificates; ///< empty: the system's store
    QByteArray
        pin; ///< "sha256:HEX" of the peer's leaf, or "spki-sha256:HEX" of its key; replaces all other checks
    bool insecure = false;   ///< accept any certificate; warned about
    bool allowTls12 = false; ///< TLS 1.3 only unless set
};

struct TransportOptions {
    TlsOptions tls;
    std::chrono::milliseconds connectTimeout {5'000};
    std::chrono::milliseconds handshakeTimeout {10'000};
    int acceptBacklog = 1'024;
    std::shared_ptr<MemoryNetwork> memoryNetwork; ///< where "memory:" names are looked up
};

/// Makes transports and listeners from the transport part of an endpoint address: tcp, tls, memory.
/// Hosts are looked up by the transport itself, all addresses of a name are tried.
class HALYARD_EXPORT TransportFactory
{
public:
    /// `url` with scheme, host, port and path of the transport alone. Fails with InvalidUrl where the scheme
    /// is none of ours.
    [[nodiscard]] static Wire::Result<std::unique_ptr<Transport>> connector(
        const QUrl &url, const TransportOptions &options);
    [[nodiscard]] static Wire::Result<std::unique_ptr<Listener>> listener(
        const QUrl &url, const TransportOptions &options);
};

} // namespace Halyard
