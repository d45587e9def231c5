// SPDX-License-Identifier: MIT
#include "transport/sockettransport_p.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QTimerEvent>

#include "transport/logging_p.h"
#include "transport/socketaddress_p.h"
#include "transport/socketerror_p.h"

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

SocketTransport::SocketTransport(std::unique_ptr<QAbstractSocket> socket, QString host, quint16 port,
    TransportOptions options, QObject *parent)
    : Transport(parent)
    , m_socket(std::move(socket))
    , m_options(std::move(options))
    , m_host(std::move(host))
    , m_port(port)
{
    prepare();
}

SocketTransport::SocketTransport(
    std::unique_ptr<QAbstractSocket> socket, int descriptor, TransportOptions options, QObject *parent)
    : Transport(parent)
    , m_socket(std::move(socket))
    , m_options(std::move(options))
    , m_acceptedDescriptor(descriptor)
    , m_accepted(true)
{
    // Whoever accepts may want to know who it is before it opens anything.
    SocketAddress peer;
    peer.size = sizeof peer.storage;
    if (::getpeername(descriptor, peer.data(), &peer.size) == 0) {
        m_info.peerAddress = withoutMapping(QHostAddress(peer.data()));
        m_info.peerPort = peer.port();
        m_info.peerName = addressText(m_info.peerAddress, m_info.peerPort);
    }
    prepare();
}

SocketTransport::~SocketTransport()
{
    dropSocket(true);
    if (m_socketSignals > 0)
        m_socket.release()->deleteLater();
}

void SocketTransport::prepare()
{
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this, [this](QAbstractSocket::SocketError code) {
        // Before the connection stands the connector judges errors; it may have other addresses to try.
        if (m_connector || m_phase == Phase::Idle || m_phase == Phase::Ended)
            return;
        const InSocketSignal guard(this);
        socketFailed(code);
    });
    connect(m_socket.get(), &QAbstractSocket::readyRead, this, &SocketTransport::onReadyRead);
}

void SocketTransport::open()
{
    if (m_phase != Phase::Idle)
        return;
    m_phase = Phase::Opening;
    later([this] {
        if (m_phase == Phase::Opening)
            start();
    });
}

void SocketTransport::start()
{
    if (m_accepted) {
        startAccepted();
        return;
    }
    m_connector = std::make_unique<HostConnector>(m_socket.get(), m_openMode);
    connect(m_connector.get(), &HostConnector::connected, this, [this] {
        const InSocketSignal guard(this);
        m_connector.reset();
        tcpConnected();
    });
    connect(m_connector.get(), &HostConnector::failed, this, [this](const Error &error) {
        const InSocketSignal guard(this);
        end(error);
    });
    m_connector->start(m_host, m_port, m_options.connectTimeout);
}

void SocketTransport::adopt()
{
    const int descriptor = std::exchange(m_acceptedDescriptor, -1);
    if (m_socket->setSocketDescriptor(descriptor, QAbstractSocket::ConnectedState, m_openMode)) {
        tcpConnected();
        return;
    }
    ::close(descriptor);
    // What Qt cannot take over any more is a connection that has died in the backlog.
    end(Error {ErrorCode::ConnectionLost, ErrorOrigin::Transport, m_socket->errorString().toStdString()});
}

void SocketTransport::tcpConnected()
{
    // A small message must not wait for the peer to acknowledge the one before it.
    const int on = 1;
    ::setsockopt(descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    startConnected();
}

void SocketTransport::becomeOpen()
{
    m_info.peerAddress = withoutMapping(m_socket->peerAddress());
    m_info.peerPort = m_socket->peerPort();
    m_info.localAddress = withoutMapping(m_socket->localAddress());
    m_info.localPort = m_socket->localPort();
    m_info.peerName = addressText(m_info.peerAddress, m_info.peerPort);
    m_phase = Phase::Open;
    if (m_paused)
        watchForDeath();
    qCDebug(transportLog) << m_info.name << (m_accepted ? "accepted" : "connected to") << m_info.peerName;
    Q_EMIT opened();
}

void SocketTransport::onReadyRead()
{
    const InSocketSignal guard(this);
    if (m_phase == Phase::Flushing)
        discardInput();
    else if (m_phase != Phase::Open || m_paused)
        return; // rearmReading() asks again
    else if (m_quiet)
        rearmReading(); // a TLS socket that is written reads, too
    else
        inputReady();
}

void SocketTransport::onBytesWritten()
{
    if (m_quiet)
        return;
    const InSocketSignal guard(this);
    const QPointer<SocketTransport> alive(this);
    if (m_phase == Phase::Open)
        Q_EMIT bytesWritten();
    if (alive)
        outputProgressed();
}

qint64 SocketTransport::bytesNotTaken() const
{
    int held = 0;
    if (m_phase != Phase::Open || ::ioctl(descriptor(), SIOCOUTQ, &held) != 0)
        held = 0;
    return bytesToWrite() + held;
}

int SocketTransport::descriptor() const
{
    return m_acceptedDescriptor >= 0 ? m_acceptedDescriptor : int(m_socket->socketDescriptor());
}

void SocketTransport::setReadingPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    if (m_phase != Phase::Open)
        return;
    if (paused) {
        watchForDeath();
    } else {
        if (!isInputEnded())
            m_deathWatch.reset();
        rearmReading();
    }
}

