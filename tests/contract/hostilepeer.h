// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QtGlobal>

namespace Halyard {

/// One end of a TCP connection on a bare socket, for tests that misbehave: it does only what it is told, at
/// once or not at all. Nothing waits; a test asks again (QTRY_…) while its event loop turns.
class HostilePeer
{
public:
    /// An unused peer.
    HostilePeer() = default;
    /// Connects to a loopback port. With a receive buffer (bytes, before the kernel doubles it) the kernel
    /// takes little of what we do not read. Where the listener's queue has room, the connection is made when
    /// this returns, accepted or not; else write() takes nothing until it is.
    [[nodiscard]] static HostilePeer connectTo(quint16 port, int receiveBuffer = 0);
    /// Takes a connected socket.
    explicit HostilePeer(int descriptor);
    HostilePeer(HostilePeer &&other) noexcept;
    HostilePeer &operator=(HostilePeer &&other) noexcept;
    ~HostilePeer();

    [[nodiscard]] bool isValid() const { return m_descriptor >= 0; }
    [[nodiscard]] quint16 localPort() const;

    /// Hands bytes to the kernel, as many as it takes now; -1 when the connection is gone.
    qsizetype write(const QByteArray &bytes);
    /// Everything that has ever arrived.
    const QByteArray &received();
    /// Reads at most so many bytes and forgets them; for a peer that must not keep what it reads.
    qsizetype discard(qsizetype most);
    /// The other side has closed, or reset (the first implies that all it sent was read).
    [[nodiscard]] bool isEnded();
    [[nodiscard]] bool isReset();

    /// Half-close.
    void finish();
    void close();
    /// Closes with RST.
    void reset();

    /// Segments with data that have come in: one for each write of a peer without Nagle's algorithm.
    [[nodiscard]] int dataSegmentsReceived() const;

private:
    void readAvailable();

    int m_descriptor = -1;
    QByteArray m_received;
    bool m_ended = false;
    bool m_reset = false;
};

/// A bare listening socket on a loopback port.
class HostileListener
{
public:
    explicit HostileListener(int backlog = 16);
    HostileListener(const HostileListener &) = delete;
    HostileListener &operator=(const HostileListener &) = delete;
    ~HostileListener();

    [[nodiscard]] quint16 port() const { return m_port; }
    /// The next connection, if one is there. Until it is taken the kernel alone has answered.
    [[nodiscard]] std::optional<HostilePeer> accept() const;
    void close();

private:
    int m_descriptor = -1;
    quint16 m_port = 0;
};

/// Raises the soft limit of open descriptors as far as it goes and returns it.
quint64 raiseDescriptorLimit();

/// Bytes that this process holds from its allocator, for "memory is back where it was".
[[nodiscard]] qint64 allocatedBytes();

} // namespace Halyard
