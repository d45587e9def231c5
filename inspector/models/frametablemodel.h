// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QTimer>

#include "capture/framestore.h"

namespace Halyard::Inspector {

/// Facts of frames by role; whoever draws them adds words, colours and icons.
enum FrameRole {
    RowNumberRole = Qt::UserRole + 1,
    SeverityRole, ///< int of Wire::Severity
    OutgoingRole, ///< bool
    KindRole,     ///< int of FrameKind
    MarkedRole,   ///< bool
    CommentRole,  ///< QString
    TimeRole,     ///< qint64, nanoseconds since 1970
    PartnerRole,  ///< RowNumber, NoRow without one
    ConversationRole,
    CompleteRole, ///< bool
};

enum class FrameColumn : quint8 {
    Number,
    Time,
    Direction,
    Connection,
    Type,
    Route,
    Id,
    Size,
    Duration,
    Summary,
};

enum class TimeDisplay : quint8 { Absolute, SinceStart, SincePrevious };

/// The frames of a store, in the order in which they came. New ones appear many at once, on a timer; cell
/// text is made when it is asked for.
class FrameTableModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit FrameTableModel(FrameStore *store, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] FrameStore *store() const noexcept { return m_store; }
    [[nodiscard]] RowNumber rowNumber(int row) const { return m_first + RowNumber(row); }
    /// -1 where the list does not hold it (any more, or yet).
    [[nodiscard]] int rowOf(RowNumber number) const;

    /// While paused the list stands still; nothing is lost, it all comes afterwards.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const noexcept { return m_paused; }
    /// Frames that are there but not in the list yet.
    [[nodiscard]] int waitingRows() const;

    void setTimeDisplay(TimeDisplay display);
    [[nodiscard]] TimeDisplay timeDisplay() const noexcept { return m_timeDisplay; }

    /// Hides everything before this frame, or shows it again as far as it is kept. The first frame shown
    /// before is returned.
    RowNumber showFrom(RowNumber number);

Q_SIGNALS:
    void waitingRowsChanged();

private:
    void flush();
    void onRowsForgotten();
    void changed(RowNumber number);
    [[nodiscard]] QString text(RowNumber number, const FrameFacts &facts, FrameColumn column) const;
    [[nodiscard]] QString spokenText(RowNumber number, const FrameFacts &facts, FrameColumn column) const;
    [[nodiscard]] QString timeText(RowNumber number, const FrameFacts &facts) const;
    [[nodiscard]] QString durationText(const FrameFacts &facts) const;

    FrameStore *const m_store;
    QTimer m_flushTimer;
    RowNumber m_first = 0; ///< the first that is shown
    RowNumber m_end = 0;   ///< one behind the last that is shown
    bool m_paused = false;
    TimeDisplay m_timeDisplay = TimeDisplay::SinceStart;
};

} // namespace Halyard::Inspector
