// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <optional>

#include <QBasicTimer>
#include <QByteArray>
#include <QList>

#include "transport/transport.h"
#include "wire/export.h"

namespace Halyard {

/// What shall go wrong with a transport. A value; as it is, nothing does. Offsets are bytes since the
/// beginning of the connection, of what the owner reads (input) or writes (output); TLS's own do not count.
struct FaultPlan {
    /// A part of a direction that gets lost, as if the network had swallowed it.
    struct Gap {
        static constexpr qint64 Everything = std::numeric_limits<qint64>::max();

        qint64 from = 0;
        qint64 count = 0; ///< Everything: nothing comes through from there on
    };

    qsizetype maxReadBytes = 0;  ///< one read() returns at most so many; 0: no limit
    QList<qint64> readCuts;      ///< no read() goes beyond one of these offsets; ascending
    qsizetype maxWriteBytes = 0; ///< what is written leaves in pieces of so many, one a turn; 0: as it is

    std::chrono::milliseconds inputDelay {0};  ///< readyRead() and inputEnded() come so much later
    std::chrono::milliseconds outputDelay {0}; ///< each piece leaves so much later

    Gap dropInput;  ///< never reaches the owner
    Gap dropOutput; ///< seems to have left

    /// So many are read, then inputEnded(), whatever the peer still sends.
    std::optional<qint64> endInputAfter;
    /// So many leave and no more, then a half-close, where there is one.
    std::optional<qint64> endOutputAfter;
    std::optional<qint64> resetAfterInput;  ///< so many are read, then a reset: ConnectionLost on both sides
    std::optional<qint64> resetAfterOutput; ///< so many leave, then the same
    std::optional<qint64> failWriteAfter;   ///< so many leave, then TransportFailed here and a reset there

    bool neverDrain = false;     ///< what is written stays in bytesToWrite(); only abort() or a fault ends it
    bool duplicateClose = false; ///< closed() comes twice, against the rules
};

/// Wraps a transport and lets go wrong what a FaultPlan says; where that says nothing, every promise of a
/// transport is kept. For tests of what stands on transports; see TransportOptions::wrap. It holds what is
/// delayed, in pieces or not drained: as much as its owner writes.
class HALYARD_EXPORT FaultInjector final : public Transport
{
    Q_OBJECT
public:
    explicit FaultInjector(std::unique_ptr<Transport> inner, FaultPlan plan = {}, QObject *parent = nullptr);
    ~FaultInjector() override;

    /// For what is read, written and told from now on; what waits goes on as the new plan says.
    void setPlan(const FaultPlan &plan);
    [[nodiscard]] const FaultPlan &plan() const { return m_plan; }

    [[nodiscard]] Kind kind() const override { return m_inner->kind(); }
    void open() override { m_inner->open(); }
    [[nodiscard]] bool isOpen() const override { return m_inner->isOpen() && !m_closing && !m_fault; }
    [[nodiscard]] qsizetype read(Wire::MutableBytes into) override;
    void write(Wire::ByteView bytes) override;
    [[nodiscard]] qint64 bytesToWrite() const override { return m_inner->bytesToWrite() + m_waiting.size(); }
    [[nodiscard]] qint64 bytesNotTaken() const override
    {
        return m_inner->bytesNotTaken() + m_waiting.size();
    }
    void setReadingPaused(bool paused) override;
    [[nodiscard]] bool isReadingPaused() const override { return m_inner->isReadingPaused(); }
    void finishOutput() override;
    [[nodiscard]] bool hasHalfClose() const override { return m_inner->hasHalfClose(); }
    void close() override;
    void abort() override;
    [[nodiscard]] TransportInfo info() const override { return m_inner->info(); }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    [[nodiscard]] qsizetype readLimit(qsizetype wanted) const;
    void discardInput();
    /// What the inner transport has said of its input is told now, or after the delay.
    void inputNews();
    void tellInput();
    void innerFailed(const Wire::Error &error);
    void innerClosed();
    /// The connection fails with this, from the event loop, once what may still leave has left.
    void inject(Wire::ErrorCode code, const char *what);
    void pumpLater();
    void pump();

    const std::unique_ptr<Transport> m_inner;
    FaultPlan m_plan;
    QByteArray m_waiting;                    ///< written, and not yet given to the inner transport
    std::optional<qsizetype> m_finishBehind; ///< so much of it leaves before the half-close
    std::optional<Wire::Error> m_fault;
    QBasicTimer m_inputTimer;
    QBasicTimer m_outputTimer;
    qint64 m_read = 0;    ///< bytes that the inner transport gave
    qint64 m_written = 0; ///< bytes that the owner wrote
    bool m_readyPending = false;
    bool m_endPending = false;
    bool m_inputOver = false; ///< inputEnded() was or will be told
    bool m_outputOver = false;
    bool m_closing = false;
    bool m_aborting = false;
};

} // namespace Halyard
