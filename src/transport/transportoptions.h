// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <QByteArray>
#include <QList>
#include <QSslCertificate>
#include <QSslKey>

namespace Halyard {

class MemoryNetwork;
class Transport;

/// TLS as an endpoint wants it. A value.
struct TlsOptions {
    QList<QSslCertificate> certificateChain; ///< ours, leaf first; a server needs one
    QSslKey privateKey;                      ///< of the leaf
    QList<QSslCertificate> caCertificates;   ///< whom we trust; empty: the system's store
    /// "sha256:HEX" of the peer's leaf certificate, or "spki-sha256:HEX" of its public key. Replaces all
    /// other checks of the peer. A listener with a pin demands a client certificate that matches it.
    QByteArray pin;
    bool insecure = false;   ///< accept any certificate, whatever is wrong with it; warned about
    bool allowTls12 = false; ///< TLS 1.3 only unless set
};

/// What the transports of one endpoint have in common. A value.
struct TransportOptions {
    TlsOptions tls;
    std::chrono::milliseconds connectTimeout {5'000};    ///< look-up and all addresses together
    std::chrono::milliseconds handshakeTimeout {10'000}; ///< TLS, from the accepted or connected socket on
    /// close() with a peer that does not read: then pending output is given up with DrainTimedOut.
    std::chrono::milliseconds flushTimeout {10'000};
    /// close() with a peer that goes on sending: for so long its bytes are thrown away, so that no reset
    /// overtakes our last ones.
    std::chrono::milliseconds lingerTimeout {1'000};
    int acceptBacklog = 1'024;
    int maxHandshakeBytes = 16'384; ///< of a TLS client, until its handshake is done; InputBudgetExceeded
    /// Without TLS: a peer whose first byte is that of a TLS record is failed as TlsPeerOnPlainPort
    /// (accepted; it gets a line of text first, from which our clients know) or PlainPeerOnTlsPort
    /// (connected, and answered with a TLS alert). For protocols that begin otherwise.
    bool refuseTls = true;
    std::shared_ptr<MemoryNetwork> memoryNetwork; ///< where "memory:" names are looked up
    /// Every transport, connected or accepted, passes through it before anybody else sees it: where tests put
    /// a FaultInjector around it. Empty: it stays as it is.
    std::function<std::unique_ptr<Transport>(std::unique_ptr<Transport>)> wrap;
};

} // namespace Halyard
