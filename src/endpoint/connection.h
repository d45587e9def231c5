// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <QFuture>
#include <QObject>
#include <QString>

#include "endpoint/call.h"
#include "endpoint/error.h"
#include "endpoint/headers.h"
#include "endpoint/message.h"
#include "endpoint/reply.h"
#include "endpoint/result.h"
#include "endpoint/sendoutcome.h"
#include "protocol/engine.h"
#include "transport/transport.h"
#include "wire/export.h"

namespace Halyard {

class ConnectionPrivate;
class FrameStream;

/// What a connection has moved so far, all layers above the transport's own included.
struct ConnectionCounters {
    quint64 bytesReceived = 0;
    quint64 bytesSent = 0;
    quint64 messagesReceived = 0;
    quint64 messagesSent = 0;
};

/// One connection to a peer, from connecting to closed; never reopened. Made and owned by a Client or a
/// Server. Lives in their thread; all functions are for that thread alone. May be deleted at any moment, also
/// by a slot of its own signals: what is queued still leaves then, nothing is delivered any more. Order of
/// signals: opened, then any others, then errorOccurred at most once, then closed exactly once, last.
class HALYARD_EXPORT Connection : public QObject
{
    Q_OBJECT
    Q_PROPERTY(Halyard::Connection::State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool writable READ isWritable NOTIFY writableChanged)
    Q_PROPERTY(QString protocol READ protocol NOTIFY opened)
    Q_PROPERTY(QString user READ user NOTIFY opened)
    Q_PROPERTY(QString security READ security NOTIFY opened)
public:
    enum class State : quint8 {
        Connecting, ///< transport and handshakes are on their way
        Open,
        Closing, ///< what is queued and due still leaves; nothing new is taken
        Closed,
    };
    Q_ENUM(State)

    explicit Connection(std::unique_ptr<ConnectionPrivate> priv, QObject *parent = nullptr);
    ~Connection() override;

    [[nodiscard]] State state() const noexcept;
    /// Why it closed; false after a clean close.
    [[nodiscard]] Error error() const;

    /// Peer, addresses, TLS version, cipher and certificate; empty before opened().
    [[nodiscard]] TransportInfo transportInfo() const;
    /// The protocol's name, e.g. "vstp"; empty before opened() where a server finds it out.
    [[nodiscard]] QString protocol() const;
    /// Who has proved to be the client, to a server the peer, to a client itself; final at opened(), empty
    /// where nobody has. A certificate of TLS is in transportInfo().
    [[nodiscard]] QString user() const;
    /// What seals the connection besides TLS: "E1" or "E2" (tfserver), "npro-session" (network-protocol);
    /// final at opened(), empty where nothing does.
    [[nodiscard]] QString security() const;
    /// What this connection can do, and what was negotiated; final at opened(), but for what takeConnection()
    /// leaves of it.
    [[nodiscard]] Wire::Capabilities capabilities() const;
    [[nodiscard]] ConnectionCounters counters() const;
    /// Of the latest heartbeat; nothing where there was none.
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const;
    /// Bytes of messages that wait to be encoded.
    [[nodiscard]] qsizetype queuedBytes() const;

    /// One message, as it is. Requests are made by call() and request(), answers by Request: InvalidArgument
    /// for those kinds.
    SendOutcome send(const Message &message);
    /// A one-way message.
    SendOutcome send(const QString &route, const QByteArray &payload, const Headers &headers = {});
    /// Whether the queue is below its water mark.
    [[nodiscard]] bool isWritable() const;

    /// A request whose answers come as signals. Never nullptr: a call that cannot be made fails like any
    /// other, later.
    Call *call(const QString &route, const QByteArray &payload = {}, const CallOptions &options = {});
    /// A request with one answer; no QObject is made. Whoever wants to cancel it uses call().
    QFuture<Result<Reply>> request(
        const QString &route, const QByteArray &payload = {}, const CallOptions &options = {});

    /// A request whose reply gives us the connection itself: frames as such from there on (see FrameStream).
    /// Nothing is sent behind it until it is answered. An error of the peer leaves the connection as it was;
    /// a call that times out closes it, for nobody knows then whose the bytes behind its answer are. Never
    /// nullptr and ours: what cannot be asked for fails later, as a call does, with NotSupportedByProtocol
    /// where the protocol has no such thing, and InvalidArgument where the connection is taken already.
    FrameStream *takeConnection(
        const QString &route, const QByteArray &payload = {}, const CallOptions &options = {});

    /// Stops reading, so that the peer is held up instead of our memory filled: for applications that pass on
    /// what comes in. What was read already (one batch) is still delivered. Replies are held up too. Ends
    /// with close().
    void setReceivingPaused(bool paused);

    /// The answer to credentialsNeeded(); nothing refuses.
    void provide(const std::optional<Wire::Credentials> &credentials);

    /// Closes cleanly: what is queued and the answers to requests in hand leave first, for drainTimeout at
    /// most. Calls of ours fail with CallCancelled. closed() follows.
    void close();
    /// Closes at once and drops what is queued. closed() follows.
    void abort();

Q_SIGNALS:
    void stateChanged(Halyard::Connection::State state);
    void opened();
    /// Events without a handler of their route, and errors of the peer that concern no call.
    void messageReceived(const Halyard::Message &message);
    void writableChanged(bool writable);
    /// A message that send() had taken could not be encoded (a header the protocol reserves, a frame too
    /// large, …).
    void sendFailed(Halyard::MessageKind kind, quint64 id, const Halyard::Error &error);
    /// So many of the oldest Events made room for newer messages (OverflowPolicy::DropOldestEvent).
    void messagesDropped(quint64 count);
    /// The protocol's handshake wants to know this user's secret (server), or ours (client, empty identity).
    void credentialsNeeded(const QString &identity);
    /// At most once, before closed().
    void errorOccurred(const Halyard::Error &error);
    /// Exactly once, the last signal of this object.
    void closed();

protected:
    bool event(QEvent *event) override;

private:
    friend class ConnectionPrivate;
    friend class Request;
    Q_DISABLE_COPY_MOVE(Connection)
    const std::unique_ptr<ConnectionPrivate> d;
};

} // namespace Halyard
