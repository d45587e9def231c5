// SPDX-License-Identifier: MIT
#include "endpoint/proxypair_p.h"

#include <array>

#include "endpoint/deadlinequeue_p.h"

namespace Halyard {

ProxyPair::ProxyPair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
    const ProxyOptions &options, QObject *parent)
    : QObject(parent)
    , m_client {std::move(client), Wire::Direction::ClientToServer}
    , m_server {std::move(server), Wire::Direction::ServerToClient}
    , m_options(options)
    , m_peer(m_client.transport->info().peerName)
    , m_tap(options.tap)
{
    m_closeTimer.setSingleShot(true);
    m_closeTimer.setInterval(options.closeTimeout);
    connect(&m_closeTimer, &QTimer::timeout, this, &ProxyPair::abort);
    m_halfCloseTimer.setSingleShot(true);
    m_halfCloseTimer.setInterval(options.halfCloseTimeout);
}

ProxyPair::~ProxyPair() = default;

ProxyConnection ProxyPair::state() const
{
    return {
        m_tap.conversation(), m_peer, m_server.transport->bytesToWrite(), m_client.transport->bytesToWrite()};
}

void ProxyPair::start()
{
    connectSide(m_client, m_server);
    connectSide(m_server, m_client);
    // Both at once: a client that is slow with its handshake does not make the server wait, and the reverse.
    m_client.transport->open();
    m_server.transport->open();
}

void ProxyPair::connectSide(Side &side, Side &other)
{
    Transport *transport = side.transport.get();
    connect(transport, &Transport::opened, this, [this, &side] {
        side.open = true;
        sideOpened();
    });
    connect(transport, &Transport::readyRead, this, [this, &side, &other] { move(side, other); });
    connect(transport, &Transport::bytesWritten, this, [this, &side, &other] { move(other, side); });
    connect(transport, &Transport::inputEnded, this, [this, &side, &other] {
        side.inputEnded = true;
        move(side, other);
    });
    connect(transport, &Transport::failed, this,
        [this, &side, &other](const Wire::Error &error) { sideFailed(side, other, error); });
    connect(transport, &Transport::closed, this, [this, &side, &other] { sideClosed(side, other); });
}

void ProxyPair::sideOpened()
{
    if (!m_client.open || !m_server.open)
        return;
    m_tap.opened(m_client.transport->info(), presentTime(), m_server.transport->info());
    Q_EMIT opened();
    move(m_client, m_server);
    move(m_server, m_client);
}

void ProxyPair::move(Side &from, Side &to)
{
    if (!from.open || !to.open || from.endPassedOn || from.closed)
        return;
    std::array<std::byte, 65'536> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read() writes it
    while (to.transport->bytesToWrite() < m_options.maxPendingBytes) {
        const qsizetype count = to.closed ? 0 : from.transport->read(buffer);
        if (count <= 0) {
            if (from.inputEnded)
                passEndOn(from, to);
            break;
        }
        if (m_halfCloseTimer.isActive())
            m_halfCloseTimer.start();
        const auto bytes = Wire::ByteView(buffer).first(std::size_t(count));
        m_tap.bytes(from.outOf, bytes, presentTime());
        to.transport->write(bytes);
    }
    // Nothing is read that the other side does not take; that side's bytesWritten() brings us back.
    const bool pause = to.transport->bytesToWrite() >= m_options.maxPendingBytes;
    if (from.transport->isReadingPaused() != pause)
        from.transport->setReadingPaused(pause);
    if (m_client.endPassedOn && m_server.endPassedOn) {
        m_client.transport->close();
        m_server.transport->close();
        m_closeTimer.start();
    }
}

void ProxyPair::passEndOn(Side &from, Side &to)
{
    from.endPassedOn = true;
    m_tap.ended(from.outOf, presentTime());
    if (to.transport->hasHalfClose() || to.endPassedOn) {
        to.transport->finishOutput();
        return;
    }
    // It may still answer what it was asked; but for ever it must not wait for an end that has been there.
    m_halfCloseTimer.callOnTimeout(to.transport.get(), &Transport::close);
    m_halfCloseTimer.start();
}

void ProxyPair::sideFailed(Side &side, Side &other, const Wire::Error &error)
{
    if (!m_error)
        m_error = error;
    // What the dead side had said before still reaches the other, its failure as a reset.
    move(side, other);
    other.transport->abort();
}

void ProxyPair::sideClosed(Side &side, Side &other)
{
    side.inputEnded = true;
    if (side.open && other.open)
        move(side, other);
    side.closed = true;
    if (!other.closed) {
        other.transport->close();
        if (!m_closeTimer.isActive())
            m_closeTimer.start();
        return;
    }
    m_closeTimer.stop();
    m_halfCloseTimer.stop();
    m_tap.closed(m_error, presentTime(), m_client.transport->info());
    deleteLater();
    Q_EMIT finished(m_error);
}

void ProxyPair::abort()
{
    m_client.transport->abort();
    m_server.transport->abort();
}

} // namespace Halyard
