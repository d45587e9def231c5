// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>

#include <QPointer>

#include "endpoint/connection.h"
#include "endpoint/connectionlink_p.h"
#include "endpoint/message.h"
#include "endpoint/replystream.h"

namespace Halyard {

/// What all copies of one Request or ReplyStream share.
class RequestState
{
public:
    RequestState(
        Message message, qsizetype cost, std::shared_ptr<ConnectionLink> link, Connection *connection);
    ~RequestState();
    RequestState(const RequestState &) = delete;
    RequestState &operator=(const RequestState &) = delete;

    [[nodiscard]] const Message &message() const noexcept { return m_message; }
    [[nodiscard]] Connection *connection() const { return m_connection; }
    [[nodiscard]] bool isOver() const noexcept { return m_over; }
    [[nodiscard]] bool isCancelled() const noexcept { return m_cancelled; }
    /// Items of the answer have been written.
    [[nodiscard]] bool isBegun() const noexcept { return m_begun; }
    [[nodiscard]] bool isWritable() const { return !m_over && m_link->isWritable(); }

    SendOutcome writeItem(const QByteArray &payload, const Headers &headers);
    /// Only the first call sends. With the answer the connection may be taken from its protocol.
    SendOutcome finish(Message message, bool handsOff = false);
    /// The peer's wish, or its end.
    void cancel();
    /// The application's time is over: answers in its place, and takes nothing of it any more.
    void expire();
    void tellWritable(bool writable);
    [[nodiscard]] ReplyStreamNotifier *notifier();

private:
    bool claim();
    void tellCancelled();
    void releaseNotifier();

    const Message m_message;
    const qsizetype m_cost;
    const std::shared_ptr<ConnectionLink> m_link;
    const QPointer<Connection> m_connection;
    std::atomic<bool> m_over = false;
    std::atomic<bool> m_cancelled = false;
    std::atomic<bool> m_begun = false;
    QPointer<ReplyStreamNotifier> m_notifier;
};

} // namespace Halyard
