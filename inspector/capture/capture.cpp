// SPDX-License-Identifier: MIT
#include "capture/capture.h"

#include "capture/captureworker.h"

namespace Halyard::Inspector {

Capture::Capture(const CaptureLimits &limits, QObject *parent)
    : QObject(parent)
    , m_intake(std::make_shared<Intake>(limits.intake))
    , m_worker(new CaptureWorker(m_intake, limits))
{
    qRegisterMetaType<CaptureBatchPointer>();
    m_thread.setObjectName(QStringLiteral("capture"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &CaptureWorker::batchReady, this, &Capture::batchReady);
    m_intake->setWake([worker = m_worker] {
        QMetaObject::invokeMethod(worker, &CaptureWorker::drain, Qt::QueuedConnection);
    });
    m_thread.start();
}

Capture::~Capture()
{
    m_intake->setWake({});
    m_intake->setClosed(true);
    m_thread.quit();
    m_thread.wait();
}

void Capture::acknowledge()
{
    QMetaObject::invokeMethod(m_worker, &CaptureWorker::acknowledge, Qt::QueuedConnection);
}

void Capture::release(quint32 block)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, block] { worker->release(block); }, Qt::QueuedConnection);
}

void Capture::resume() { QMetaObject::invokeMethod(m_worker, &CaptureWorker::resume, Qt::QueuedConnection); }

} // namespace Halyard::Inspector
