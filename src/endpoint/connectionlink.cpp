// SPDX-License-Identifier: MIT
#include "endpoint/connectionlink_p.h"

#include <algorithm>
#include <iterator>

#include <QCoreApplication>

namespace Halyard {

namespace {

// Answers that a peer was promised are never refused for want of room; they have a bound of their own.
bool isAnswer(MessageKind kind)
{
    return kind == MessageKind::Reply || kind == MessageKind::End || kind == MessageKind::Error
        || kind == MessageKind::Cancel;
}

} // namespace

QEvent::Type ConnectionLink::wakeEvent()
{
    static const auto type = QEvent::Type(QEvent::registerEventType());
    return type;
}

ConnectionLink::ConnectionLink(const ConnectionOptions &options)
    : m_options(options)
{ }

qsizetype ConnectionLink::costOf(const Message &message) { return message.costBytes(); }

void ConnectionLink::setConnection(QObject *connection)
{
    const std::lock_guard guard(m_lock);
    m_connection = connection;
    if (connection && !m_inbound.empty())
        wakeConnection();
}

void ConnectionLink::setDriver(QObject *driver)
{
    const std::lock_guard guard(m_lock);
    m_driver = driver;
    m_driverWoken = false;
}

void ConnectionLink::wakeDriver()
{
    if (!m_driver || m_driverWoken)
        return;
    m_driverWoken = true;
    QCoreApplication::postEvent(m_driver, new QEvent(wakeEvent()));
}

void ConnectionLink::wakeConnection()
{
    if (!m_connection || m_connectionWoken)
        return;
    m_connectionWoken = true;
    QCoreApplication::postEvent(m_connection, new QEvent(wakeEvent()));
}

bool ConnectionLink::isBelowLowWater() const
{
    return m_queue.bytes() <= m_options.queueLowBytes && m_queue.count() <= m_options.queueLowMessages;
}

bool ConnectionLink::makeRoom(qsizetype cost)
{
    const qsizetype maxBytes = m_options.queueRejectFactor * m_options.queueHighBytes;
    const qsizetype maxMessages = qsizetype(m_options.queueRejectFactor) * m_options.queueHighMessages;
    const auto fits = [&] {
        return m_queue.isEmpty() || (m_queue.bytes() + cost <= maxBytes && m_queue.count() < maxMessages);
    };
    if (fits())
        return true;
    if (m_options.overflow != OverflowPolicy::DropOldestEvent)
        return false;
    const quint64 dropped = m_queue.dropEvents(fits);
    if (dropped > 0) {
        m_inbound.emplace_back(Inbound::Dropped {dropped});
        wakeConnection();
    }
    return fits();
}

SendOutcome ConnectionLink::send(Message message)
{
    const qsizetype cost = costOf(message);
    const std::lock_guard guard(m_lock);
    const bool answers = isAnswer(message.kind()) || message.kind() == MessageKind::Item;
    // While it closes only what was promised still leaves.
    if (!m_open || m_commands.detached || (m_commands.close && !answers))
        return Error(
            ErrorCode::NotConnected, ErrorOrigin::Local, QStringLiteral("the connection is not open"));
    if (message.payload().size() > qsizetype(m_options.engine.maxFrameBytesOut)) {
        return Error(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            QStringLiteral("%1 bytes, the frame limit is %2")
                .arg(message.payload().size())
                .arg(m_options.engine.maxFrameBytesOut));
    }
    if (isAnswer(message.kind())) {
        if (!m_queue.isEmpty() && m_queue.bytes() + cost > m_options.maxQueuedAnswerBytes) {
            Error error(ErrorCode::OutputNotRead, ErrorOrigin::Peer,
                QStringLiteral("%1 bytes of answers wait to be read").arg(m_queue.bytes()));
            m_commands.abort = error;
            wakeDriver();
            return error;
        }
    } else if (!makeRoom(cost)) {
        Error error(ErrorCode::QueueFull, ErrorOrigin::Local,
            QStringLiteral("%1 bytes in %2 messages are queued").arg(m_queue.bytes()).arg(m_queue.count()));
        if (m_options.overflow == OverflowPolicy::Close) {
            m_commands.abort = error;
            wakeDriver();
        }
        return error;
    }
    m_queue.append(std::move(message));
    wakeDriver();
    // One message alone never counts as too much: water marks begin with the second.
    if (m_queue.count() > 1
        && (m_queue.bytes() > m_options.queueHighBytes || m_queue.count() > m_options.queueHighMessages)) {
        if (!m_writableWanted) {
            m_writableWanted = true;
            m_inbound.emplace_back(Inbound::Writable {false});
            wakeConnection();
        }
        return SendResult::Backpressured;
    }
    return SendResult::Queued;
}

SendOutcome ConnectionLink::sendAndHandOff(Message message)
{
    {
        const std::lock_guard guard(m_lock);
        m_handsOff = message.id();
    }
    SendOutcome sent = send(std::move(message));
    if (!sent) {
        const std::lock_guard guard(m_lock);
        m_handsOff.reset();
    }
    return sent;
}

void ConnectionLink::withdraw(quint64 id, bool peerUnderstandsCancel)
{
    {
        const std::lock_guard guard(m_lock);
        if (m_queue.withdrawRequest(id)) {
            tellWritable();
            return;
        }
    }
    if (peerUnderstandsCancel)
        send(Message::cancel(id));
}

bool ConnectionLink::isWritable() const
{
    const std::lock_guard guard(m_lock);
    return m_open && !m_writableWanted;
}

void ConnectionLink::provide(std::optional<Wire::Credentials> credentials)
{
    const std::lock_guard guard(m_lock);
    m_commands.credentials = std::move(credentials);
    wakeDriver();
}

void ConnectionLink::setReceivingPaused(bool paused)
{
    const std::lock_guard guard(m_lock);
    paused = paused && !m_commands.close && !m_commands.detached;
    if (paused == m_receivingPaused)
        return;
    m_receivingPaused = paused;
    wakeDriver();
}

void ConnectionLink::close()
{
    const std::lock_guard guard(m_lock);
    m_commands.close = true;
    m_receivingPaused = false; // the peer's goodbye must be heard
    wakeDriver();
}

void ConnectionLink::abort(const Error &error)
{
    const std::lock_guard guard(m_lock);
    m_commands.abort = error;
    wakeDriver();
}

void ConnectionLink::detach()
{
    const std::lock_guard guard(m_lock);
    m_connection = nullptr;
    m_commands.detached = true;
    m_receivingPaused = false;
    m_inbound.clear();
    wakeDriver();
}

std::vector<Inbound::Item> ConnectionLink::takeInbound()
{
    const std::lock_guard guard(m_lock);
    m_connectionWoken = false;
    return std::exchange(m_inbound, {});
}

bool ConnectionLink::holdBack(std::vector<Inbound::Item> &items, std::vector<Inbound::Item>::iterator from)
{
    const std::lock_guard guard(m_lock);
    if (!m_open || m_queue.count() < 2
        || m_queue.bytes() <= m_options.queueRejectFactor * m_options.queueHighBytes)
        return false;
    m_inbound.insert(m_inbound.begin(), std::move_iterator(from), std::move_iterator(items.end()));
    m_heldBack = true;
    return true;
}

void ConnectionLink::consumed(qsizetype bytes)
{
    const std::lock_guard guard(m_lock);
    m_undelivered -= bytes;
    wakeIfWanted();
}

void ConnectionLink::requestOpened()
{
    const std::lock_guard guard(m_lock);
    ++m_openRequests;
}

void ConnectionLink::requestFinished(qsizetype bytes)
{
    const std::lock_guard guard(m_lock);
    --m_openRequests;
    m_undelivered -= bytes;
    wakeIfWanted();
}

void ConnectionLink::wakeIfWanted()
{
    // Half the limit, so that reading does not stop and go with every message.
    if (m_creditWanted && m_undelivered <= m_options.maxUndeliveredBytes / 2) {
        m_creditWanted = false;
        wakeDriver();
    }
    if (m_settledWanted && settled()) {
        m_settledWanted = false;
        wakeDriver();
    }
}

LinkCounters ConnectionLink::counters() const
{
    const std::lock_guard guard(m_lock);
    return m_counters;
}

qsizetype ConnectionLink::queuedBytes() const
{
    const std::lock_guard guard(m_lock);
    return m_queue.bytes();
}

ConnectionLink::Commands ConnectionLink::takeCommands()
{
    const std::lock_guard guard(m_lock);
    m_driverWoken = false;
    Commands commands = m_commands;
    m_commands.abort.reset();
    m_commands.credentials.reset();
    return commands;
}

void ConnectionLink::tellWritable()
{
    if (m_heldBack && isBelowLowWater()) {
        m_heldBack = false;
        wakeConnection();
    }
    if (!m_writableWanted || !isBelowLowWater())
        return;
    m_writableWanted = false;
    m_inbound.emplace_back(Inbound::Writable {true});
    wakeConnection();
}

std::optional<ConnectionLink::Outgoing> ConnectionLink::takeNextToSend(SendQueue::Take take)
{
    const std::lock_guard guard(m_lock);
    auto next = m_queue.takeFirst(take);
    if (!next)
        return std::nullopt;
    tellWritable();
    const MessageKind kind = next->kind();
    const bool handsOff = m_handsOff && m_handsOff == next->id()
        && (kind == MessageKind::Request || kind == MessageKind::Reply);
    return Outgoing {std::move(*next), handsOff};
}

void ConnectionLink::putBack(Message message)
{
    const std::lock_guard guard(m_lock);
    m_queue.putBack(std::move(message));
}

bool ConnectionLink::deliver(std::vector<Inbound::Item> &items, qsizetype cost, const LinkCounters &counters)
{
    const std::lock_guard guard(m_lock);
    m_counters = counters;
    if (!items.empty() && !m_commands.detached) {
        m_undelivered += cost;
        if (std::holds_alternative<Inbound::Closed>(items.back()))
            m_open = false;
        if (m_inbound.empty())
            m_inbound.swap(items);
        else
            std::move(items.begin(), items.end(), std::back_inserter(m_inbound));
        wakeConnection();
    }
    items.clear();
    m_creditWanted = m_undelivered > m_options.maxUndeliveredBytes;
    return m_creditWanted || m_receivingPaused;
}

bool ConnectionLink::settled() const
{
    return m_commands.detached ? m_queue.isEmpty()
                               : m_queue.isEmpty() && m_undelivered == 0 && m_openRequests == 0;
}

bool ConnectionLink::isSettled()
{
    const std::lock_guard guard(m_lock);
    m_settledWanted = !settled();
    return !m_settledWanted;
}

void ConnectionLink::setOpen(bool open)
{
    const std::lock_guard guard(m_lock);
    m_open = open;
}

} // namespace Halyard
