// SPDX-License-Identifier: MIT
#include "models/framefiltermodel.h"

#include <algorithm>

#include <QElapsedTimer>

namespace Halyard::Inspector {

namespace {

constexpr qint64 SliceMilliseconds = 4;
constexpr int RowsBetweenLooksAtTheClock = 256;
constexpr RowNumber RecordsPerJob = 1'024;
/// Changes of more rows than this cannot be about marks or answers.
constexpr int MaxRowsJudgedAgain = 64;

} // namespace

FrameFilterModel::FrameFilterModel(FrameTableModel *frames, QObject *parent)
    : QAbstractProxyModel(parent)
    , m_frames(frames)
    , m_sliceTimer(this)
{
    m_readers.setMaxThreadCount(1);
    m_sliceTimer.setSingleShot(true);
    m_sliceTimer.setInterval(0);
    connect(&m_sliceTimer, &QTimer::timeout, this, &FrameFilterModel::scanSlice);
    setSourceModel(frames);
    m_allRows = frames->rowCount();
    connectSource();
}

FrameFilterModel::~FrameFilterModel() = default;

void FrameFilterModel::connectSource()
{
    connect(m_frames, &QAbstractItemModel::rowsAboutToBeInserted, this,
        [this](const QModelIndex &, int first, int last) {
            if (m_filter.isEmpty())
                beginInsertRows({}, first, last);
        });
    connect(m_frames, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_filter.isEmpty())
            return scheduleScan();
        m_allRows = m_frames->rowCount();
        endInsertRows();
    });
    connect(m_frames, &QAbstractItemModel::rowsAboutToBeRemoved, this,
        [this](const QModelIndex &, int first, int last) {
            if (m_filter.isEmpty())
                beginRemoveRows({}, first, last);
        });
    connect(m_frames, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex &, int, int last) {
        if (!m_filter.isEmpty())
            return onFrontRemoved(last + 1);
        m_allRows = m_frames->rowCount();
        endRemoveRows();
    });
    connect(m_frames, &QAbstractItemModel::modelAboutToBeReset, this, [this] { beginResetModel(); });
    connect(m_frames, &QAbstractItemModel::modelReset, this, [this] {
        restart();
        endResetModel();
    });
    connect(m_frames, &QAbstractItemModel::dataChanged, this, &FrameFilterModel::onDataChanged);
    const FrameStore *store = m_frames->store();
    connect(store, &FrameStore::conversationsChanged, this, [this] { m_scope.reset(); });
    connect(store, &FrameStore::remarkChanged, this, [this] { m_scope.reset(); });
}

RowNumber FrameFilterModel::endOfFrames() const { return m_frames->rowNumber(m_frames->rowCount()); }

bool FrameFilterModel::isScanning() const { return !m_filter.isEmpty() && m_scanned < endOfFrames(); }

void FrameFilterModel::setFilter(const FilterExpression &filter)
{
    beginResetModel();
    m_filter = filter;
    restart();
    endResetModel();
}

void FrameFilterModel::restart()
{
    ++m_run;
    m_recordsOnTheWay = false;
    m_passing.clear();
    m_passing.shrink_to_fit();
    m_allRows = m_frames->rowCount();
    m_scanned = m_frames->rowNumber(0);
    m_scope.reset();
    scheduleScan();
}

void FrameFilterModel::scheduleScan()
{
    if (isScanning() && !m_recordsOnTheWay && !m_sliceTimer.isActive())
        m_sliceTimer.start();
    if (isScanning() != m_wasScanning) {
        m_wasScanning = isScanning();
        Q_EMIT scanningChanged();
    }
}

const FilterScope &FrameFilterModel::scope()
{
    if (!m_scope)
        m_scope = std::make_shared<const FilterScope>(*m_frames->store());
    return *m_scope;
}

qint64 FrameFilterModel::partnerTime(const FrameFacts &facts) const
{
    const FrameStore *store = m_frames->store();
    return store->contains(facts.partner) ? store->facts(facts.partner).time : 0;
}

void FrameFilterModel::scanSlice()
{
    if (!isScanning())
        return scheduleScan();
    if (m_filter.needsRecord())
        return scanRecords();
    const FilterScope &common = scope();
    const RowNumber end = endOfFrames();
    std::vector<RowNumber> passing;
    QElapsedTimer clock;
    clock.start();
    while (m_scanned < end && !clock.hasExpired(SliceMilliseconds)) {
        for (int i = 0; i < RowsBetweenLooksAtTheClock && m_scanned < end; ++i, ++m_scanned) {
            const FrameFacts &facts = m_frames->store()->facts(m_scanned);
            if (m_filter.passes(FrameSubject(common, m_scanned, facts, partnerTime(facts))))
                passing.push_back(m_scanned);
        }
    }
    append(passing);
    scheduleScan();
}

void FrameFilterModel::scanRecords()
{
    const FrameStore *store = m_frames->store();
    const RowNumber end = std::min(endOfFrames(), m_scanned + RecordsPerJob);
    std::vector<Candidate> candidates;
    candidates.reserve(end - m_scanned);
    for (RowNumber row = m_scanned; row < end; ++row) {
        const FrameFacts &facts = store->facts(row);
        candidates.push_back({row, facts, partnerTime(facts), store->place(row)});
    }
    (void)scope();
    m_recordsOnTheWay = true;
    m_readers.start(
        [this, run = m_run, end, filter = m_filter, common = m_scope, candidates = std::move(candidates)] {
            std::vector<RowNumber> passing;
            BlockPointer block;
            quint32 blockNumber = 0;
            for (const Candidate &candidate : candidates) {
                if (!block || candidate.facts.block != blockNumber) {
                    const auto loaded = candidate.place.load();
                    block = loaded ? *loaded : nullptr;
                    blockNumber = candidate.facts.block;
                }
                const auto record = block ? block->record(candidate.facts.offset) : std::nullopt;
                const FrameSubject subject(*common, candidate.row, candidate.facts, candidate.partnerTime,
                    record ? &*record : nullptr);
                if (filter.passes(subject))
                    passing.push_back(candidate.row);
            }
            QMetaObject::invokeMethod(
                this, [this, run, end, passing = std::move(passing)] { recordsScanned(run, end, passing); },
                Qt::QueuedConnection);
        });
}

