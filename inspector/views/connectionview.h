// SPDX-License-Identifier: MIT
#pragma once

#include <QTableView>
#include <QTimer>

#include "models/connectiontablemodel.h"
#include "views/rowdelegates.h"

class QSortFilterProxyModel;

namespace Halyard::Inspector {

/// The list of conversations, sortable by every column.
class ConnectionView : public QTableView
{
    Q_OBJECT
public:
    explicit ConnectionView(ConnectionTableModel *connections, QWidget *parent = nullptr);
    /// 0 without one.
    [[nodiscard]] quint32 currentConversation() const;
    /// As happens by itself a moment after something has changed.
    void fitColumns();
    /// Whether the user has sized columns, which then stay as they are.
    [[nodiscard]] bool isArranged() const noexcept { return m_arranged; }
    void setArranged(bool arranged) { m_arranged = arranged; }

Q_SIGNALS:
    /// Return or a double click.
    void conversationActivated(quint32 conversation);

protected:
    void changeEvent(QEvent *event) override;

private:
    SeverityDelegate *const m_delegate;
    QSortFilterProxyModel *const m_sorted;
    QTimer m_fitTimer;
    bool m_fitting = false;
    bool m_arranged = false; ///< the user has set a width
};

} // namespace Halyard::Inspector
