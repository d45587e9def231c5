// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include <QBasicTimer>

#include "transport/memorynetwork.h"
#include "transport/transport.h"
#include "transport/transportoptions.h"
#include "wire/bytes.h"
#include "wire/error.h"

namespace Halyard {

/// One direction: what was written and not read yet.
class MemoryPipe
{
public:
    void append(Wire::ByteView bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }
    std::size_t take(Wire::MutableBytes into);
    void clear();
    [[nodiscard]] std::size_t size() const { return m_bytes.size() - m_read; }
    /// What does not fit into the pipe's capacity.
    [[nodiscard]] qint64 excess() const
    {
        return std::max<qint64>(0, qint64(size()) - MemoryNetwork::PipeCapacityBytes);
    }

    bool ended = false; ///< nothing will be appended any more

private:
    Wire::Bytes m_bytes;
    std::size_t m_read = 0;
};

/// A connection of two ends in one thread, with the manners of a TCP connection: bounded pipes, half-close,
/// reset.
class MemoryTransport final : public Transport
{
    Q_OBJECT
public:
    /// Looks `name` up when opened.
    MemoryTransport(QString name, TransportOptions options, QObject *parent = nullptr);
    ~MemoryTransport() override;

    /// The other end, connected; neither is open yet.
    [[nodiscard]] std::unique_ptr<MemoryTransport> makePeer();

    [[nodiscard]] Kind kind() const override { return Kind::Stream; }
    void open() override;
    [[nodiscard]] bool isOpen() const override { return m_phase == Phase::Open; }
    [[nodiscard]] qsizetype read(Wire::MutableBytes into) override;
    void write(Wire::ByteView bytes) override;
    [[nodiscard]] qint64 bytesToWrite() const override;
    void setReadingPaused(bool paused) override;
    [[nodiscard]] bool isReadingPaused() const override { return m_paused; }
    void finishOutput() override;
    void close() override;
    void abort() override;
    [[nodiscard]] TransportInfo info() const override;

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    enum class Phase : quint8 { Idle, Opening, Open, Flushing, Lingering, Ended };
    /// The two ends and what lies between them; a pipe belongs to the end that writes it.
    struct Link {
        std::array<MemoryPipe, 2> pipes;
        std::array<MemoryTransport *, 2> ends {};
    };

    [[nodiscard]] MemoryPipe &output() const { return m_link->pipes[m_side]; }
    [[nodiscard]] MemoryPipe &input() const { return m_link->pipes[1 - m_side]; }
    /// nullptr once it has gone.
    [[nodiscard]] MemoryTransport *peer() const { return m_link ? m_link->ends[1 - m_side] : nullptr; }

    void start();
    /// The event loop shall look at this end.
    void wake();
    void look();
    void lookWhileOpen();
    void lookWhileClosing();
    /// The peer has reset the connection, or has gone where we still write.
    void peerLost(const char *how);
    void leaveLink(bool reset);
    void end(std::optional<Wire::Error> reason, bool reset = false);

    const QString m_name;
    const TransportOptions m_options;
    std::shared_ptr<Link> m_link;
    std::size_t m_side = 0;
    QBasicTimer m_timer;     ///< Flushing: flushTimeout, Lingering: lingerTimeout
    qint64 m_excessSeen = 0; ///< bytesToWrite() when the event loop last looked
    Phase m_phase = Phase::Idle;
    bool m_awake = false;        ///< look() is on its way
    bool m_readableTold = false; ///< and nothing read since
    bool m_inputEndTold = false;
    bool m_paused = false;
};

} // namespace Halyard
