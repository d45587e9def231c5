// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace Halyard::Inspector {

/// What the status bar counts.
struct StatusFigures {
    quint64 frames = 0;
    quint64 shown = 0; ///< by the filter
    quint64 warnings = 0;
    quint64 errors = 0;
    quint64 notShown = 0;
    qint64 memoryBytes = 0;
    qint64 spooledBytes = 0;
    quint64 waiting = 0; ///< while paused
    bool paused = false;
    bool scanning = false; ///< the filter is still looking
    bool following = true;
};

/// The right end of the status bar: frames, problems (a click shows only those), frames that were not shown.
class StatusCounters : public QWidget
{
    Q_OBJECT
public:
    explicit StatusCounters(QWidget *parent = nullptr);
    void setFigures(const StatusFigures &figures);

Q_SIGNALS:
    void errorsClicked();
    void warningsClicked();

protected:
    void changeEvent(QEvent *event) override;

private:
    void updateIcons();

    QLabel *const m_state;
    QLabel *const m_frames;
    QToolButton *const m_errors;
    QToolButton *const m_warnings;
    QLabel *const m_notShown;
    QLabel *const m_memory;
};

} // namespace Halyard::Inspector