// A socket that is paused, or has read all there is, is not polled for input, and with it goes the notice of
// a reset. Every dispatcher reports errors to an exception notifier, too.
void SocketTransport::watchForDeath()
{
    m_deathWatch = std::make_unique<QSocketNotifier>(descriptor(), QSocketNotifier::Exception);
    connect(m_deathWatch.get(), &QSocketNotifier::activated, this, &SocketTransport::lookForDeath);
}

void SocketTransport::lookForDeath()
{
    if (m_phase != Phase::Open)
        return;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
    m_deathWatch->setEnabled(false); // it would fire for ever
    if (error != 0)
        end(systemError("not reading", error));
    // Otherwise both directions have ended in good order. What is unread stays so until reading goes on.
}

void SocketTransport::outputProgressed()
{
    if (m_phase == Phase::Flushing && bytesToWrite() == 0)
        finishWriting();
}

void SocketTransport::close()
{
    switch (m_phase) {
    case Phase::Idle:
    case Phase::Opening:
        end(std::nullopt);
        return;
    case Phase::Open:
        m_phase = Phase::Flushing;
        m_deathWatch.reset();
        m_flushTimer.start(int(m_options.flushTimeout.count()), Qt::CoarseTimer, this);
        rearmReading();
        later([this] { outputProgressed(); });
        return;
    case Phase::Flushing:
    case Phase::Lingering:
    case Phase::Ended:
        return;
    }
}

void SocketTransport::abort()
{
    if (m_phase != Phase::Ended)
        end(std::nullopt, true);
}

void SocketTransport::beginLinger()
{
    // The socket lets go of the connection without ending it: the copy goes on.
    lingerOn(isInputEnded() ? -1 : ::fcntl(descriptor(), F_DUPFD_CLOEXEC, 0));
}

void SocketTransport::lingerOn(int copy)
{
    if (copy < 0 || m_phase != Phase::Flushing) {
        if (copy >= 0)
            ::close(copy);
        end(std::move(m_lingerReason));
        return;
    }
    m_flushTimer.stop();
    dropSocket(false);
    m_phase = Phase::Lingering;
    m_lingering = std::make_unique<LingeringClose>(copy, m_options.lingerTimeout);
    connect(m_lingering.get(), &LingeringClose::finished, this, [this] { end(std::move(m_lingerReason)); });
}

void SocketTransport::turnAway(Wire::ByteView lastWords, Error reason)
{
    // Past the Qt socket, which may not have the descriptor yet, or may hold what was written before.
    if (m_socket->bytesToWrite() == 0)
        (void)::send(descriptor(), lastWords.data(), lastWords.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ended();
    m_phase = Phase::Flushing;
    m_lingerReason = std::move(reason);
    lingerOn(::fcntl(descriptor(), F_DUPFD_CLOEXEC, 0));
}

void SocketTransport::end(std::optional<Error> reason, bool reset)
{
    if (m_phase == Phase::Ended)
        return;
    m_phase = Phase::Ended;
    m_flushTimer.stop();
    ended();
    dropSocket(reset);
    later([this, reason = std::move(reason)] {
        const QPointer<SocketTransport> alive(this);
        if (reason) {
            qCDebug(transportLog) << m_info.name << m_info.peerName << reason->detail.c_str();
            Q_EMIT failed(*reason);
        }
        if (alive)
            Q_EMIT closed();
    });
}

void SocketTransport::dropSocket(bool reset)
{
    m_deathWatch.reset();
    m_connector.reset();
    m_lingering.reset();
    if (m_acceptedDescriptor >= 0)
        ::close(std::exchange(m_acceptedDescriptor, -1));
    m_socket->disconnect(this);
    if (reset && m_socket->socketDescriptor() >= 0) {
        const linger hard {.l_onoff = 1, .l_linger = 0};
        ::setsockopt(int(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    m_socket->abort();
}

void SocketTransport::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_flushTimer.timerId())
        return Transport::timerEvent(event);
    m_flushTimer.stop();
    end(Error {ErrorCode::DrainTimedOut, ErrorOrigin::Peer,
            "the peer did not read " + std::to_string(bytesToWrite()) + " bytes before the close"},
        true);
}

void SocketTransport::socketFailed(QAbstractSocket::SocketError code)
{
    Error error = socketError(code, m_socket->errorString());
    if (m_phase != Phase::Opening && code == QAbstractSocket::NetworkError)
        error.code = ErrorCode::ConnectionLost;
    end(std::move(error));
}

} // namespace Halyard
