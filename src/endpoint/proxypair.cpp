// SPDX-License-Identifier: MIT
#include "endpoint/proxypair_p.h"

#include <QPointer>

namespace Halyard {

ProxyPair::ProxyPair(std::unique_ptr<Transport> client, std::unique_ptr<Transport> server,
    const ProxyOptions &options, QObject *parent)
    : QObject(parent)
    , m_client {std::move(client), Wire::Direction::ClientToServer}
    , m_server {std::move(server), Wire::Direction::ServerToClient}
    , m_options(options)
    , m_peer(m_client.transport->info().peerName)
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
    ProxyConnection state;
    state.peer = m_peer;
    state.bytesToServer = m_server.transport->bytesToWrite();
    state.bytesToClient = m_client.transport->bytesToWrite();
    return state;
}

void ProxyPair::open(Side &side)
{
    Transport *transport = side.transport.get();
    Side &other = otherOf(side);
    connect(transport, &Transport::opened, this, [this, &side] {
        side.open = true;
        sideOpened(side);
    });
    connect(transport, &Transport::readyRead, this, [this, &side, &other] { move(side, other); });
    connect(transport, &Transport::bytesWritten, this, [this, &side, &other] { move(other, side); });
    connect(transport, &Transport::inputEnded, this, [this, &side, &other] {
        side.inputEnded = true;
        move(side, other);
    });
    connect(transport, &Transport::failed, this,
        [this, &side](const Wire::Error &error) { sideFailed(side, error); });
    connect(transport, &Transport::closed, this, [this, &side] { sideClosed(side); });
    side.closed = false;
    transport->open();
}

void ProxyPair::setPaused(Side &side, bool paused)
{
    if (side.transport->isReadingPaused() != paused)
        side.transport->setReadingPaused(paused);
}

void ProxyPair::heard()
{
    if (m_halfCloseTimer.isActive())
        m_halfCloseTimer.start();
}

void ProxyPair::passEndOn(Side &from, Side &to)
{
    from.endPassedOn = true;
    if (from.closed)
        return closeSide(to); // it takes no answer any more
    if (to.endPassedOn) {
        to.transport->finishOutput();
        return closeBoth();
    }
    if (to.transport->hasHalfClose())
        return to.transport->finishOutput();
    // It may still answer what it was asked; but for ever it must not wait for an end that has been there.
    m_halfCloseTimer.callOnTimeout(to.transport.get(), &Transport::close);
    m_halfCloseTimer.start();
}

void ProxyPair::closeSide(Side &side)
{
    if (!side.closed)
        side.transport->close();
    if (!m_closeTimer.isActive())
        m_closeTimer.start();
}

void ProxyPair::closeBoth()
{
    closeSide(m_client);
    closeSide(m_server);
}

void ProxyPair::fail(const Error &error)
{
    if (!m_error)
        m_error = error;
}

void ProxyPair::sideFailed(Side &side, const Wire::Error &error)
{
    fail(error);
    // What the dead side had said before still reaches the other, its failure as a reset.
    Side &other = otherOf(side);
    const QPointer<ProxyPair> alive(this);
    move(side, other);
    if (alive && !other.closed)
        other.transport->abort();
}

void ProxyPair::sideClosed(Side &side)
{
    Side &other = otherOf(side);
    const QPointer<ProxyPair> alive(this);
    side.inputEnded = true;
    if (side.open)
        move(side, other);
    if (!alive)
        return;
    side.closed = true;
    if (!other.closed) {
        if (isDrained(side) || hasFailed())
            other.transport->close();
        if (!m_closeTimer.isActive())
            m_closeTimer.start();
        return;
    }
    m_closeTimer.stop();
    m_halfCloseTimer.stop();
    allClosed();
    deleteLater();
    Q_EMIT finished(m_error);
}

void ProxyPair::abort()
{
    for (Side *side : {&m_client, &m_server}) {
        if (!side->closed)
            side->transport->abort();
    }
}

} // namespace Halyard
