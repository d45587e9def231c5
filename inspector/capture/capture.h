// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QThread>

#include "capture/capturebatch.h"
#include "capture/intake.h"

namespace Halyard::Inspector {

class CaptureWorker;

/// A capture with a thread of its own. Whoever sees traffic puts it into intake(), in any thread; batches
/// come out in this object's thread.
class Capture : public QObject
{
    Q_OBJECT
public:
    explicit Capture(const CaptureLimits &limits = {}, QObject *parent = nullptr);
    ~Capture() override; ///< waits for the thread to end

    [[nodiscard]] std::shared_ptr<Intake> intake() const { return m_intake; }
    /// The last batch has been dealt with. A receiver that forgets this gets no more after a few.
    void acknowledge();
    /// The records of all blocks before this one are not asked for any more.
    void release(quint32 block);
    /// Goes on after it has stopped.
    void resume();

Q_SIGNALS:
    void batchReady(const Halyard::Inspector::CaptureBatchPointer &batch);

private:
    std::shared_ptr<Intake> m_intake;
    QThread m_thread;
    CaptureWorker *m_worker; ///< lives and dies in m_thread
};

} // namespace Halyard::Inspector
