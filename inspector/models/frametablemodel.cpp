// SPDX-License-Identifier: MIT
#include "models/frametablemodel.h"

#include <chrono>

#include <QDateTime>

#include "decode/safetext.h"
#include "models/severitytext.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

/// Together with the capture's own batches this keeps insertions at about 20 a second.
constexpr auto FlushDelay = 50ms;
constexpr int ColumnCount = int(FrameColumn::Summary) + 1;

QString seconds(qint64 nanoseconds)
{
    const qint64 microseconds = std::abs(nanoseconds / 1'000);
    const QString text = QStringLiteral("%1.%2")
                             .arg(microseconds / 1'000'000)
                             .arg(microseconds % 1'000'000, 6, 10, QLatin1Char('0'));
    return nanoseconds < 0 ? u'-' + text : text;
}

/// Numbers stand below each other.
Qt::Alignment alignmentOf(FrameColumn column)
{
    switch (column) {
    case FrameColumn::Number:
    case FrameColumn::Time:
    case FrameColumn::Connection:
    case FrameColumn::Id:
    case FrameColumn::Size:
    case FrameColumn::Duration:
        return Qt::AlignRight | Qt::AlignVCenter;
    default:
        return Qt::AlignLeft | Qt::AlignVCenter;
    }
}

} // namespace

FrameTableModel::FrameTableModel(FrameStore *store, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_flushTimer(this)
    , m_first(store->firstRow())
    , m_end(store->endRow())
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(FlushDelay);
    connect(&m_flushTimer, &QTimer::timeout, this, &FrameTableModel::flush);
    connect(store, &FrameStore::rowsAdded, this, [this] {
        if (m_paused)
            Q_EMIT waitingRowsChanged();
        else if (!m_flushTimer.isActive())
            m_flushTimer.start();
    });
    connect(store, &FrameStore::rowsForgotten, this, &FrameTableModel::onRowsForgotten);
    connect(store, &FrameStore::rowChanged, this, &FrameTableModel::changed);
    connect(store, &FrameStore::remarkChanged, this, &FrameTableModel::changed);
    connect(store, &FrameStore::recordsArrived, this, [this] {
        // Only summaries come from records; views ask again for the few that they show.
        if (m_end > m_first)
            Q_EMIT dataChanged(index(0, int(FrameColumn::Summary)),
                index(rowCount() - 1, int(FrameColumn::Summary)), {Qt::DisplayRole});
    });
}

int FrameTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_end - m_first);
}

int FrameTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

int FrameTableModel::rowOf(RowNumber number) const
{
    return number >= m_first && number < m_end ? int(number - m_first) : -1;
}

int FrameTableModel::waitingRows() const { return int(m_store->endRow() - m_end); }

void FrameTableModel::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    m_flushTimer.stop();
    if (!paused)
        flush();
    Q_EMIT waitingRowsChanged();
}

void FrameTableModel::flush()
{
    const RowNumber end = m_store->endRow();
    if (end == m_end)
        return;
    beginInsertRows({}, int(m_end - m_first), int(end - m_first) - 1);
    m_end = end;
    endInsertRows();
}

void FrameTableModel::onRowsForgotten()
{
    const RowNumber first = std::min(m_store->firstRow(), m_end);
    if (first <= m_first)
        return;
    beginRemoveRows({}, 0, int(first - m_first) - 1);
    m_first = first;
    endRemoveRows();
}

RowNumber FrameTableModel::showFrom(RowNumber number)
{
    const RowNumber before = m_first;
    const RowNumber wanted = std::clamp(number, m_store->firstRow(), m_store->endRow());
    if (wanted == before)
        return before;
    beginResetModel();
    m_first = wanted;
    m_end = std::max(m_end, wanted);
    endResetModel();
    Q_EMIT waitingRowsChanged();
    return before;
}

void FrameTableModel::setTimeDisplay(TimeDisplay display)
{
    m_timeDisplay = display;
    if (m_end > m_first)
        Q_EMIT dataChanged(index(0, int(FrameColumn::Time)), index(rowCount() - 1, int(FrameColumn::Time)),
            {Qt::DisplayRole});
}

