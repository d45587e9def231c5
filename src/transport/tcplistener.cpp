// SPDX-License-Identifier: MIT
#include "transport/tcplistener_p.h"

#include <cerrno>
#include <chrono>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QHostInfo>
#include <QPointer>
#include <QTimerEvent>

#include "transport/logging_p.h"
#include "transport/socketaddress_p.h"
#include "transport/socketerror_p.h"
#include "transport/tcptransport_p.h"

namespace Halyard {

using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

/// How long accepting rests when the process or the machine has run out of something.
constexpr std::chrono::milliseconds RetryInterval {100};
/// Tries to find one port that is free on all addresses.
constexpr int PortAttempts = 16;

} // namespace

struct TcpListener::ListeningSocket {
    explicit ListeningSocket(int socketDescriptor)
        : descriptor(socketDescriptor)
        , notifier(socketDescriptor, QSocketNotifier::Read)
    { }
    ~ListeningSocket()
    {
        notifier.setEnabled(false);
        ::close(descriptor);
    }
    Q_DISABLE_COPY_MOVE(ListeningSocket)

    const int descriptor;
    QSocketNotifier notifier;
};

TcpListener::TcpListener(QString host, quint16 port, TransportOptions options, QObject *parent)
    : Listener(parent)
    , m_host(std::move(host))
    , m_port(port)
    , m_options(std::move(options))
{ }

TcpListener::~TcpListener() = default;

Wire::Result<void> TcpListener::listen()
{
    if (isListening())
        return Wire::failure(ErrorCode::AlreadyOpen, ErrorOrigin::Local, "listening already");
    const auto addresses = addressesToBind();
    if (!addresses)
        return tl::unexpected(addresses.error());

    Wire::Result<void> bound;
    for (int attempt = 0; attempt < PortAttempts; ++attempt) {
        bound = bindAll(*addresses);
        // Only a port that the kernel chose for the first address can be tried anew.
        if (bound || m_port != 0 || bound.error().code != ErrorCode::AddressInUse)
            break;
    }
    if (!bound)
        return bound;
    updateNotifiers();
    qCInfo(transportLog) << "listening on" << addressText(m_boundAddress, m_boundPort);
    return {};
}

