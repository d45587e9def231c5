// SPDX-License-Identifier: MIT
#include "transport/faultinjector.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include <QPointer>
#include <QTimerEvent>

namespace Halyard {

using Wire::Error;
using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

/// Takes the gap out of `bytes`, which begin at offset `at`; returns how many are left, in front.
std::size_t closeGap(Wire::MutableBytes bytes, qint64 at, const FaultPlan::Gap &gap)
{
    const auto size = qint64(bytes.size());
    const qint64 begin = std::clamp<qint64>(gap.from - at, 0, size);
    const qint64 behind = gap.count >= FaultPlan::Gap::Everything - gap.from ? FaultPlan::Gap::Everything
                                                                             : gap.from + gap.count;
    const qint64 end = std::clamp<qint64>(behind - at, begin, size);
    std::memmove(bytes.data() + begin, bytes.data() + end, std::size_t(size - end));
    return std::size_t(size - (end - begin));
}

Wire::ByteView view(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

} // namespace

FaultInjector::FaultInjector(std::unique_ptr<Transport> inner, FaultPlan plan, QObject *parent)
    : Transport(parent)
    , m_inner(std::move(inner))
    , m_plan(std::move(plan))
{
    connect(m_inner.get(), &Transport::opened, this, &Transport::opened);
    connect(m_inner.get(), &Transport::readyRead, this, [this] {
        if (m_closing || m_inputOver) {
            discardInput();
            return;
        }
        m_readyPending = true;
        inputNews();
    });
    connect(m_inner.get(), &Transport::inputEnded, this, [this] {
        if (std::exchange(m_inputOver, true))
            return;
        m_endPending = true;
        inputNews();
    });
    connect(m_inner.get(), &Transport::bytesWritten, this, [this] {
        if (isOpen())
            Q_EMIT bytesWritten();
    });
    connect(m_inner.get(), &Transport::failed, this, &FaultInjector::innerFailed);
    connect(m_inner.get(), &Transport::closed, this, &FaultInjector::innerClosed);
}

FaultInjector::~FaultInjector() = default;

void FaultInjector::setPlan(const FaultPlan &plan)
{
    m_plan = plan;
    m_outputTimer.stop();
    pumpLater();
}

qsizetype FaultInjector::readLimit(qsizetype wanted) const
{
    qint64 limit = wanted;
    const auto notBeyond = [&](qint64 offset) { limit = std::clamp<qint64>(offset - m_read, 0, limit); };
    if (m_plan.maxReadBytes > 0)
        limit = std::min<qint64>(limit, m_plan.maxReadBytes);
    const auto cut = std::upper_bound(m_plan.readCuts.begin(), m_plan.readCuts.end(), m_read);
    if (cut != m_plan.readCuts.end())
        notBeyond(*cut);
    if (m_plan.endInputAfter)
        notBeyond(*m_plan.endInputAfter);
    if (m_plan.resetAfterInput)
        notBeyond(*m_plan.resetAfterInput);
    return qsizetype(limit);
}

qsizetype FaultInjector::read(Wire::MutableBytes into)
{
    if (!isOpen() || into.empty())
        return 0;
    if (m_inputOver) {
        discardInput();
        return 0;
    }
    const auto limit = std::size_t(readLimit(qsizetype(into.size())));
    const qsizetype got = limit > 0 ? m_inner->read(into.first(limit)) : 0;
    const std::size_t kept = closeGap(into.first(std::size_t(got)), m_read, m_plan.dropInput);
    m_read += got;
    if (m_plan.resetAfterInput && m_read >= *m_plan.resetAfterInput) {
        inject(ErrorCode::ConnectionLost, "injected: reset while reading");
    } else if (m_plan.endInputAfter && m_read >= *m_plan.endInputAfter) {
        m_inputOver = m_endPending = true;
        m_readyPending = false;
        discardInput();
        m_inputTimer.start(int(m_plan.inputDelay.count()), this);
    }
    return qsizetype(kept);
}

// Nobody reads it any more, but who sends it must not be held up.
void FaultInjector::discardInput()
{
    std::array<std::byte, 16 * 1024> waste; // NOLINT(cppcoreguidelines-pro-type-member-init): written by read
    (void)m_inner->read(waste);
}

void FaultInjector::write(Wire::ByteView bytes)
{
    if (!isOpen() || m_outputOver || bytes.empty())
        return;
    std::size_t leaving = bytes.size();
    const qint64 after = m_written + qint64(bytes.size());
    const auto notBeyond = [&](qint64 offset) {
        leaving = std::min(leaving, std::size_t(std::max<qint64>(0, offset - m_written)));
    };
    if (m_plan.failWriteAfter && after > *m_plan.failWriteAfter) {
        notBeyond(*m_plan.failWriteAfter);
        inject(ErrorCode::TransportFailed, "injected: writing fails");
    }
    if (m_plan.resetAfterOutput && after >= *m_plan.resetAfterOutput) {
        notBeyond(*m_plan.resetAfterOutput);
        inject(ErrorCode::ConnectionLost, "injected: reset while writing");
    }
    if (m_plan.endOutputAfter && after >= *m_plan.endOutputAfter) {
        notBeyond(*m_plan.endOutputAfter);
        m_outputOver = true;
    }

    const qsizetype before = m_waiting.size();
    m_waiting.append(reinterpret_cast<const char *>(bytes.data()), qsizetype(leaving));
    const auto added = std::as_writable_bytes(std::span(m_waiting.data() + before, leaving));
    m_waiting.truncate(before + qsizetype(closeGap(added, m_written, m_plan.dropOutput)));
    m_written = after;

    const bool atOnce
        = before == 0 && !m_plan.neverDrain && m_plan.maxWriteBytes == 0 && m_plan.outputDelay.count() == 0;
    if (atOnce) {
        m_inner->write(view(m_waiting));
        m_waiting.clear();
    }
    if (m_outputOver)
        finishOutput();
    if (!m_waiting.isEmpty())
        pumpLater();
}

void FaultInjector::setReadingPaused(bool paused)
{
    m_inner->setReadingPaused(paused);
    if (!paused && (m_readyPending || m_endPending))
        m_inputTimer.start(0, this); // what waited for its delay, or came while it ran
}

void FaultInjector::finishOutput()
{
    if (m_waiting.isEmpty())
        m_inner->finishOutput();
    else if (!m_finishBehind)
        m_finishBehind = m_waiting.size(); // what is written later is the inner transport's to judge
}

void FaultInjector::close()
{
    if (std::exchange(m_closing, true) || m_fault)
        return; // the end is on its way
    m_inputTimer.stop();
    if (m_waiting.isEmpty()) {
        m_inner->close();
        return;
    }
    m_inner->setReadingPaused(false);
    discardInput();
}

void FaultInjector::abort()
{
    m_aborting = true;
    m_waiting.clear();
    m_inner->abort();
}

void FaultInjector::inject(ErrorCode code, const char *what)
{
    if (m_fault)
        return;
    m_fault = Error {code, ErrorOrigin::Transport, what};
    m_inputTimer.stop();
    m_outputTimer.stop();
    m_outputTimer.start(int(m_plan.outputDelay.count()), this);
}

void FaultInjector::inputNews()
{
    if (m_inputTimer.isActive())
        return;
    if (m_plan.inputDelay.count() == 0)
        tellInput();
    else
        m_inputTimer.start(int(m_plan.inputDelay.count()), this);
}

void FaultInjector::tellInput()
{
    if (m_inner->isReadingPaused() || !isOpen())
        return;
    const QPointer<FaultInjector> alive(this);
    if (std::exchange(m_readyPending, false))
        Q_EMIT readyRead();
    if (alive && isOpen() && !m_readyPending && std::exchange(m_endPending, false))
        Q_EMIT inputEnded();
}

void FaultInjector::innerFailed(const Error &error)
{
    if (!m_fault || m_aborting)
        Q_EMIT failed(error);
}

void FaultInjector::innerClosed()
{
    m_inputTimer.stop();
    m_outputTimer.stop();
    m_waiting.clear();
    const QPointer<FaultInjector> alive(this);
    if (m_fault && !m_aborting)
        Q_EMIT failed(Error(*m_fault)); // a copy: the slot may delete us
    else if (m_endPending && !m_aborting && !m_closing)
        Q_EMIT inputEnded();
    if (alive && m_plan.duplicateClose)
        Q_EMIT closed();
    if (alive)
        Q_EMIT closed();
}

void FaultInjector::pumpLater()
{
    if (!m_outputTimer.isActive())
        m_outputTimer.start(int(m_plan.outputDelay.count()), this);
}

// One piece of what waits, and behind the last one what was asked for behind it. Runs from the event loop.
void FaultInjector::pump()
{
    if (!m_waiting.isEmpty() && !m_plan.neverDrain) {
        const qint64 pending = bytesToWrite();
        qsizetype size = m_finishBehind.value_or(m_waiting.size());
        if (m_plan.maxWriteBytes > 0)
            size = std::min(size, m_plan.maxWriteBytes);
        m_inner->write(view(m_waiting).first(std::size_t(size)));
        m_waiting.remove(0, size);
        if (m_finishBehind)
            *m_finishBehind -= size;
        if (m_finishBehind == 0) {
            m_finishBehind.reset();
            m_inner->finishOutput();
        }
        const QPointer<FaultInjector> alive(this);
        if (isOpen() && bytesToWrite() < pending)
            Q_EMIT bytesWritten();
        if (!alive || m_aborting)
            return;
    }
    if (m_fault && (m_waiting.isEmpty() || m_plan.neverDrain))
        m_inner->abort();
    else if (!m_waiting.isEmpty() && !m_plan.neverDrain)
        pumpLater();
    else if (m_waiting.isEmpty() && m_closing)
        m_inner->close();
}

void FaultInjector::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_inputTimer.timerId()) {
        m_inputTimer.stop();
        tellInput();
    } else if (event->timerId() == m_outputTimer.timerId()) {
        m_outputTimer.stop();
        pump();
    } else {
        Transport::timerEvent(event);
    }
}

} // namespace Halyard
