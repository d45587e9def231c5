// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include <QEvent>
#include <QObject>

#include "endpoint/error.h"
#include "endpoint/message.h"
#include "endpoint/options.h"
#include "endpoint/sendoutcome.h"
#include "endpoint/sendqueue_p.h"
#include "protocol/engine.h"
#include "transport/transport.h"

namespace Halyard {

/// What the driver tells the connection, in order.
namespace Inbound {
struct Opened {
    Wire::Capabilities capabilities;
    TransportInfo transport;
    std::string recognisedProtocol; ///< where it was not known before
};
struct Delivered {
    Message message;
    qsizetype cost = 0; ///< to be given back through ConnectionLink::consumed()
};
struct FrameDelivered {
    QByteArray body;
    qsizetype cost = 0;
};
/// The session is gone: frames from here on.
struct HandedOff {
};
/// A call that is over without a message of the peer, or a message that could not be encoded.
struct Settled {
    MessageKind kind = MessageKind::Event;
    quint64 id = 0;
    Error error;
};
struct Dropped {
    quint64 messages = 0;
};
struct Writable {
    bool writable = false;
};
struct CredentialsNeeded {
    QString identity;
};
struct PeerFinished {
};
struct Closed {
    Error error;
};
/// As large as a message: what comes once in a connection's life stands apart.
using Item = std::variant<Delivered, FrameDelivered, HandedOff, Settled, Dropped, Writable, CredentialsNeeded,
    PeerFinished, Closed, std::unique_ptr<const Opened>>;
static_assert(std::is_nothrow_move_constructible_v<Item>, "vectors of them would copy when they grow");
} // namespace Inbound

/// What a connection has moved so far.
struct LinkCounters {
    quint64 bytesIn = 0;
    quint64 bytesOut = 0;
    quint64 messagesIn = 0;
    quint64 messagesOut = 0;
    std::optional<std::chrono::microseconds> roundTripTime;
};

/// Between a Connection and its driver, which may live in different threads: only values pass, under one
/// short lock. Holds the queue of unencoded messages, so that one can still be dropped, withdrawn or refused.
/// Either end may go first.
class ConnectionLink
{
public:
    /// Wakes whichever end it is posted to.
    static QEvent::Type wakeEvent();

    explicit ConnectionLink(const ConnectionOptions &options);

    /// What one message counts in queues, in bytes: its parts and what it costs to keep it.
    static qsizetype costOf(const Message &message);

    // The application's end; any thread.
    void setConnection(QObject *connection);
    SendOutcome send(Message message);
    /// The same, and the connection is taken from its protocol: behind a reply once it has left, behind a
    /// request once it was answered by a reply.
    SendOutcome sendAndHandOff(Message message);
    /// Takes a request back: unsent it is simply gone, else the peer is told to cancel it.
    void withdraw(quint64 id, bool peerUnderstandsCancel);
    [[nodiscard]] bool isWritable() const;
    void provide(std::optional<Wire::Credentials> credentials);
    /// Until it is taken back, close() or detach().
    void setReceivingPaused(bool paused);
    /// Behind all that is queued.
    void close();
    /// At once; queued messages are dropped.
    void abort(const Error &error);
    /// The application has gone: nothing is delivered any more, what is queued still leaves.
    void detach();
    [[nodiscard]] std::vector<Inbound::Item> takeInbound();
    /// While more answers wait unread than any other message would find room behind, requests wait too: puts
    /// the items from this one on back in front, true then; the connection is woken when the queue has sunk.
    [[nodiscard]] bool holdBack(std::vector<Inbound::Item> &items, std::vector<Inbound::Item>::iterator from);
    void consumed(qsizetype bytes);
    void requestOpened();
    void requestFinished(qsizetype bytes);
    [[nodiscard]] LinkCounters counters() const;
    [[nodiscard]] qsizetype queuedBytes() const;

    // The driver's end.
    struct Commands {
        bool close = false;
        bool detached = false;
        std::optional<Error> abort;
        std::optional<std::optional<Wire::Credentials>> credentials;
    };
    void setDriver(QObject *driver);
    [[nodiscard]] Commands takeCommands();
    struct Outgoing {
        Message message;
        bool handsOff = false;
    };
    [[nodiscard]] std::optional<Outgoing> takeNextToSend(SendQueue::Take take);
    /// Puts a message back in front that the engine cannot take now.
    void putBack(Message message);
    /// Hands a batch over, `cost` bytes in all; it is swallowed once the application has gone. Returns
    /// whether so many delivered bytes wait that reading must stop; the driver is woken when they have gone.
    bool deliver(std::vector<Inbound::Item> &items, qsizetype cost, const LinkCounters &counters);
    /// Nothing undelivered, no request open, nothing queued; otherwise the driver is woken when it becomes
    /// so.
    [[nodiscard]] bool isSettled();
    void setOpen(bool open);

private:
    void wakeDriver();
    void wakeConnection();
    void wakeIfWanted();
    bool makeRoom(qsizetype cost);
    void tellWritable();
    [[nodiscard]] bool isBelowLowWater() const;
    [[nodiscard]] bool settled() const;

    const ConnectionOptions m_options;
    mutable std::mutex m_lock;
    QObject *m_connection = nullptr;
    QObject *m_driver = nullptr;
    bool m_connectionWoken = false;
    bool m_driverWoken = false;
    bool m_open = false;
    SendQueue m_queue;
    std::optional<quint64> m_handsOff; // the id of the message that does
    bool m_writableWanted = false;
    bool m_heldBack = false; // requests wait in m_inbound for the queue to sink
    Commands m_commands;
    std::vector<Inbound::Item> m_inbound;
    qsizetype m_undelivered = 0; // bytes handed over and not consumed
    qsizetype m_openRequests = 0;
    bool m_creditWanted = false;
    bool m_receivingPaused = false;
    bool m_settledWanted = false;
    LinkCounters m_counters;
};

} // namespace Halyard
