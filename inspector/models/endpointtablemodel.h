// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>

#include "capture/observedsession.h"

namespace Halyard::Inspector {

enum class EndpointColumn : quint8 { Way, Address, Target, Certificate };

/// One row for each endpoint that waits for clients: where they find it, and the certificate that was made
/// for it.
class EndpointTableModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role : quint16 {
        SessionRole = Qt::UserRole,
        AddressRole,     ///< the whole address as clients use it
        CertificateRole, ///< PEM; empty without one
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// What became of an endpoint. Those that do not listen, or not any more, have no row.
    void setState(const EndpointState &state);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static QString text(const EndpointState &state, EndpointColumn column);

    QList<EndpointState> m_rows; ///< in the order in which they came
};

} // namespace Halyard::Inspector
