// SPDX-License-Identifier: MIT
#include "transport/tlstransport_p.h"

#include <array>
#include <cerrno>
#include <span>

#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QEvent>
#include <QSslCipher>
#include <QTimerEvent>

#include "transport/logging_p.h"
#include "transport/socketerror_p.h"

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

/// What is held of a peer before it has proved to speak TLS, and afterwards; each twice, encrypted and not.
constexpr qint64 HandshakeBufferBytes = 16 * 1024;
constexpr qint64 ReadBufferBytes = 256 * 1024;

constexpr unsigned char AlertRecord = 0x15;
constexpr unsigned char HandshakeRecord = 0x16;

/// How a plain client hears that this is a TLS server: an alert, fatal, protocol_version (RFC 8446, sections
/// 5.1 and 6). Ours knows it, others are at least not left with a reset.
constexpr std::array<unsigned char, 7> ProtocolVersionAlert {AlertRecord, 3, 3, 0, 2, 2, 70};

QString versionName(QSsl::SslProtocol protocol)
{
    switch (protocol) {
    case QSsl::TlsV1_3:
        return QStringLiteral("TLS 1.3");
    case QSsl::TlsV1_2:
        return QStringLiteral("TLS 1.2");
    default:
        return QStringLiteral("TLS");
    }
}

} // namespace

TlsTransport::TlsTransport(
    const QString &host, quint16 port, TlsConfiguration tls, const TransportOptions &options, QObject *parent)
    : SocketTransport(std::make_unique<QSslSocket>(), host, port, options, parent)
    , m_tls(std::move(tls))
{
    prepareTls();
}

TlsTransport::TlsTransport(
    int descriptor, TlsConfiguration tls, const TransportOptions &options, QObject *parent)
    : SocketTransport(std::make_unique<QSslSocket>(), descriptor, options, parent)
    , m_tls(std::move(tls))
{
    prepareTls();
}

TlsTransport::~TlsTransport() { closeCopy(); }

void TlsTransport::prepareTls()
{
    editInfo().name = QStringLiteral("tls");
    QSslSocket &socket = tlsSocket();
    socket.setSslConfiguration(m_tls.qt);
    socket.setReadBufferSize(HandshakeBufferBytes);
    connect(&socket, &QSslSocket::sslErrors, this, &TlsTransport::judgeCertificate);
    connect(&socket, &QSslSocket::encrypted, this, &TlsTransport::encrypted);
    connect(&socket, &QSslSocket::encryptedBytesWritten, this, [this] {
        // TLS writes on its own account, too: tickets, key updates.
        if (std::exchange(m_pending, bytesToWrite()) > 0)
            onBytesWritten();
    });
    connect(&socket, &QSslSocket::disconnected, this, [this] {
        const InSocketSignal guard(this);
        if (phase() == Phase::Flushing && m_lingerCopy >= 0)
            lingerOn(std::exchange(m_lingerCopy, -1));
    });
}

QSslSocket &TlsTransport::tlsSocket() const { return static_cast<QSslSocket &>(socket()); }

void TlsTransport::startAccepted()
{
    m_handshakeTimer.start(int(options().handshakeTimeout.count()), Qt::CoarseTimer, this);
    m_firstByte = std::make_unique<QSocketNotifier>(descriptor(), QSocketNotifier::Read);
    connect(m_firstByte.get(), &QSocketNotifier::activated, this, &TlsTransport::judgeClient);
}

void TlsTransport::judgeClient()
{
    unsigned char first = 0;
    const ssize_t seen = ::recv(descriptor(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    m_firstByte.reset();
    if (seen <= 0)
        end(Error {ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer, "closed before the TLS handshake"});
    else if (first != HandshakeRecord)
        turnAway(std::as_bytes(std::span(ProtocolVersionAlert)),
            Error {ErrorCode::PlainPeerOnTlsPort, ErrorOrigin::Peer,
                "the peer began with byte " + std::to_string(int(first)) + ", which is no TLS handshake"});
    else
        adopt();
}

void TlsTransport::startConnected()
{
    if (!m_handshakeTimer.isActive())
        m_handshakeTimer.start(int(options().handshakeTimeout.count()), Qt::CoarseTimer, this);
    const InSocketSignal guard(this);
    watchInput();
    if (isAccepted()) {
        tlsSocket().startServerEncryption();
    } else {
        tlsSocket().setPeerVerifyName(host());
        tlsSocket().startClientEncryption();
    }
}

// The socket's own read notifier tells when something is there, before the socket reads it.
void TlsTransport::watchInput()
{
    const auto notifiers = tlsSocket().findChildren<QSocketNotifier *>();
    for (QSocketNotifier *notifier : notifiers) {
        if (notifier->type() == QSocketNotifier::Read)
            notifier->installEventFilter(this);
    }
}

bool TlsTransport::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::SockAct)
        return false;
    if (phase() != Phase::Opening || m_serverJudged) {
        watched->removeEventFilter(this);
        return false;
    }
    return isAccepted() ? isHandshakeTooLarge() : isPlainServer();
}

