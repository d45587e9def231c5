// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

#include "models/endpointtablemodel.h"

class QPushButton;
class QTableView;

namespace Halyard::Inspector {

/// The endpoints that wait for clients, each with what a client needs, to be copied.
class EndpointView : public QWidget
{
    Q_OBJECT
public:
    explicit EndpointView(EndpointTableModel *endpoints, QWidget *parent = nullptr);
    [[nodiscard]] QTableView *table() const noexcept { return m_table; }

Q_SIGNALS:
    void stopWanted(quint32 session);
    /// A text for the clipboard, and what to say of it to people.
    void copyWanted(const QString &text, const QString &whatItIs);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildActions();
    void fit();
    void updateActions();
    void copyAddress();
    void copyCertificate();
    void stop();
    [[nodiscard]] QModelIndex chosen() const;

    EndpointTableModel *const m_endpoints;
    QTableView *const m_table;
    QPushButton *const m_copyAddress;
    QPushButton *const m_copyCertificate;
    QPushButton *const m_stop;
};

} // namespace Halyard::Inspector