void FrameFilterModel::recordsScanned(quint64 run, RowNumber end, const std::vector<RowNumber> &passing)
{
    if (run != m_run)
        return;
    m_recordsOnTheWay = false;
    m_scanned = std::max(m_scanned, end);
    append(passing);
    scheduleScan();
}

void FrameFilterModel::append(const std::vector<RowNumber> &passing)
{
    // Frames may have been forgotten while another thread looked at them.
    const auto first = std::lower_bound(passing.begin(), passing.end(), m_frames->rowNumber(0));
    if (first == passing.end())
        return;
    const int begin = int(m_passing.size());
    beginInsertRows({}, begin, begin + int(passing.end() - first) - 1);
    m_passing.insert(m_passing.end(), first, passing.end());
    endInsertRows();
}

void FrameFilterModel::onFrontRemoved(int)
{
    const RowNumber begin = m_frames->rowNumber(0);
    m_scanned = std::max(m_scanned, begin);
    const auto end = std::lower_bound(m_passing.begin(), m_passing.end(), begin);
    if (end == m_passing.begin())
        return;
    beginRemoveRows({}, 0, int(end - m_passing.begin()) - 1);
    m_passing.erase(m_passing.begin(), end);
    endRemoveRows();
}

void FrameFilterModel::onDataChanged(
    const QModelIndex &first, const QModelIndex &last, const QList<int> &roles)
{
    if (m_filter.isEmpty()) {
        Q_EMIT dataChanged(index(first.row(), first.column()), index(last.row(), last.column()), roles);
        return;
    }
    if (last.row() - first.row() < MaxRowsJudgedAgain) {
        for (int row = first.row(); row <= last.row(); ++row)
            judgeAgain(m_frames->rowNumber(row));
    }
    const auto begin = std::lower_bound(m_passing.begin(), m_passing.end(), m_frames->rowNumber(first.row()));
    const auto end = std::upper_bound(begin, m_passing.end(), m_frames->rowNumber(last.row()));
    if (begin != end)
        Q_EMIT dataChanged(index(int(begin - m_passing.begin()), first.column()),
            index(int(end - m_passing.begin()) - 1, last.column()), roles);
}

void FrameFilterModel::judgeAgain(RowNumber row)
{
    const bool mayChange = m_filter.uses(FilterFieldId::Marked) || m_filter.uses(FilterFieldId::Comment)
        || m_filter.uses(FilterFieldId::Answered) || m_filter.uses(FilterFieldId::Duration);
    if (!mayChange || row >= m_scanned)
        return;
    m_scope.reset(); // remarks are part of it
    const FrameFacts &facts = m_frames->store()->facts(row);
    std::optional<FrameRecord> record;
    if (m_filter.needsRecord()) {
        record = m_frames->store()->record(row);
        if (!record)
            return; // on disk; it keeps its place until the filter is set again
    }
    const bool passes
        = m_filter.passes(FrameSubject(scope(), row, facts, partnerTime(facts), record ? &*record : nullptr));
    const auto at = std::lower_bound(m_passing.begin(), m_passing.end(), row);
    const bool present = at != m_passing.end() && *at == row;
    const int place = int(at - m_passing.begin());
    if (passes && !present) {
        beginInsertRows({}, place, place);
        m_passing.insert(at, row);
        endInsertRows();
    } else if (!passes && present) {
        beginRemoveRows({}, place, place);
        m_passing.erase(at);
        endRemoveRows();
    }
}

RowNumber FrameFilterModel::rowNumber(int row) const
{
    if (m_filter.isEmpty())
        return m_frames->rowNumber(row);
    return std::size_t(row) < m_passing.size() ? m_passing[std::size_t(row)] : NoRow;
}

int FrameFilterModel::rowOf(RowNumber number) const
{
    if (m_filter.isEmpty())
        return m_frames->rowOf(number);
    const auto at = std::lower_bound(m_passing.begin(), m_passing.end(), number);
    return at != m_passing.end() && *at == number ? int(at - m_passing.begin()) : -1;
}

QModelIndex FrameFilterModel::mapToSource(const QModelIndex &proxy) const
{
    if (!proxy.isValid())
        return {};
    return m_frames->index(m_frames->rowOf(rowNumber(proxy.row())), proxy.column());
}

QModelIndex FrameFilterModel::mapFromSource(const QModelIndex &source) const
{
    if (!source.isValid())
        return {};
    const int row = rowOf(m_frames->rowNumber(source.row()));
    return row < 0 ? QModelIndex() : index(row, source.column());
}

QModelIndex FrameFilterModel::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex FrameFilterModel::parent(const QModelIndex &) const { return {}; }

int FrameFilterModel::rowCount(const QModelIndex &parent) const
{
    if (parent.isValid())
        return 0;
    return m_filter.isEmpty() ? m_allRows : int(m_passing.size());
}

/// Not asked of the source as the base class does: it loses its rows before this model does.
bool FrameFilterModel::hasChildren(const QModelIndex &parent) const
{
    return rowCount(parent) > 0 && columnCount(parent) > 0;
}

int FrameFilterModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_frames->columnCount();
}

QVariant FrameFilterModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_frames->headerData(section, orientation, role);
}

} // namespace Halyard::Inspector
