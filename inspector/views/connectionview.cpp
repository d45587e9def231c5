// SPDX-License-Identifier: MIT
#include "views/connectionview.h"

#include <QEvent>
#include <QHeaderView>
#include <QSortFilterProxyModel>

#include "models/frametablemodel.h"

namespace Halyard::Inspector {

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
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int character = fontMetrics().horizontalAdvance(u'0');
    for (int column = 0; column < m_sorted->columnCount(); ++column)
        setColumnWidth(column, character * 12);
    setColumnWidth(int(ConnectionColumn::Number), character * 7);
    setColumnWidth(int(ConnectionColumn::Peer), character * 28);
    setColumnWidth(int(ConnectionColumn::Security), character * 30);
    setColumnWidth(int(ConnectionColumn::Negotiated), character * 22);
    setColumnWidth(int(ConnectionColumn::FramesIn), character * 16);
    setColumnWidth(int(ConnectionColumn::FramesOut), character * 16);
    setColumnWidth(int(ConnectionColumn::Rate), character * 18);
    setColumnWidth(int(ConnectionColumn::Problems), character * 20);
    setColumnWidth(int(ConnectionColumn::LastError), character * 36);
    connect(this, &QTableView::activated, this, [this](const QModelIndex &index) {
        Q_EMIT conversationActivated(index.data(ConversationRole).toUInt());
    });
}

quint32 ConnectionView::currentConversation() const { return currentIndex().data(ConversationRole).toUInt(); }

void ConnectionView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_delegate->setTheme(Theme(palette()));
}

} // namespace Halyard::Inspector
