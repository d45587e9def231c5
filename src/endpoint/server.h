// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QList>
#include <QObject>
#include <QUrl>

#include "endpoint/connection.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/options.h"
#include "endpoint/routes.h"
#include "wire/export.h"

namespace Halyard {

/// Listens at one or more addresses and owns the connections that come in. Handlers are those of Routes; they
/// run in the server's thread.
class HALYARD_EXPORT Server : public QObject, public Routes
{
    Q_OBJECT
    Q_PROPERTY(bool listening READ isListening NOTIFY listeningChanged)
public:
    explicit Server(QObject *parent = nullptr);
    explicit Server(const ServerOptions &options, QObject *parent = nullptr);
    ~Server() override;

    [[nodiscard]] ServerOptions options() const;
    /// Takes effect with the next listen().
    void setOptions(const ServerOptions &options);

    /// Listens, e.g. at "tls://0.0.0.0:6969"; port 0 lets the system choose. Returns the address with its
    /// real port. May be called for several addresses. Fails with InvalidUrl, UnknownProtocol,
    /// InvalidArgument, AddressInUse, AddressNotAvailable, NoCertificate, BadCertificate.
    Result<EndpointAddress> listen(const QUrl &url);
    Result<EndpointAddress> listen(const QUrl &url, const ServerOptions &options);
    [[nodiscard]] bool isListening() const;
    /// Where it listens, with real ports.
    [[nodiscard]] QList<EndpointAddress> addresses() const;
    /// The port of the first address; 0 where there is none.
    [[nodiscard]] quint16 serverPort() const;
    /// Another certificate and key for connections to come, without a gap. Fails with NoCertificate,
    /// BadCertificate.
    Result<void> setTls(const TlsOptions &tls);

    /// Those that are open or on their way; they belong to the server. Deleting one closes it.
    [[nodiscard]] QList<Connection *> connections() const;
    [[nodiscard]] qsizetype connectionCount() const;
    /// The same Event to every open connection; returns how many took it.
    qsizetype broadcast(const QString &route, const QByteArray &payload, const Headers &headers = {});

    /// Stops listening and closes all connections cleanly: answers to requests in hand leave first, for
    /// drainTimeout at most. closed() follows once the last has gone.
    void close();

Q_SIGNALS:
    void listeningChanged(bool listening);
    /// Handshakes are done: the connection can be used.
    void connectionOpened(Halyard::Connection *connection);
    /// The connection is deleted when control returns to the event loop.
    void connectionClosed(Halyard::Connection *connection);
    /// A peer that was turned away or failed before its connection was open; `peer` is its address.
    void connectionRefused(const QString &peer, const Halyard::Error &error);
    void messageReceived(Halyard::Connection *connection, const Halyard::Message &message);
    /// A user's secret is asked for: answer with Connection::provide().
    void credentialsNeeded(Halyard::Connection *connection, const QString &identity);
    /// Accepting failed for now; it goes on by itself.
    void acceptFailed(const Halyard::Error &error);
    /// After close(), when the last connection has gone.
    void closed();

private:
    Q_DISABLE_COPY_MOVE(Server)
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Halyard
