// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QObject>
#include <QThreadPool>

#include "capture/framestore.h"
#include "endpoint/error.h"
#include "endpoint/pcapng.h"

namespace Halyard::Inspector {

/// Writes frames into a capture file, slice by slice in a thread of its own. The file appears under its name
/// only once it is complete.
class CaptureSaver : public QObject
{
    Q_OBJECT
public:
    explicit CaptureSaver(const FrameStore *store, QObject *parent = nullptr);

    /// `rows` in ascending order. finished() follows.
    void save(const QString &fileName, CaptureFormat format, const QList<RowNumber> &rows);

Q_SIGNALS:
    /// `error` is false where all went well.
    void finished(const QString &fileName, qint64 frames, const Halyard::Error &error);

private:
    struct Writing;
    void writeSlice(const std::shared_ptr<Writing> &writing);

    const FrameStore *const m_store;
    QThreadPool m_writers; ///< its end waits for a file that is being written
};

} // namespace Halyard::Inspector
