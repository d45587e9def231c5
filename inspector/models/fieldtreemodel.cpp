// SPDX-License-Identifier: MIT
#include "models/fieldtreemodel.h"

#include "decode/safetext.h"
#include "models/frametablemodel.h"
#include "models/severitytext.h"

namespace Halyard::Inspector {

namespace {
constexpr qsizetype MaxValueCharacters = 1'024;
}

FieldTreeModel::FieldTreeModel(QObject *parent)
    : QAbstractItemModel(parent)
{ }

void FieldTreeModel::setFrame(const ExplainedFrame &frame)
{
    beginResetModel();
    m_frame = frame;
    endResetModel();
}

int FieldTreeModel::nodeOf(const QModelIndex &index)
{
    return index.isValid() ? int(index.internalId()) : ExplainedFrame::NoNode;
}

QModelIndex FieldTreeModel::indexOf(int node) const
{
    if (node < 0 || std::size_t(node) >= m_frame.nodes().size())
        return {};
    return createIndex(m_frame.nodes()[std::size_t(node)].row, 0, quintptr(node));
}

QModelIndex FieldTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(0, column, quintptr(0));
    const auto &node = m_frame.nodes()[std::size_t(nodeOf(parent))];
    return createIndex(row, column, quintptr(node.firstChild) + quintptr(row));
}

QModelIndex FieldTreeModel::parent(const QModelIndex &index) const
{
    return index.isValid() ? indexOf(m_frame.nodes()[std::size_t(nodeOf(index))].parent) : QModelIndex();
}

int FieldTreeModel::rowCount(const QModelIndex &parent) const
{
    if (m_frame.isEmpty() || parent.column() > 0)
        return 0;
    return parent.isValid() ? m_frame.nodes()[std::size_t(nodeOf(parent))].childCount : 1;
}

int FieldTreeModel::columnCount(const QModelIndex &) const { return ColumnCount; }

QVariant FieldTreeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int number = nodeOf(index);
    const auto &node = m_frame.nodes()[std::size_t(number)];
    const Wire::Field &field = *node.field;
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == NameColumn) {
            const QString name = QString::fromStdString(field.name);
            const auto &protocol = m_frame.dissection().protocol;
            if (number == 0 && name.isEmpty())
                return protocol.empty() ? tr("frame") : safeText(QString::fromStdString(protocol));
            return safeText(name, MaxValueCharacters);
        }
        if (index.column() == ValueColumn)
            return safeText(QString::fromStdString(field.value), MaxValueCharacters);
        if (const ByteRange range = m_frame.rangeOf(number); range.length > 0)
            return range.length == 1
                ? QString::number(range.offset)
                : QStringLiteral("%1–%2").arg(range.offset).arg(range.offset + range.length - 1);
        return QString();
    case Qt::AccessibleTextRole: {
        const QString shown = data(index, Qt::DisplayRole).toString();
        if (index.column() != ValueColumn || (field.note.empty() && field.severity == Wire::Severity::None))
            return shown;
        const QString note = data(index, FieldNoteRole).toString();
        return withSeverity(field.severity, note.isEmpty() ? shown : shown + QStringLiteral(", ") + note);
    }
    case Qt::ToolTipRole:
        return asToolTip(safeText(QString::fromStdString(field.note), MaxValueCharacters));
    case FieldNoteRole:
        return safeText(QString::fromStdString(field.note), MaxValueCharacters);
    case SeverityRole:
        return int(field.severity);
    case FieldNodeRole:
        return number;
    default:
        return {};
    }
}

QVariant FieldTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Field");
    case ValueColumn:
        return tr("Value");
    default:
        return tr("Bytes");
    }
}

} // namespace Halyard::Inspector
