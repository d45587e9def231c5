// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "endpoint/calltable_p.h"
#include "endpoint/connection.h"
#include "endpoint/connectionlink_p.h"
#include "endpoint/framestream.h"
#include "endpoint/options.h"
#include "endpoint/requeststate_p.h"
#include "endpoint/requesttable_p.h"
#include "endpoint/routetable_p.h"

namespace Halyard {

class ConnectionPrivate
{
public:
    ConnectionPrivate(const ConnectionOptions &connectionOptions, std::shared_ptr<ConnectionLink> sharedLink,
        std::shared_ptr<const RouteTable> routeTable, DeadlineQueue *deadlines, const QString &protocolName);

    SendOutcome send(const Message &message);
    Call *call(const QString &route, const QByteArray &payload, const CallOptions &callOptions);
    QFuture<Result<Reply>> request(
        const QString &route, const QByteArray &payload, const CallOptions &callOptions);
    FrameStream *takeConnection(
        const QString &route, const QByteArray &payload, const CallOptions &callOptions);
    Result<FrameStream *> takeConnection(RequestState &request, const Reply &reply);
    void close();
    void abort();
    /// Takes what the driver has handed over and runs the application's code for it.
    void deliver();
    /// The connection is being destroyed: tells nobody but those who hold something of it.
    void destroy();

    /// A call that fails for this reason once the caller is back in the event loop.
    static Call *failedCall(const QString &route, const Error &reason, QObject *parent);

    Connection *q = nullptr;
    const ConnectionOptions options;
    const std::shared_ptr<ConnectionLink> link;
    const std::shared_ptr<const RouteTable> routes;
    QString protocol; // empty until it is recognised
    Connection::State state = Connection::State::Connecting;
    Error error;
    TransportInfo transport;
    Wire::Capabilities capabilities;

private:
    // Each runs application code last: `this` may be gone when it returns.
    void handle(const std::unique_ptr<const Inbound::Opened> &item);
    void handle(const Inbound::Delivered &item);
    void handle(const Inbound::FrameDelivered &item);
    void handle(const Inbound::HandedOff &item);
    void handle(const Inbound::Settled &item);
    void handle(const Inbound::Dropped &item);
    void handle(const Inbound::Writable &item);
    void handle(const Inbound::CredentialsNeeded &item);
    void handle(const Inbound::PeerFinished &item);
    void handle(const Inbound::Closed &item);
    /// Whether it was the stream's own: a frame, or the reply that should have granted it.
    [[nodiscard]] bool refuseOfStream(const Inbound::Settled &item);
    void handleRequest(const Message &message, qsizetype cost);
    void handleAnswer(const Message &message);

    void setState(Connection::State newState);
    [[nodiscard]] std::optional<Error> whyNoCall() const;
    [[nodiscard]] std::optional<Error> whyNotTaken(const RequestState &request, const Reply &reply) const;
    [[nodiscard]] std::optional<Error> sendRequest(
        quint64 id, const QString &route, const QByteArray &payload, const CallOptions &callOptions);
    [[nodiscard]] std::optional<Wire::TimePoint> deadlineOf(const CallOptions &callOptions) const;
    void cancelCall(quint64 id);
    void expireCalls();
    void expireRequests();
    void settleAllLater(const Error &reason);

    CallTable m_calls;
    RequestTable m_requests;        // of the peer
    QPointer<FrameStream> m_stream; // who has taken the connection, or is about to
    quint64 m_streamRequest = 0;
};

} // namespace Halyard
