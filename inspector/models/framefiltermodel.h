// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include <QAbstractProxyModel>
#include <QThreadPool>
#include <QTimer>

#include "decode/filterexpression.h"
#include "decode/framesubject.h"
#include "models/frametablemodel.h"

namespace Halyard::Inspector {

/// The frames that pass a filter, in their order. Never blocks: facts are looked at in slices of a few
/// milliseconds, bytes in another thread, and rows appear as they are found.
class FrameFilterModel : public QAbstractProxyModel
{
    Q_OBJECT
public:
    explicit FrameFilterModel(FrameTableModel *frames, QObject *parent = nullptr);
    ~FrameFilterModel() override;

    void setFilter(const FilterExpression &filter);
    [[nodiscard]] const FilterExpression &filter() const noexcept { return m_filter; }
    /// Whether frames are still waiting to be looked at.
    [[nodiscard]] bool isScanning() const;

    [[nodiscard]] FrameTableModel *frames() const noexcept { return m_frames; }
    [[nodiscard]] RowNumber rowNumber(int row) const;
    /// The row of that frame, or -1 where it does not pass or was not looked at yet.
    [[nodiscard]] int rowOf(RowNumber number) const;

    [[nodiscard]] QModelIndex mapToSource(const QModelIndex &proxy) const override;
    [[nodiscard]] QModelIndex mapFromSource(const QModelIndex &source) const override;
    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void scanningChanged();

private:
    struct Candidate {
        RowNumber row = 0;
        FrameFacts facts;
        qint64 partnerTime = 0;
        BlockPlace place;
    };

    void connectSource();
    void restart();
    void scheduleScan();
    void scanSlice();
    void scanRecords();
    void recordsScanned(quint64 run, RowNumber end, const std::vector<RowNumber> &passing);
    void append(const std::vector<RowNumber> &passing);
    void onDataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles);
    void onFrontRemoved(int count);
    void judgeAgain(RowNumber row);
    [[nodiscard]] RowNumber endOfFrames() const;
    [[nodiscard]] qint64 partnerTime(const FrameFacts &facts) const;
    const FilterScope &scope();

    FrameTableModel *const m_frames;
    FilterExpression m_filter;
    std::vector<RowNumber> m_passing; ///< ascending; unused while the filter is empty
    int m_allRows = 0;                ///< rows while the filter is empty
    RowNumber m_scanned = 0;          ///< one behind the last frame that was looked at
    quint64 m_run = 0;                ///< results of earlier runs are of no use
    bool m_recordsOnTheWay = false;
    bool m_wasScanning = false;
    std::shared_ptr<const FilterScope> m_scope;
    QTimer m_sliceTimer;
    QThreadPool m_readers; ///< its end waits for what still uses this object
};

} // namespace Halyard::Inspector
