// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QByteArray>
#include <QObject>
#include <QPointer>

#include "endpoint/error.h"
#include "endpoint/reply.h"
#include "endpoint/sendoutcome.h"
#include "wire/export.h"

namespace Halyard {

class Connection;
class ConnectionLink;

/// A connection that was taken from its protocol: frames as such, each a body of the wire's own framing,
/// sealed as before, that mean what the two applications have agreed on. There is no way back. Where a
/// protocol knows this (Capabilities::handoff: tfserver) a server takes it by Request::takeConnection(), a
/// client by Connection::takeConnection().
///
/// Belongs to its connection and lives in its thread. Whoever deletes it closes the connection. Order of
/// signals: either failed(), the last one, or opened(), then any others, then closed(), the last one.
class HALYARD_EXPORT FrameStream : public QObject
{
    Q_OBJECT
public:
    enum class State : quint8 {
        Opening, ///< the reply that grants it is on its way
        Open,
        Closed,
    };
    Q_ENUM(State)

    ~FrameStream() override;

    [[nodiscard]] State state() const noexcept { return m_state; }
    /// Of addresses, counters and errors; nullptr once it is destroyed.
    [[nodiscard]] Connection *connection() const { return m_connection; }
    /// The reply that granted it, before whatever signal tells of it.
    [[nodiscard]] const Reply &reply() const noexcept { return m_reply; }

    /// One frame. Queued like any Event, under the same marks and the same OverflowPolicy: go on at
    /// writableChanged() where it is Backpressured. Rejected with NotConnected unless the stream is Open.
    SendOutcome send(const QByteArray &frame);
    [[nodiscard]] bool isWritable() const;
    /// Stops reading, so that the peer is held up instead of our memory filled (Connection).
    void setReceivingPaused(bool paused);
    /// What is queued still leaves; closed() or failed() follows.
    void close();

Q_SIGNALS:
    void opened();
    /// The peer has refused, or the connection went before; the object deletes itself.
    void failed(const Halyard::Error &error);
    void frameReceived(const QByteArray &frame);
    void writableChanged(bool writable);
    /// A frame that send() had taken could not be encoded: PayloadTooLarge.
    void sendFailed(const Halyard::Error &error);
    /// The connection is closed; false after a clean end.
    void closed(const Halyard::Error &error);

private:
    friend class ConnectionPrivate;
    FrameStream(Connection *connection, std::shared_ptr<ConnectionLink> link);
    Q_DISABLE_COPY_MOVE(FrameStream)

    void open();
    void fail(const Error &error);
    /// With the connection, whose end has this reason.
    void end(const Error &closedWith, const Error &lost);

    const QPointer<Connection> m_connection;
    const std::shared_ptr<ConnectionLink> m_link;
    State m_state = State::Opening;
    bool m_isAsked = false; // the connection is or will be ours
    Reply m_reply;
};

} // namespace Halyard
