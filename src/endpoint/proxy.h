// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QUrl>

#include "endpoint/endpointaddress.h"
#include "endpoint/options.h"
#include "endpoint/result.h"
#include "endpoint/tap.h"
#include "wire/export.h"

namespace Halyard {

/// What a proxy may hold and how it opens both sides. A value.
struct ProxyOptions {
    /// Of the side that listens; its certificate is shown to clients.
    TransportOptions listening;
    /// Of the side that connects; what it trusts.
    TransportOptions connecting;
    Wire::ProtocolRegistry registry = Wire::ProtocolRegistry::standard();
    qsizetype maxPendingBytes = 262'144; ///< of one direction of one pair; then reading stops there
    int maxConnections = 10'000;         ///< accepting pauses there
    std::chrono::milliseconds closeTimeout {10'000}; ///< for the second side, after the first has gone
    /// A half-close cannot be passed on to a side with TLS: that side is closed when it has said nothing more
    /// for so long.
    std::chrono::milliseconds halfCloseTimeout {1'000};
    /// Watches every pair, one conversation each; not owned, must outlive the proxy.
    Tap *tap = nullptr;
};

/// A pair of a proxy at one moment. A value.
struct ProxyConnection {
    quint64 conversation = 0; ///< the tap's number of it; 0 without a tap
    QString peer;             ///< who has come
    qint64 bytesToServer = 0; ///< read from the client, not taken by the server's side yet
    qint64 bytesToClient = 0; ///< the other way
};

/// Stands between clients and a server and passes bytes on as they are, half-closes included where the other
/// side is plain. TLS ends on both sides, so that a tap sees what was inside; either side may be plain.
/// Bounded: a side that is not read stops the other from being read.
class HALYARD_EXPORT Proxy : public QObject
{
    Q_OBJECT
public:
    explicit Proxy(QObject *parent = nullptr);
    explicit Proxy(const ProxyOptions &options, QObject *parent = nullptr);
    ~Proxy() override;

    /// Listens at `listenUrl` and connects to `targetUrl` for each who comes. Returns the real listening
    /// address. Fails as Server::listen() and Client::open() do.
    Result<EndpointAddress> start(const QUrl &listenUrl, const QUrl &targetUrl);
    [[nodiscard]] bool isListening() const;
    /// Pairs that are open now.
    [[nodiscard]] qsizetype connectionCount() const;
    [[nodiscard]] QList<ProxyConnection> connections() const;
    /// Stops listening and cuts what is open; closed() follows.
    void close();

Q_SIGNALS:
    void connectionOpened(const QString &peer);
    /// `error` is false where both sides ended cleanly.
    void connectionClosed(const QString &peer, const Halyard::Error &error);
    void acceptFailed(const Halyard::Error &error);
    void closed();

private:
    Q_DISABLE_COPY_MOVE(Proxy)
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Halyard
