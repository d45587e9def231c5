// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "transport/transport.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard {

/// Accepts transports. One for each kind of socket; made by TransportFactory. Accepted transports leave
/// through takePending() as values of the new owner, not yet open: their owner calls open(), so that a silent
/// peer in a TLS handshake delays nobody.
class HALYARD_EXPORT Listener : public QObject
{
    Q_OBJECT
public:
    explicit Listener(QObject *parent = nullptr);
    ~Listener() override;

    /// Fails with AddressInUse, AddressNotAvailable, NoCertificate, BadCertificate, …
    [[nodiscard]] virtual Wire::Result<void> listen() = 0;
    virtual void close() = 0;
    [[nodiscard]] virtual bool isListening() const = 0;
    /// The real port where there is one, after listen().
    [[nodiscard]] virtual quint16 port() const = 0;
    [[nodiscard]] virtual QString address() const = 0;
    /// Accepting stops, the kernel's backlog goes on filling.
    virtual void setAcceptingPaused(bool paused) = 0;
    /// The oldest accepted transport, or nullptr.
    [[nodiscard]] virtual std::unique_ptr<Transport> takePending() = 0;

Q_SIGNALS:
    void pendingAvailable();
    /// Accepting failed for now (descriptors used up, …); it goes on by itself.
    void acceptFailed(const Halyard::Wire::Error &error);

private:
    Q_DISABLE_COPY_MOVE(Listener)
};

} // namespace Halyard