void FrameTableModel::changed(RowNumber number)
{
    const int row = rowOf(number);
    if (row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

QString FrameTableModel::timeText(RowNumber number, const FrameFacts &facts) const
{
    switch (m_timeDisplay) {
    case TimeDisplay::Absolute:
        return QDateTime::fromMSecsSinceEpoch(facts.time / 1'000'000)
                   .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss."))
            + QStringLiteral("%1").arg(facts.time / 1'000 % 1'000'000, 6, 10, QLatin1Char('0'));
    case TimeDisplay::SincePrevious:
        return number > m_store->firstRow() ? seconds(facts.time - m_store->facts(number - 1).time)
                                            : seconds(0);
    case TimeDisplay::SinceStart:
        break;
    }
    return seconds(facts.time - m_store->facts(m_store->firstRow()).time);
}

QString FrameTableModel::durationText(const FrameFacts &facts) const
{
    if (!m_store->contains(facts.partner))
        return {};
    const qint64 microseconds = std::abs(m_store->facts(facts.partner).time - facts.time) / 1'000;
    if (microseconds < 1'000)
        return tr("%1 µs").arg(microseconds);
    if (microseconds < 10'000'000)
        return tr("%1 ms").arg(double(microseconds) / 1e3, 0, 'f', microseconds < 100'000 ? 2 : 0);
    return tr("%1 s").arg(double(microseconds) / 1e6, 0, 'f', 1);
}

QString FrameTableModel::text(RowNumber number, const FrameFacts &facts, FrameColumn column) const
{
    switch (column) {
    case FrameColumn::Number:
        return QString::number(number + 1);
    case FrameColumn::Time:
        return timeText(number, facts);
    case FrameColumn::Direction:
        return facts.outgoing ? tr("out") : tr("in");
    case FrameColumn::Connection:
        return QString::number(facts.conversation);
    case FrameColumn::Type:
        return safeText(m_store->typeName(facts.type));
    case FrameColumn::Route:
        return safeText(m_store->routeName(facts.route));
    case FrameColumn::Id:
        return facts.call == 0 ? QString() : QString::number(facts.call);
    case FrameColumn::Size:
        return QString::number(facts.size);
    case FrameColumn::Duration:
        return durationText(facts);
    case FrameColumn::Summary:
        break;
    }
    if (const auto summary = m_store->summary(number))
        return safeText(*summary);
    m_store->request(number); // it is on disk; recordsArrived() brings us back
    return QString(QChar(0x2026));
}

/// With what the delegate draws beside the text.
QString FrameTableModel::spokenText(RowNumber number, const FrameFacts &facts, FrameColumn column) const
{
    QString shown = text(number, facts, column);
    const FrameRemark remark = m_store->remark(number);
    switch (column) {
    case FrameColumn::Number:
        return remark.marked ? tr("%1, marked").arg(shown) : shown;
    case FrameColumn::Direction:
        switch (facts.kind) {
        case FrameKind::Plain:
            return shown;
        case FrameKind::Request:
            return tr("%1, request").arg(shown);
        case FrameKind::Answer:
            return tr("%1, answer").arg(shown);
        }
        return shown;
    case FrameColumn::Summary: {
        const bool isNote = facts.severity == Wire::Severity::Note; // those are for the tree
        const QString summary = isNote ? shown : withSeverity(facts.severity, shown);
        return remark.comment.isEmpty() ? summary
                                        : tr("%1, comment: %2").arg(summary, safeLines(remark.comment));
    }
    default:
        return shown;
    }
}

QVariant FrameTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const RowNumber number = rowNumber(index.row());
    if (!m_store->contains(number))
        return {};
    const FrameFacts &facts = m_store->facts(number);
    const auto column = FrameColumn(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(number, facts, column);
    case Qt::AccessibleTextRole:
        return spokenText(number, facts, column);
    case Qt::TextAlignmentRole:
        return int(alignmentOf(column));
    case RowNumberRole:
        return number;
    case SeverityRole:
        return int(facts.severity);
    case OutgoingRole:
        return facts.outgoing;
    case KindRole:
        return int(facts.kind);
    case MarkedRole:
        return m_store->remark(number).marked;
    case CommentRole:
        return safeLines(m_store->remark(number).comment); // it may come out of somebody else's file
    case TimeRole:
        return facts.time;
    case PartnerRole:
        return facts.partner;
    case ConversationRole:
        return facts.conversation;
    case CompleteRole:
        return facts.complete;
    default:
        return {};
    }
}

QVariant FrameTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(alignmentOf(FrameColumn(section)));
    if (role != Qt::DisplayRole)
        return {};
    switch (FrameColumn(section)) {
    case FrameColumn::Number:
        return tr("No.");
    case FrameColumn::Time:
        return tr("Time");
    case FrameColumn::Direction:
        return tr("Dir");
    case FrameColumn::Connection:
        return tr("Conn");
    case FrameColumn::Type:
        return tr("Type");
    case FrameColumn::Route:
        return tr("Route");
    case FrameColumn::Id:
        return tr("Call");
    case FrameColumn::Size:
        return tr("Bytes");
    case FrameColumn::Duration:
        return tr("Answered");
    case FrameColumn::Summary:
        return tr("Summary");
    }
    return {};
}

} // namespace Halyard::Inspector
