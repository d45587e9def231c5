// SPDX-License-Identifier: MIT
#pragma once

#include <QTableView>

#include "capture/framefacts.h"
#include "models/framefiltermodel.h"
#include "views/rowdelegates.h"

namespace Halyard::Inspector {

/// The list of frames. Follows the newest until the user scrolls up, and again once they are back at the end.
class FrameView : public QTableView
{
    Q_OBJECT
public:
    explicit FrameView(FrameFilterModel *frames, QWidget *parent = nullptr);

    [[nodiscard]] bool isFollowing() const noexcept { return m_following; }
    void setFollowing(bool following);

    /// NoRow without one.
    [[nodiscard]] RowNumber currentFrame() const;
    /// False where the list does not show that frame.
    bool goTo(RowNumber number);
    /// In order. Of more than MaxSelected only so many, or the window would stand still over them.
    [[nodiscard]] QList<RowNumber> selectedFrames() const;
    static constexpr qsizetype MaxSelected = 1'000;
    /// Makes the column of times as wide as that way to show them needs.
    void fitTimes(TimeDisplay display);

Q_SIGNALS:
    void followingChanged(bool following);
    void currentFrameChanged(Halyard::Inspector::RowNumber number);

protected:
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void setUpColumns();
    void onScrolled(int value);
    void onScrollAction();
    void onScrollRange();
    void restoreCurrent();

    FrameFilterModel *const m_frames;
    FrameDelegate *const m_delegate;
    RowNumber m_current = NoRow; ///< survives a change of the filter
    bool m_following = true;
    bool m_scrollingOurselves = false;
    bool m_restoring = false;
};

} // namespace Halyard::Inspector