Wire::Result<QList<QHostAddress>> TcpListener::addressesToBind() const
{
    if (m_host.isEmpty() || m_host == u"*" || m_host == u"::")
        return QList {QHostAddress(QHostAddress::Any)};
    if (m_host.compare(u"localhost", Qt::CaseInsensitive) == 0)
        return QList {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
    if (const QHostAddress literal(m_host); !literal.isNull())
        return QList {literal};
    const QHostInfo found = QHostInfo::fromName(m_host);
    if (found.error() != QHostInfo::NoError || found.addresses().isEmpty())
        return Wire::failure(ErrorCode::HostNotFound, ErrorOrigin::Transport,
            m_host.toStdString() + ": " + found.errorString().toStdString());
    return found.addresses();
}

Wire::Result<void> TcpListener::bindAll(const QList<QHostAddress> &addresses)
{
    m_sockets.clear();
    m_boundPort = m_port;
    m_boundAddress.clear();
    for (qsizetype i = 0; i < addresses.size(); ++i) {
        QHostAddress address = addresses[i];
        auto bound = bindOne(address, m_boundPort);
        if (!bound && address == QHostAddress(QHostAddress::Any)) { // a machine without IPv6
            address = QHostAddress(QHostAddress::AnyIPv4);
            bound = bindOne(address, m_boundPort);
        }
        if (!bound) {
            // Of several addresses of one name some may not exist here.
            const bool optional = addresses.size() > 1 && bound.error().code != ErrorCode::AddressInUse;
            if (optional && (i + 1 < addresses.size() || !m_sockets.empty()))
                continue;
            m_sockets.clear();
            return tl::unexpected(bound.error());
        }
        if (m_boundAddress.isNull())
            m_boundAddress = address;
        m_boundPort = *bound;
    }
    return {};
}

Wire::Result<quint16> TcpListener::bindOne(const QHostAddress &address, quint16 port)
{
    const bool any = address == QHostAddress(QHostAddress::Any);
    SocketAddress where(any ? QHostAddress(QHostAddress::AnyIPv6) : address, port);
    const auto failed = [&](int number) {
        Wire::Error error = systemError("listen", number);
        if (number == EAFNOSUPPORT)
            error.code = ErrorCode::AddressNotAvailable;
        error.detail += " (" + addressText(address, port).toStdString() + ")";
        return tl::unexpected(std::move(error));
    };

    const int descriptor = ::socket(where.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return failed(errno);
    const int on = 1;
    const int v6Only = any ? 0 : 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (where.family() == AF_INET6)
        ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &v6Only, sizeof v6Only);
    if (::bind(descriptor, where.data(), where.size) < 0 || ::listen(descriptor, m_options.acceptBacklog) < 0
        || ::getsockname(descriptor, where.data(), &where.size) < 0) {
        const int number = errno;
        ::close(descriptor);
        return failed(number);
    }
    auto &socket = m_sockets.emplace_back(std::make_unique<ListeningSocket>(descriptor));
    connect(
        &socket->notifier, &QSocketNotifier::activated, this, [this, descriptor] { acceptAll(descriptor); });
    return where.port();
}

void TcpListener::close()
{
    m_retry.stop();
    m_sockets.clear();
    m_pending.clear();
    m_boundPort = 0;
    m_boundAddress.clear();
}

void TcpListener::setAcceptingPaused(bool paused)
{
    m_paused = paused;
    updateNotifiers();
}

std::unique_ptr<Transport> TcpListener::takePending()
{
    if (m_pending.empty())
        return nullptr;
    std::unique_ptr<Transport> transport = std::move(m_pending.front());
    m_pending.pop_front();
    updateNotifiers();
    return transport;
}

std::unique_ptr<Transport> TcpListener::makeTransport(int descriptor)
{
    return std::make_unique<TcpTransport>(descriptor, m_options);
}

void TcpListener::updateNotifiers()
{
    const bool wanted = !m_paused && !m_retry.isActive() && m_pending.size() < MaxPending;
    for (const auto &socket : m_sockets)
        socket->notifier.setEnabled(wanted);
}

void TcpListener::acceptAll(int listeningDescriptor)
{
    bool accepted = false;
    int error = 0;
    while (!m_paused && m_pending.size() < MaxPending) {
        const int descriptor = ::accept4(listeningDescriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            std::unique_ptr<Transport> transport = makeTransport(descriptor);
            m_pending.push_back(m_options.wrap ? m_options.wrap(std::move(transport)) : std::move(transport));
            accepted = true;
            continue;
        }
        const int number = errno;
        // These tell of a connection that has died in the backlog, not of the listener.
        const bool passing = number == EINTR || number == ECONNABORTED || number == EPROTO
            || number == ENETDOWN || number == ENOPROTOOPT || number == EHOSTDOWN || number == ENONET
            || number == EHOSTUNREACH || number == EOPNOTSUPP || number == ENETUNREACH || number == ETIMEDOUT;
        if (passing)
            continue;
        if (number != EAGAIN && number != EWOULDBLOCK)
            error = number;
        break;
    }
    updateNotifiers();
    const QPointer<TcpListener> alive(this);
    if (accepted)
        Q_EMIT pendingAvailable();
    if (alive && isListening() && error != 0)
        suspend(error);
}

// The connection that could not be accepted stays in the backlog and keeps the listening socket readable:
// asking again at once would spin.
void TcpListener::suspend(int error)
{
    m_retry.start(int(RetryInterval.count()), Qt::CoarseTimer, this);
    updateNotifiers();
    qCWarning(transportLog) << "accepting rests:" << systemError("accept", error).detail.c_str();
    Q_EMIT acceptFailed(systemError("accept", error));
}

void TcpListener::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_retry.timerId())
        return Listener::timerEvent(event);
    m_retry.stop();
    updateNotifiers();
}

} // namespace Halyard
