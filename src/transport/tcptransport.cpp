// SPDX-License-Identifier: MIT
#include "transport/tcptransport_p.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

#include "transport/socketerror_p.h"

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

std::unique_ptr<QAbstractSocket> makeSocket()
{
    // Not a QTcpSocket: that one buffers, whatever its open mode says.
    return std::make_unique<QAbstractSocket>(QAbstractSocket::TcpSocket, nullptr);
}

constexpr auto OpenMode = QIODeviceBase::ReadWrite | QIODeviceBase::Unbuffered;

constexpr unsigned char TlsHandshakeRecord = 0x16;
/// How a TLS server answers what it does not understand: an alert record of two bytes, the first of them
/// "fatal".
constexpr std::size_t TlsAlertSize = 7;

/// What a TLS client gets to see of us. Others report it as a wrong version number, their usual word for a
/// server without TLS.
constexpr std::string_view NoTlsHere = "This port is plain TCP, without TLS.\r\n";

} // namespace

TcpTransport::TcpTransport(
    const QString &host, quint16 port, const TransportOptions &options, QObject *parent)
    : SocketTransport(makeSocket(), host, port, options, parent)
    , m_peerJudged(!options.refuseTls)
{
    prepareTcp();
}

TcpTransport::TcpTransport(int descriptor, const TransportOptions &options, QObject *parent)
    : SocketTransport(makeSocket(), descriptor, options, parent)
    , m_peerJudged(!options.refuseTls)
{
    prepareTcp();
}

void TcpTransport::prepareTcp()
{
    m_openMode = OpenMode;
    editInfo().name = QStringLiteral("tcp");
    connect(&socket(), &QAbstractSocket::bytesWritten, this, &TcpTransport::onBytesWritten);
}

void TcpTransport::startConnected() { becomeOpen(); }

void TcpTransport::inputReady()
{
    if (!m_peerJudged && refusesTls())
        return;
    Q_EMIT readyRead();
}

bool TcpTransport::refusesTls()
{
    std::array<unsigned char, TlsAlertSize> first {};
    const ssize_t seen = ::recv(descriptor(), first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
    if (seen < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        end(systemError("read", errno)); // the kernel tells an error only once
        return true;
    }
    if (seen <= 0)
        return false; // read() finds the end again
    m_peerJudged = true;
    if (isAccepted()) {
        if (first[0] != TlsHandshakeRecord)
            return false;
        turnAway(Wire::asBytes(NoTlsHere),
            Error {ErrorCode::TlsPeerOnPlainPort, ErrorOrigin::Peer, "the peer began with a TLS record"});
        return true;
    }
    const bool alert = std::size_t(seen) == TlsAlertSize && first[0] == 0x15 && first[1] == 0x03
        && first[3] == 0 && first[4] == 2 && first[5] == 2;
    if (alert)
        end(Error {ErrorCode::PlainPeerOnTlsPort, ErrorOrigin::Peer,
            "the server answered with TLS alert " + std::to_string(int(first[6]))});
    return alert;
}

qsizetype TcpTransport::read(Wire::MutableBytes into)
{
    if (phase() != Phase::Open || m_inputEnded || into.empty())
        return 0;
    if (!m_peerJudged && refusesTls())
        return 0; // the owner need not wait for readyRead()
    // Past QAbstractSocket, which takes the peer's half-close for the end of the connection.
    ssize_t got = -1;
    do {
        got = ::recv(descriptor(), into.data(), into.size(), MSG_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        rearmReading();
        return got;
    }
    if (got == 0) {
        // Not re-armed: the socket stays readable, and Qt stops asking after its second unanswered notice.
        m_inputEnded = true;
        watchForDeath();
        later([this] {
            if (phase() == Phase::Open)
                Q_EMIT inputEnded();
        });
        return 0;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        rearmReading();
    else
        end(systemError("read", errno));
    return 0;
}

void TcpTransport::rearmReading()
{
    if (m_inputEnded)
        return;
    char none = 0;
    socket().read(&none, 0); // tells Qt that its notice was answered
}

void TcpTransport::discardInput()
{
    std::array<char, 16 * 1024> waste; // NOLINT(cppcoreguidelines-pro-type-member-init): written by recv
    const ssize_t got = ::recv(descriptor(), waste.data(), waste.size(), MSG_DONTWAIT);
    if (got == 0)
        m_inputEnded = true;
    else if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        end(systemError("close", errno));
    else
        rearmReading();
}

void TcpTransport::write(Wire::ByteView bytes)
{
    if (phase() != Phase::Open || m_outputFinished || bytes.empty())
        return;
    if (socket().write(reinterpret_cast<const char *>(bytes.data()), qint64(bytes.size())) < 0)
        end(Error {ErrorCode::ConnectionLost, ErrorOrigin::Transport,
            "write: " + socket().errorString().toStdString()});
}

qint64 TcpTransport::bytesToWrite() const { return socket().bytesToWrite(); }

void TcpTransport::finishOutput()
{
    if (phase() != Phase::Open || m_outputFinished)
        return;
    m_outputFinished = true;
    if (bytesToWrite() == 0)
        endOutput();
}

void TcpTransport::endOutput()
{
    m_outputShut = true;
    ::shutdown(descriptor(), SHUT_WR);
}

void TcpTransport::outputProgressed()
{
    if (phase() == Phase::Open && m_outputFinished && !m_outputShut && bytesToWrite() == 0)
        endOutput();
    SocketTransport::outputProgressed();
}

} // namespace Halyard
