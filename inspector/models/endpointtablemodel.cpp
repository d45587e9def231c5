// SPDX-License-Identifier: MIT
#include "models/endpointtablemodel.h"

#include <algorithm>

#include "decode/safetext.h"

namespace Halyard::Inspector {

namespace {

constexpr int ColumnCount = int(EndpointColumn::Certificate) + 1;
constexpr qsizetype MaxCharacters = 1'024;

} // namespace

void EndpointTableModel::setState(const EndpointState &state)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
        [&state](const EndpointState &row) { return row.session == state.session; });
    const int row = int(found - m_rows.begin());
    const bool isListed = found != m_rows.end();
    if (!state.active || state.clientAddress.isEmpty()) {
        if (!isListed)
            return;
        beginRemoveRows({}, row, row);
        m_rows.erase(found);
        endRemoveRows();
    } else if (isListed) {
        *found = state;
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    } else {
        beginInsertRows({}, row, row);
        m_rows.append(state);
        endInsertRows();
    }
}

int EndpointTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int EndpointTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString EndpointTableModel::text(const EndpointState &state, EndpointColumn column)
{
    switch (column) {
    case EndpointColumn::Way:
        return state.request.way == EndpointRequest::Way::Between ? tr("Between") : tr("Listening");
    case EndpointColumn::Address:
        return safeText(state.clientAddress, MaxCharacters);
    case EndpointColumn::Target:
        return safeText(state.target, MaxCharacters);
    case EndpointColumn::Certificate:
        return state.pin.isEmpty() ? tr("none") : state.pin;
    }
    return {};
}

QVariant EndpointTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const EndpointState &state = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return text(state, EndpointColumn(index.column()));
    case Qt::ToolTipRole:
        return asToolTip(text(state, EndpointColumn(index.column())));
    case SessionRole:
        return state.session;
    case AddressRole:
        return state.clientAddress;
    case CertificateRole:
        return state.certificate;
    default:
        return {};
    }
}

QVariant EndpointTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (EndpointColumn(section)) {
    case EndpointColumn::Way:
        return tr("Endpoint");
    case EndpointColumn::Address:
        return tr("Clients connect to");
    case EndpointColumn::Target:
        return tr("Leads to");
    case EndpointColumn::Certificate:
        return tr("Certificate");
    }
    return {};
}

} // namespace Halyard::Inspector
