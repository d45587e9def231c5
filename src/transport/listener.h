// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "transport/transport.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard {

struct TlsOptions;

/// Accepts transports. One for each kind of socket; made by TransportFactory. Lives in one thread. Accepted
/// transports leave through takePending() as values of the new owner, not yet open: their owner calls open(),
/// so that a silent peer in a TLS handshake delays nobody. Any slot may delete the listener.
class HALYARD_EXPORT Listener : public QObject
{
    Q_OBJECT
public:
    /// So many accepted transports wait at most; then accepting stops until takePending() makes room.
    static constexpr int MaxPending = 64;

    explicit Listener(QObject *parent = nullptr);
    ~Listener() override;

    /// Fails with AddressInUse, AddressNotAvailable, HostNotFound, NoCertificate, BadCertificate,
    /// AlreadyOpen. A host name other than "localhost" is looked up at once and may block.
    [[nodiscard]] virtual Wire::Result<void> listen() = 0;
    /// Stops accepting; what is pending is dropped. listen() may follow.
    virtual void close() = 0;
    [[nodiscard]] virtual bool isListening() const = 0;
    /// The real port where there is one, after listen().
    [[nodiscard]] virtual quint16 port() const = 0;
    /// The address that is listened on, as text; where there are several, the first.
    [[nodiscard]] virtual QString address() const = 0;
    /// Accepting stops, the kernel's backlog goes on filling.
    virtual void setAcceptingPaused(bool paused) = 0;
    /// The oldest accepted transport, or nullptr.
    [[nodiscard]] virtual std::unique_ptr<Transport> takePending() = 0;
    /// New certificate, key and checks for connections accepted from now on; the open ones keep theirs.
    /// Fails with NoCertificate, BadCertificate (the old ones stay), InvalidArgument where there is no TLS.
    [[nodiscard]] virtual Wire::Result<void> setTls(const TlsOptions &tls);

Q_SIGNALS:
    /// takePending() has at least one.
    void pendingAvailable();
    /// Accepting failed for now (descriptors used up, …); it goes on by itself.
    void acceptFailed(const Halyard::Wire::Error &error);

private:
    Q_DISABLE_COPY_MOVE(Listener)
};

} // namespace Halyard
