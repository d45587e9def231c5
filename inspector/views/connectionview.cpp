// SPDX-License-Identifier: MIT
#include "views/connectionview.h"

#include <chrono>

#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScopedValueRollback>
#include <QSortFilterProxyModel>

#include "models/frametablemodel.h"
#include "views/headerstyle.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

constexpr auto FitDelay = 200ms;
constexpr int MaxCharacters = 48;

} // namespace

ConnectionView::ConnectionView(ConnectionTableModel *connections, QWidget *parent)
    : QTableView(parent)
    , m_delegate(new SeverityDelegate(Theme(palette()), this))
    , m_sorted(new QSortFilterProxyModel(this))
{
    setObjectName(QStringLiteral("connections"));
    setAccessibleName(tr("Connections"));
    m_sorted->setSourceModel(connections);
    setModel(m_sorted);
    setItemDelegate(m_delegate);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    setTabKeyNavigation(false);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    HeaderStyle::applyTo(horizontalHeader());
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->resizeSections(QHeaderView::ResizeToContents);
    m_fitTimer.setSingleShot(true);
    m_fitTimer.setInterval(FitDelay);
    connect(&m_fitTimer, &QTimer::timeout, this, &ConnectionView::fitColumns);
    const auto fitSoon = [this] {
        if (!m_fitTimer.isActive())
            m_fitTimer.start();
    };
    connect(m_sorted, &QAbstractItemModel::rowsInserted, this, fitSoon);
    connect(m_sorted, &QAbstractItemModel::dataChanged, this, fitSoon);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this,
        [this] { m_arranged |= !m_fitting && QGuiApplication::mouseButtons() == Qt::LeftButton; });
    connect(this, &QTableView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT conversationActivated(index.data(ConversationRole).toUInt());
    });
}

/// Columns grow with what is in them, so that an empty one takes no room, until the user says otherwise.
void ConnectionView::fitColumns()
{
    if (m_arranged)
        return;
    const QScopedValueRollback fitting(m_fitting, true);
    const int widest = fontMetrics().horizontalAdvance(u'0') * MaxCharacters;
    for (int column = 0; column < m_sorted->columnCount(); ++column) {
        const int wanted = std::min(sizeHintForColumn(column), widest);
        if (wanted > columnWidth(column))
            setColumnWidth(column, wanted);
    }
}

quint32 ConnectionView::currentConversation() const { return currentIndex().data(ConversationRole).toUInt(); }

void ConnectionView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_delegate->setTheme(Theme(palette()));
}

} // namespace Halyard::Inspector
