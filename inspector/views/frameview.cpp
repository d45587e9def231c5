// SPDX-License-Identifier: MIT
#include "views/frameview.h"

#include <QEvent>
#include <QFontDatabase>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QScrollBar>

#include "views/headerstyle.h"

namespace Halyard::Inspector {

namespace {

struct ColumnWidth {
    FrameColumn column;
    int characters;
};

constexpr int RelativeTimeCharacters = 12;
constexpr int AbsoluteTimeCharacters = 27;
constexpr int ColumnPadding = 12;

constexpr ColumnWidth ColumnWidths[] = {{FrameColumn::Number, 9}, {FrameColumn::Time, RelativeTimeCharacters},
    {FrameColumn::Direction, 8}, {FrameColumn::Connection, 6}, {FrameColumn::Type, 11},
    {FrameColumn::Route, 14}, {FrameColumn::Id, 6}, {FrameColumn::Size, 8}, {FrameColumn::Duration, 11}};

} // namespace

FrameView::FrameView(FrameFilterModel *frames, QWidget *parent)
    : QTableView(parent)
    , m_frames(frames)
    , m_delegate(new FrameDelegate(Theme(palette()), this))
{
    setObjectName(QStringLiteral("frames"));
    setAccessibleName(tr("Frames"));
    setModel(frames);
    setItemDelegate(m_delegate);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setShowGrid(false);
    setWordWrap(false);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setUpColumns();
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &FrameView::onScrolled);
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, &FrameView::onScrollAction);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &FrameView::onScrollRange);
    connect(frames, &QAbstractItemModel::modelReset, this, &FrameView::restoreCurrent);
    connect(frames, &QAbstractItemModel::rowsInserted, this, &FrameView::restoreCurrent);
}

void FrameView::setUpColumns()
{
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    QHeaderView *header = horizontalHeader();
    HeaderStyle::applyTo(header);
    header->setSectionsMovable(true);
    header->setStretchLastSection(true);
    header->setHighlightSections(false);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const auto &[column, characters] : ColumnWidths)
        header->resizeSection(
            int(column), fontMetrics().horizontalAdvance(u'0') * characters + ColumnPadding);
}

void FrameView::fitTimes(TimeDisplay display)
{
    const int characters = display == TimeDisplay::Absolute ? AbsoluteTimeCharacters : RelativeTimeCharacters;
    horizontalHeader()->resizeSection(
        int(FrameColumn::Time), fontMetrics().horizontalAdvance(u'0') * characters + ColumnPadding);
}

void FrameView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_delegate->setTheme(Theme(palette()));
    else if (event->type() == QEvent::FontChange)
        verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
}

void FrameView::setFollowing(bool following)
{
    if (m_following != following) {
        m_following = following;
        Q_EMIT followingChanged(following);
    }
    if (following) {
        const QScopedValueRollback ours(m_scrollingOurselves, true);
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    }
}

void FrameView::onScrollRange()
{
    if (m_following)
        setFollowing(true);
}

void FrameView::onScrolled(int value)
{
    // What moves by itself (rows that arrive) is no wish of the user; what reaches the end is.
    if (!m_scrollingOurselves && value == verticalScrollBar()->maximum())
        setFollowing(true);
}

/// The user has moved the bar: by its slider, trough or arrows, or with the wheel over it or over the list.
/// The value follows only afterwards.
void FrameView::onScrollAction()
{
    if (verticalScrollBar()->sliderPosition() < verticalScrollBar()->maximum())
        setFollowing(false);
}

void FrameView::keyPressEvent(QKeyEvent *event)
{
    QTableView::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_PageUp:
    case Qt::Key_Home:
        setFollowing(false);
        break;
    case Qt::Key_End:
    case Qt::Key_Down:
    case Qt::Key_PageDown:
        if (currentIndex().row() == m_frames->rowCount() - 1)
            setFollowing(true);
        break;
    default:
        break;
    }
}

void FrameView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (!current.isValid())
        return; // the filter may have hidden it; it stays the chosen one
    const RowNumber number = m_frames->rowNumber(current.row());
    if (number == m_current)
        return;
    m_current = number;
    // Whoever looks at a frame does not want it to be scrolled away.
    if (!m_restoring && current.row() < m_frames->rowCount() - 1)
        setFollowing(false);
    Q_EMIT currentFrameChanged(number);
}

RowNumber FrameView::currentFrame() const { return m_current; }

bool FrameView::goTo(RowNumber number)
{
    const int row = m_frames->rowOf(number);
    if (row < 0)
        return false;
    setFollowing(row == m_frames->rowCount() - 1);
    // Keys with Ctrl bring us here, and would add the row to those that are chosen.
    selectionModel()->setCurrentIndex(
        m_frames->index(row, currentIndex().isValid() ? currentIndex().column() : 0),
        QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(currentIndex(), EnsureVisible);
    return true;
}

void FrameView::restoreCurrent()
{
    if (m_current == NoRow || currentIndex().isValid())
        return;
    const int row = m_frames->rowOf(m_current);
    if (row < 0)
        return;
    const QScopedValueRollback restoring(m_restoring, true);
    setCurrentIndex(m_frames->index(row, 0));
}

QList<RowNumber> FrameView::selectedFrames() const
{
    QList<RowNumber> numbers;
    for (const QItemSelectionRange &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom() && numbers.size() < MaxSelected; ++row)
            numbers << m_frames->rowNumber(row);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

} // namespace Halyard::Inspector
