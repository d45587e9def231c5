// SPDX-License-Identifier: MIT
#include "transport/memorytransport_p.h"

#include <algorithm>
#include <cstring>

#include <QPointer>
#include <QTimerEvent>

#include "transport/memorylistener_p.h"

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

std::size_t MemoryPipe::take(Wire::MutableBytes into)
{
    const std::size_t count = std::min(into.size(), size());
    if (count == 0)
        return 0;
    std::memcpy(into.data(), m_bytes.data() + m_read, count);
    m_read += count;
    if (m_read == m_bytes.size()) {
        m_bytes.clear();
        m_read = 0;
    } else if (m_read >= m_bytes.size() / 2) { // each byte is moved at most once
        m_bytes.erase(m_bytes.begin(), m_bytes.begin() + std::ptrdiff_t(m_read));
        m_read = 0;
    }
    return count;
}

void MemoryPipe::clear()
{
    m_bytes = {};
    m_read = 0;
}

MemoryTransport::MemoryTransport(QString name, TransportOptions options, QObject *parent)
    : Transport(parent)
    , m_name(std::move(name))
    , m_options(std::move(options))
{ }

MemoryTransport::~MemoryTransport() { leaveLink(true); }

std::unique_ptr<MemoryTransport> MemoryTransport::makePeer()
{
    auto other = std::make_unique<MemoryTransport>(m_name, m_options);
    m_link = std::make_shared<Link>();
    m_side = 0;
    other->m_link = m_link;
    other->m_side = 1;
    m_link->ends = {this, other.get()};
    return other;
}

void MemoryTransport::open()
{
    if (m_phase != Phase::Idle)
        return;
    m_phase = Phase::Opening;
    wake();
}

void MemoryTransport::start()
{
    if (!m_link) {
        MemoryListener *listener
            = m_options.memoryNetwork ? m_options.memoryNetwork->m_listeners.value(m_name) : nullptr;
        if (!listener || !listener->admits()) {
            end(Error {ErrorCode::ConnectionRefused, ErrorOrigin::Transport,
                "memory:" + m_name.toStdString()
                    + (listener ? ": the backlog is full" : ": nobody listens")});
            return;
        }
        listener->admit(makePeer());
    }
    m_phase = Phase::Open;
    wake(); // for what the peer has written before
    Q_EMIT opened();
}

qsizetype MemoryTransport::read(Wire::MutableBytes into)
{
    if (m_phase != Phase::Open)
        return 0;
    const auto count = qsizetype(input().take(into));
    m_readableTold = false;
    wake();
    if (count > 0 && peer())
        peer()->wake();
    return count;
}

void MemoryTransport::write(Wire::ByteView bytes)
{
    if (m_phase != Phase::Open || output().ended || bytes.empty())
        return;
    if (!peer()) {
        peerLost("the peer has closed");
        return;
    }
    output().append(bytes);
    m_excessSeen = output().excess();
    peer()->wake();
}

qint64 MemoryTransport::bytesToWrite() const
{
    return m_link && m_phase != Phase::Ended ? output().excess() : 0;
}

void MemoryTransport::setReadingPaused(bool paused)
{
    m_paused = paused;
    m_readableTold = false;
    wake();
}

void MemoryTransport::finishOutput()
{
    if (m_phase != Phase::Open)
        return;
    output().ended = true;
    if (peer())
        peer()->wake();
}

void MemoryTransport::close()
{
    switch (m_phase) {
    case Phase::Idle:
    case Phase::Opening:
        end(std::nullopt);
        return;
    case Phase::Open:
        finishOutput();
        m_phase = Phase::Flushing;
        m_timer.start(int(m_options.flushTimeout.count()), Qt::CoarseTimer, this);
        wake();
        return;
    case Phase::Flushing:
    case Phase::Lingering:
    case Phase::Ended:
        return;
    }
}

void MemoryTransport::abort()
{
    if (m_phase != Phase::Ended)
        end(std::nullopt, true);
}

TransportInfo MemoryTransport::info() const
{
    TransportInfo info;
    info.name = QStringLiteral("memory");
    info.peerName = QStringLiteral("memory:") + m_name;
    return info;
}

void MemoryTransport::wake()
{
    if (m_awake || m_phase == Phase::Ended)
        return;
    m_awake = true;
    QMetaObject::invokeMethod(
        this, [this] { look(); }, Qt::QueuedConnection);
}

void MemoryTransport::look()
{
    m_awake = false;
    switch (m_phase) {
    case Phase::Opening:
        start();
        return;
    case Phase::Open:
        lookWhileOpen();
        return;
    case Phase::Flushing:
    case Phase::Lingering:
        lookWhileClosing();
        return;
    case Phase::Idle:
    case Phase::Ended:
        return;
    }
}

void MemoryTransport::lookWhileOpen()
{
    const QPointer<MemoryTransport> alive(this);
    const auto stillOpen = [&] { return alive && m_phase == Phase::Open; };
    if (const qint64 excess = output().excess(); excess < std::exchange(m_excessSeen, excess))
        Q_EMIT bytesWritten();
    if (stillOpen() && !m_paused && !m_readableTold && input().size() > 0) {
        m_readableTold = true;
        Q_EMIT readyRead();
    }
    if (stillOpen() && !m_paused && !m_inputEndTold && input().ended && input().size() == 0) {
        m_inputEndTold = true;
        Q_EMIT inputEnded();
    }
}

void MemoryTransport::lookWhileClosing()
{
    input().clear(); // nobody reads it any more
    if (peer())
        peer()->wake();
    if (m_phase == Phase::Flushing && output().excess() == 0) {
        m_phase = Phase::Lingering;
        m_timer.start(int(m_options.lingerTimeout.count()), Qt::CoarseTimer, this);
    }
    if (m_phase == Phase::Lingering && (input().ended || !peer()))
        end(std::nullopt);
}

void MemoryTransport::peerLost(const char *how)
{
    if (m_phase == Phase::Lingering)
        wake(); // everything of ours has left: that is a close like any other
    else if (m_phase != Phase::Idle && m_phase != Phase::Ended)
        end(Error {ErrorCode::ConnectionLost, ErrorOrigin::Transport, how});
}

void MemoryTransport::leaveLink(bool reset)
{
    if (!m_link)
        return;
    const std::shared_ptr<Link> link = m_link;
    MemoryTransport *other = peer();
    output().ended = true;
    if (reset)
        output().clear();
    link->ends[m_side] = nullptr;
    if (!other)
        return;
    if (reset)
        other->peerLost("the peer has reset the connection");
    else
        other->wake();
}

void MemoryTransport::end(std::optional<Error> reason, bool reset)
{
    m_phase = Phase::Ended;
    m_timer.stop();
    leaveLink(reset);
    QMetaObject::invokeMethod(
        this,
        [this, reason = std::move(reason)] {
            const QPointer<MemoryTransport> alive(this);
            if (reason)
                Q_EMIT failed(*reason);
            if (alive)
                Q_EMIT closed();
        },
        Qt::QueuedConnection);
}

void MemoryTransport::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return Transport::timerEvent(event);
    m_timer.stop();
    if (m_phase == Phase::Lingering)
        end(std::nullopt);
    else
        end(Error {ErrorCode::DrainTimedOut, ErrorOrigin::Peer,
                "the peer did not read " + std::to_string(bytesToWrite()) + " bytes before the close"},
            true);
}

} // namespace Halyard
