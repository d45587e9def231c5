// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>

#include <QFuture>
#include <QObject>
#include <QUrl>

#include "endpoint/connection.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/options.h"
#include "endpoint/routes.h"
#include "endpoint/serializer.h"
#include "wire/export.h"

namespace Halyard {

/// Connects to a server and stays connected: owns one Connection after the other. Queues nothing while it is
/// not connected and repeats nothing: what was open when a connection went has failed, and the application
/// decides. Lives in one thread.
class HALYARD_EXPORT Client : public QObject, public Routes
{
    Q_OBJECT
    Q_PROPERTY(Halyard::Client::State state READ state NOTIFY stateChanged)
public:
    enum class State : quint8 {
        Idle, ///< never opened, closed, or failed for good
        Connecting,
        Open,
        Closing,
        Waiting, ///< for the next try
    };
    Q_ENUM(State)

    explicit Client(QObject *parent = nullptr);
    explicit Client(const ClientOptions &options, QObject *parent = nullptr);
    ~Client() override;

    [[nodiscard]] State state() const noexcept;
    [[nodiscard]] ClientOptions options() const;
    /// Takes effect with the next open().
    void setOptions(const ClientOptions &options);
    [[nodiscard]] EndpointAddress address() const;

    /// Starts connecting, e.g. to "tls://localhost:6969" (see EndpointAddress). Wrong use (InvalidUrl,
    /// UnknownProtocol, InvalidArgument, AlreadyOpen, …) is returned; all else comes as opened() or
    /// errorOccurred().
    Result<void> open(const QUrl &url);
    Result<void> open(const EndpointAddress &address);
    /// Closes cleanly (Connection::close()) and tries no more. closed() follows unless it was Idle.
    void close();

    /// The present connection; nullptr while there is none. Belongs to the client and goes when the next one
    /// is made.
    [[nodiscard]] Connection *connection() const;

    /// Calls like those of the same names of the connection; without one they fail with NotConnected.
    Call *call(const QString &route, const QByteArray &payload = {}, const CallOptions &options = {});
    QFuture<Result<Reply>> request(
        const QString &route, const QByteArray &payload = {}, const CallOptions &options = {});
    SendOutcome send(const QString &route, const QByteArray &payload, const Headers &headers = {});
    SendOutcome send(const Message &message);

    /// A typed request: serialises `in` and reads the reply as Out.
    template <class Out, class In>
    QFuture<Result<Out>> request(const QString &route, const In &in, const CallOptions &options = {})
    {
        const Result<QByteArray> payload = Serializer<In>().write(in);
        if (!payload)
            return readyFuture<Out>(failure(payload.error()));
        return request(route, *payload, options).then([](const Result<Reply> &reply) -> Result<Out> {
            if (!reply)
                return failure(reply.error());
            return Serializer<Out>().read(reply->payload());
        });
    }

Q_SIGNALS:
    void stateChanged(Halyard::Client::State state);
    /// A new connection is open; also after each reconnect.
    void opened();
    /// The connection has gone. Another try follows if state() is Waiting.
    void closed();
    /// Why it went or could not be made; before closed().
    void errorOccurred(const Halyard::Error &error);
    /// The next try comes after this wait.
    void reconnectScheduled(std::chrono::milliseconds wait);
    void messageReceived(const Halyard::Message &message);
    void writableChanged(bool writable);

private:
    template <class Out>
    static QFuture<Result<Out>> readyFuture(Result<Out> result)
    {
        QPromise<Result<Out>> promise;
        promise.start();
        promise.addResult(std::move(result));
        promise.finish();
        return promise.future();
    }

    Q_DISABLE_COPY_MOVE(Client)
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Halyard
