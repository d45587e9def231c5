// SPDX-License-Identifier: MIT
#include "hostilepeer.h"

#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HALYARD_TEST_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HALYARD_TEST_ASAN
#endif
#endif
#ifdef HALYARD_TEST_ASAN
#include <sanitizer/allocator_interface.h>
#endif

namespace Halyard {

namespace {

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

quint16 portOf(int descriptor)
{
    sockaddr_in address {};
    socklen_t size = sizeof address;
    if (getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        return 0;
    return ntohs(address.sin_port);
}

bool wouldBlock(int error) { return error == EAGAIN || error == EINTR; }

} // namespace

HostilePeer HostilePeer::connectTo(quint16 port, int receiveBuffer)
{
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (receiveBuffer > 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    const sockaddr_in address = loopback(port);
    if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
        && errno != EINPROGRESS) {
        ::close(descriptor);
        return {};
    }
    return HostilePeer(descriptor);
}

HostilePeer::HostilePeer(int descriptor)
    : m_descriptor(descriptor)
{
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

HostilePeer::HostilePeer(HostilePeer &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_received(std::move(other.m_received))
    , m_ended(other.m_ended)
    , m_reset(other.m_reset)
{ }

HostilePeer &HostilePeer::operator=(HostilePeer &&other) noexcept
{
    close();
    m_descriptor = std::exchange(other.m_descriptor, -1);
    m_received = std::move(other.m_received);
    m_ended = other.m_ended;
    m_reset = other.m_reset;
    return *this;
}

HostilePeer::~HostilePeer() { close(); }

quint16 HostilePeer::localPort() const { return portOf(m_descriptor); }

qsizetype HostilePeer::write(const QByteArray &bytes)
{
    const ssize_t count = send(m_descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL);
    if (count >= 0)
        return count;
    return wouldBlock(errno) ? 0 : -1;
}

const QByteArray &HostilePeer::received()
{
    readAvailable();
    return m_received;
}

qsizetype HostilePeer::discard(qsizetype most)
{
    QByteArray bytes(most, Qt::Uninitialized);
    return qMax(ssize_t(0), recv(m_descriptor, bytes.data(), size_t(most), 0));
}

bool HostilePeer::isEnded()
{
    readAvailable();
    return m_ended;
}

bool HostilePeer::isReset()
{
    readAvailable();
    return m_reset;
}

void HostilePeer::finish() { shutdown(m_descriptor, SHUT_WR); }

void HostilePeer::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

void HostilePeer::reset()
{
    const linger now {1, 0};
    setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

int HostilePeer::dataSegmentsReceived() const
{
    tcp_info info {};
    socklen_t size = sizeof info;
    if (getsockopt(m_descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return -1;
    return int(info.tcpi_data_segs_in);
}

void HostilePeer::readAvailable()
{
    while (m_descriptor >= 0 && !m_ended) {
        char buffer[65'536];
        const ssize_t count = recv(m_descriptor, buffer, sizeof buffer, 0);
        if (count > 0) {
            m_received.append(buffer, count);
        } else if (count < 0 && wouldBlock(errno)) {
            return;
        } else {
            m_reset = count < 0 && errno == ECONNRESET;
            m_ended = true;
        }
    }
}

HostileListener::HostileListener(int backlog)
    : m_descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
{
    const sockaddr_in address = loopback(0);
    if (bind(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0
        && listen(m_descriptor, backlog) == 0)
        m_port = portOf(m_descriptor);
}

HostileListener::~HostileListener() { close(); }

std::optional<HostilePeer> HostileListener::accept() const
{
    const int descriptor = accept4(m_descriptor, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0)
        return std::nullopt;
    return HostilePeer(descriptor);
}

void HostileListener::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

quint64 raiseDescriptorLimit()
{
    rlimit limit {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

qint64 allocatedBytes()
{
#ifdef HALYARD_TEST_ASAN
    return qint64(__sanitizer_get_current_allocated_bytes());
#else
    const auto info = mallinfo2();
    return qint64(info.uordblks + info.hblkhd);
#endif
}

} // namespace Halyard
