// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractItemModel>

#include "decode/framelayers.h"

namespace Halyard::Inspector {

/// The field tree of one frame. Facts of a field by role: SeverityRole as for frames, and these.
enum FieldRole {
    FieldNoteRole = Qt::UserRole + 100, ///< QString: why the severity
    FieldNodeRole,                      ///< int: number of the node in the ExplainedFrame
};

class FieldTreeModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Column : quint8 { NameColumn, ValueColumn, BytesColumn, ColumnCount };

    explicit FieldTreeModel(QObject *parent = nullptr);

    /// Shares the frame with whoever else shows it.
    void setFrame(const ExplainedFrame &frame);
    [[nodiscard]] const ExplainedFrame &frame() const noexcept { return m_frame; }
    [[nodiscard]] QModelIndex indexOf(int node) const;
    [[nodiscard]] static int nodeOf(const QModelIndex &index);

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ExplainedFrame m_frame;
};

} // namespace Halyard::Inspector
