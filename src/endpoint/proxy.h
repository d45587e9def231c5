// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <QObject>
#include <QUrl>

#include "endpoint/credentialsource.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/options.h"
#include "endpoint/result.h"
#include "endpoint/tap.h"
#include "protocol/limits.h"
#include "wire/export.h"
#include "wire/framesecurity.h"

namespace Halyard {

/// What a proxy may hold and how it opens both sides. A value.
struct HALYARD_EXPORT ProxyOptions {
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
    /// Watches every pair, one conversation each, or two where frames are sealed anew: one for each side,
    /// with the bytes and the secrets of that side. Not owned, must outlive the proxy.
    Tap *tap = nullptr;

    // Where frames are sealed anew:

    /// Who may come in, as ServerOptions::credentials.
    std::shared_ptr<CredentialSource> users;
    /// As whom to go on, as ClientOptions::credentials.
    std::optional<Wire::Credentials> credentials;
    /// Of both sides. maxPendingBytes can be exceeded by one frame, and as much input can wait to be one.
    Wire::EngineLimits engine;
    /// Input of all pairs that is not a complete frame yet; beyond it the pair that holds most is cut
    /// (InputBudgetExceeded).
    qsizetype maxUnfinishedInputBytes = 268'435'456;
    int maxHandshakes = 256; ///< of pairs that are not open yet; accepting pauses there
    GuessLimits guesses;

    [[nodiscard]] Result<void> validate() const;
};

/// A pair of a proxy at one moment. A value.
struct ProxyConnection {
    quint64 conversation = 0;       ///< the tap's number of it, or of the client's side; 0 without a tap
    quint64 onwardConversation = 0; ///< of the server's side, where that has one of its own
    QString peer;                   ///< who has come
    qint64 bytesToServer = 0;       ///< read from the client, not taken by the server's side yet
    qint64 bytesToClient = 0;       ///< the other way
};

/// Stands between clients and a server and passes bytes on as they are, half-closes included where the other
/// side is plain. TLS ends on both sides, so that a tap sees what was inside; either side may be plain.
/// Bounded: a side that is not read stops the other from being read.
///
/// Frames are opened and sealed anew instead, each side with the frame security of its own or none, as soon
/// as
/// - there are users to let in (ProxyOptions::users), or
/// - there is one to be (a user in the target's address, or ProxyOptions::credentials), or
/// - one of the addresses has an option that says how frames are sealed (OptionDescription::seals: tfserver's
///   encryption and server-id, network-protocol's family and packets).
/// A tfserver side is sealed where it has users or a user, a network-protocol side unless `packets=plain`, as
/// for Server and Client. Bodies pass unchanged, so both sides are of one protocol, and of tfserver one
/// generation; an address that does not name the protocol takes the other's. The server is connected to once
/// the client's handshake is done. A frame that fits one side but not the other, with what seals it there,
/// closes both (PayloadTooLarge).
class HALYARD_EXPORT Proxy : public QObject
{
    Q_OBJECT
public:
    explicit Proxy(QObject *parent = nullptr);
    explicit Proxy(const ProxyOptions &options, QObject *parent = nullptr);
    ~Proxy() override;

    /// Listens at `listenUrl` and connects to `targetUrl` for each who comes. Returns the real listening
    /// address. Fails as Server::listen() and Client::open() do; and, where frames are sealed anew, with
    /// InvalidArgument for different protocols, NotSupportedByProtocol for users of a protocol that has none,
    /// CredentialsRequired where an address says how to seal and there is nobody to seal for.
    Result<EndpointAddress> start(const QUrl &listenUrl, const QUrl &targetUrl);
    [[nodiscard]] bool isListening() const;
    /// Pairs that are open now.
    [[nodiscard]] qsizetype connectionCount() const;
    [[nodiscard]] QList<ProxyConnection> connections() const;
    /// Stops listening and cuts what is open; closed() follows.
    void close();

Q_SIGNALS:
    void connectionOpened(const QString &peer);
    /// `error` is false where both sides ended cleanly. Where frames are sealed anew its detail begins with
    /// the side that failed: AuthenticationFailed of the client's is its wrong password, of the server's
    /// ours.
    void connectionClosed(const QString &peer, const Halyard::Error &error);
    void acceptFailed(const Halyard::Error &error);
    void closed();

private:
    Q_DISABLE_COPY_MOVE(Proxy)
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Halyard