// A server that answers in another protocol is recognised by its first bytes, before OpenSSL waits for five
// of them and calls them a wrong version.
bool TlsTransport::isPlainServer()
{
    std::array<unsigned char, 2> first {};
    const ssize_t seen = ::recv(descriptor(), first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
    if (seen <= 0)
        return false; // the socket finds the end by itself
    m_serverJudged = true;
    const bool isTls
        = (first[0] == HandshakeRecord || first[0] == AlertRecord) && (seen < 2 || first[1] == 3);
    if (!isTls)
        end(Error {ErrorCode::TlsPeerOnPlainPort, ErrorOrigin::Peer,
            "the server answered with byte " + std::to_string(int(first[0]))
                + ", which is no TLS record: it has no TLS on this port"});
    return !isTls;
}

// OpenSSL would take 128 KiB of a hello that does not end. What the kernel still holds does not count: behind
// the last byte of a handshake data may follow at once.
bool TlsTransport::isHandshakeTooLarge()
{
    tcp_info info {};
    socklen_t size = sizeof info;
    int unread = 0;
    if (::getsockopt(descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0
        || ::ioctl(descriptor(), SIOCINQ, &unread) != 0)
        return false;
    const qint64 taken = qint64(info.tcpi_bytes_received) - unread;
    if (taken <= options().maxHandshakeBytes)
        return false;
    end(Error {ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer,
        std::to_string(taken) + " bytes and the TLS handshake is not done, the limit is "
            + std::to_string(options().maxHandshakeBytes)});
    return true;
}

bool TlsTransport::isPinned() const
{
    const QByteArray der = tlsSocket().peerCertificate().toDer();
    return m_tls.pin->matches(std::as_bytes(std::span(der.constData(), std::size_t(der.size()))));
}

void TlsTransport::judgeCertificate(const QList<QSslError> &errors)
{
    if (m_tls.pin ? isPinned() : m_tls.insecure)
        tlsSocket().ignoreSslErrors();
    else if (!m_tls.pin)
        m_certificateError = certificateError(errors); // the socket fails next
    else
        m_certificateError
            = Error {ErrorCode::CertificatePinMismatch, ErrorOrigin::Peer, "not the pinned one"};
}

void TlsTransport::encrypted()
{
    const InSocketSignal guard(this);
    m_handshakeTimer.stop();
    // Nothing of the application was read or written up to here.
    if (m_tls.pin && !isPinned()) {
        end(Error {ErrorCode::CertificatePinMismatch, ErrorOrigin::Peer,
            tlsSocket().peerCertificate().isNull() ? "the peer shows no certificate" : "not the pinned one"});
        return;
    }
    if (m_tls.insecure && !m_tls.pin && !isAccepted())
        qCWarning(securityLog) << "insecure: the certificate of" << host() << "was not verified";
    TransportInfo &info = editInfo();
    info.tlsVersion = versionName(tlsSocket().sessionProtocol());
    info.cipher = tlsSocket().sessionCipher().name();
    info.peerCertificate = tlsSocket().peerCertificate();
    tlsSocket().setReadBufferSize(ReadBufferBytes);
    lookLater(); // for what came with the end of the handshake
    becomeOpen();
}

qsizetype TlsTransport::read(Wire::MutableBytes into)
{
    if (phase() != Phase::Open || into.empty())
        return 0;
    const qint64 got = socket().read(reinterpret_cast<char *>(into.data()), qint64(into.size()));
    if (socket().bytesAvailable() > 0 || m_end != End::None)
        lookLater();
    return qsizetype(std::max<qint64>(got, 0));
}

void TlsTransport::lookLater()
{
    if (std::exchange(m_looking, true))
        return;
    later([this] {
        m_looking = false;
        if (phase() == Phase::Open && !isReadingPaused())
            inputReady();
    });
}

void TlsTransport::inputReady()
{
    if (socket().bytesAvailable() > 0) {
        Q_EMIT readyRead();
    } else if (m_end == End::Clean) {
        const QPointer<TlsTransport> alive(this);
        Q_EMIT inputEnded();
        if (alive)
            end(std::nullopt);
    } else if (m_end == End::Truncated) {
        end(Error {ErrorCode::ConnectionLost, ErrorOrigin::Transport, "ended without TLS's closing message"});
    }
}

void TlsTransport::rearmReading() { lookLater(); }

void TlsTransport::discardInput() { socket().skip(socket().bytesAvailable()); }

void TlsTransport::write(Wire::ByteView bytes)
{
    if (phase() != Phase::Open || m_end != End::None || bytes.empty())
        return;
    // Left to itself the socket would write in a later turn. Whatever it says meanwhile is said from in here.
    const QuietWrite quiet(this);
    socket().write(reinterpret_cast<const char *>(bytes.data()), qint64(bytes.size()));
    socket().flush();
    m_pending = bytesToWrite();
}

qint64 TlsTransport::bytesToWrite() const
{
    if (phase() != Phase::Open && phase() != Phase::Flushing)
        return 0;
    return socket().bytesToWrite() + tlsSocket().encryptedBytesToWrite();
}

// The closing message has to leave, too, before the connection lingers; `disconnected` tells when it has.
void TlsTransport::finishWriting()
{
    if (m_end != End::None) {
        beginLinger();
        return;
    }
    if (m_lingerCopy >= 0)
        return;
    m_lingerCopy = ::fcntl(descriptor(), F_DUPFD_CLOEXEC, 0);
    const InSocketSignal guard(this);
    socket().disconnectFromHost();
    if (phase() == Phase::Flushing && socket().state() == QAbstractSocket::ClosingState)
        socket().flush();
}

void TlsTransport::socketFailed(QAbstractSocket::SocketError code)
{
    if (phase() == Phase::Opening) {
        end(handshakeError(code));
        return;
    }
    if (code != QAbstractSocket::RemoteHostClosedError) {
        end(Error {ErrorCode::TransportFailed, ErrorOrigin::Transport, socket().errorString().toStdString()});
        return;
    }
    // TLS's own end and that of TCP come as one error; the first to come tells which it was, by its text
    // alone.
    if (m_end == End::None)
        m_end = socket().errorString() == QSslSocket::tr("The TLS/SSL connection has been closed")
            ? End::Clean
            : End::Truncated;
    stopWatchingForDeath();
    if (phase() == Phase::Flushing)
        end(bytesToWrite() == 0 ? std::nullopt
                                : std::optional(Error {ErrorCode::ConnectionLost, ErrorOrigin::Transport,
                                    "the peer closed before it had read everything"}));
    else if (m_end == End::Truncated && isReadingPaused())
        end(Error {ErrorCode::ConnectionLost, ErrorOrigin::Transport, "ended without TLS's closing message"});
    else
        lookLater();
}

Error TlsTransport::handshakeError(QAbstractSocket::SocketError code) const
{
    if (m_certificateError)
        return *m_certificateError;
    if (code == QAbstractSocket::RemoteHostClosedError)
        return {ErrorCode::ClosedBeforeReady, ErrorOrigin::Peer,
            isAccepted() ? "closed during the TLS handshake"
                         : "closed during the TLS handshake, as servers without TLS do"};
    return {ErrorCode::TlsHandshakeFailed, ErrorOrigin::Peer, socket().errorString().toStdString()};
}

void TlsTransport::ended()
{
    m_handshakeTimer.stop();
    m_firstByte.reset();
    closeCopy();
}

void TlsTransport::closeCopy()
{
    if (m_lingerCopy >= 0)
        ::close(std::exchange(m_lingerCopy, -1));
}

void TlsTransport::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_handshakeTimer.timerId())
        return SocketTransport::timerEvent(event);
    end(Error {ErrorCode::HandshakeTimedOut, ErrorOrigin::Peer,
        m_firstByte ? "the peer sent nothing" : "the TLS handshake was not completed in time"});
}

} // namespace Halyard
