// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <set>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "capture/callmatcher.h"
#include "capture/capturebatch.h"
#include "capture/conversationdecoder.h"
#include "capture/intake.h"
#include "capture/spoolfile.h"
#include "capture/textpool.h"

namespace Halyard::Inspector {

/// Explains what the intake holds, keeps the records within their memory, and hands over batches. Lives in
/// the capture's thread; Capture is its face elsewhere.
class CaptureWorker : public QObject
{
    Q_OBJECT
public:
    CaptureWorker(std::shared_ptr<Intake> intake, CaptureLimits limits);

public Q_SLOTS:
    /// Works for a few milliseconds and comes again while there is more.
    void drain();
    /// One batch has arrived. While too many are on their way, nothing more is explained.
    void acknowledge();
    /// Nobody asks for the records before that block any more.
    void release(quint32 block);
    /// Goes on after it has stopped.
    void resume();

Q_SIGNALS:
    void batchReady(const Halyard::Inspector::CaptureBatchPointer &batch);

private:
    struct Resident {
        quint32 number = 0;
        BlockPointer block;
    };

    void take(const IntakeItem &item);
    void open(const ConversationOpened &opened);
    void change(const ConversationChanged &changed);
    void feed(ConversationDecoder &decoder, const CapturedBytes &bytes);
    void settle();
    void tellNews();
    void countNotShown(FramesNotShown frames);
    void add(ConversationDecoder &decoder, const DecodedFrame &frame);
    void match(FrameFacts &facts, RowNumber row, Wire::CallPart part);
    void sealBlock();
    void spoolOldest();
    void stop(const Wire::Error &error);
    void publish();
    void schedulePublication();

    const std::shared_ptr<Intake> m_intake;
    const CaptureLimits m_limits;
    const Wire::ProtocolRegistry m_registry = Wire::ProtocolRegistry::standard();
    std::map<quint32, std::unique_ptr<ConversationDecoder>> m_decoders;
    CallMatcher m_calls;
    TextPool m_types {65'535};
    TextPool m_routes {65'536};
    Block m_block;
    quint32 m_blockNumber = 0; ///< of m_block
    std::deque<Resident> m_resident;
    qint64 m_residentBytes = 0;
    std::shared_ptr<SpoolFile> m_spool;
    std::map<quint32, qint64> m_spooledEnds; ///< by block; for release()
    RowNumber m_nextRow = 0;
    CaptureBatch m_batch;
    std::deque<IntakeItem> m_items;
    QTimer m_publishTimer;
    QTimer m_settleTimer;
    std::map<quint32, bool> m_unsettled; ///< conversations that said something; whether since the last tick
    std::set<quint32> m_withNews;        ///< conversations whose info was completed, until it is published
    int m_unacknowledged = 0;
    bool m_drainScheduled = false;
    bool m_stopped = false;
};

} // namespace Halyard::Inspector
