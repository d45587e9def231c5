// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTextStream>
#include <QTimer>

#include "capture/framefacts.h"

namespace Halyard::Inspector {

class MainWindow;

/// What the program does for somebody without a display: it waits until frames have come and no more do, then
/// prints them as field trees, saves a picture of the window and ends the program.
class Report : public QObject
{
    Q_OBJECT
public:
    /// Frames on which it waits at least; the picture's format is told by its name.
    Report(MainWindow *window, const QString &picture, quint32 minFrames);

Q_SIGNALS:
    /// `exitStatus` 0 if all went well.
    void finished(int exitStatus);

private:
    void look();
    void print();
    void choose();
    void takePicture();

    MainWindow *const m_window;
    const QString m_picture;
    const quint32 m_minFrames;
    QTimer m_timer;
    RowNumber m_seen = 0; ///< frames at the last look
    RowNumber m_printed = 0;
    QTextStream m_out {stdout};
};

} // namespace Halyard::Inspector
