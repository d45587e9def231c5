// SPDX-License-Identifier: MIT
#include "models/connectiontablemodel.h"

#include <algorithm>
#include <chrono>

#include <QLocale>

#include "decode/errortext.h"
#include "decode/safetext.h"
#include "models/frametablemodel.h"
#include "models/severitytext.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

constexpr int ColumnCount = int(ConnectionColumn::CloseReason) + 1;
constexpr auto FlushDelay = 100ms;
constexpr auto RateInterval = 1s;

} // namespace

ConnectionTableModel::ConnectionTableModel(FrameStore *store, QObject *parent)
    : QAbstractTableModel(parent)
    , m_store(store)
    , m_flushTimer(this)
    , m_rateTimer(this)
{
    for (const auto &[number, entry] : store->conversations())
        m_rows << number;
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(FlushDelay);
    connect(&m_flushTimer, &QTimer::timeout, this, &ConnectionTableModel::flush);
    m_rateTimer.setInterval(RateInterval);
    connect(&m_rateTimer, &QTimer::timeout, this, &ConnectionTableModel::measure);
    m_rateTimer.start();
    connect(store, &FrameStore::conversationsChanged, this, &ConnectionTableModel::onChanged);
    connect(store, &FrameStore::conversationsForgotten, this, &ConnectionTableModel::onForgotten);
}

void ConnectionTableModel::onChanged(const QList<quint32> &numbers)
{
    for (const quint32 number : numbers) {
        if (!m_changed.contains(number))
            m_changed << number;
    }
    if (!m_flushTimer.isActive())
        m_flushTimer.start();
}

void ConnectionTableModel::onForgotten(const QList<quint32> &numbers)
{
    for (const quint32 number : numbers) {
        m_rates.remove(number);
        const int row = rowOf(number);
        if (row < 0)
            continue;
        beginRemoveRows({}, row, row);
        m_rows.removeAt(row);
        endRemoveRows();
    }
}

void ConnectionTableModel::flush()
{
    std::sort(m_changed.begin(), m_changed.end());
    for (const quint32 number : std::exchange(m_changed, {})) {
        if (!m_store->conversation(number))
            continue; // forgotten meanwhile
        const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), number);
        const int row = int(at - m_rows.begin());
        if (at != m_rows.end() && *at == number) {
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
            continue;
        }
        beginInsertRows({}, row, row);
        m_rows.insert(row, number);
        endInsertRows();
    }
}

void ConnectionTableModel::measure()
{
    const double interval = std::chrono::duration<double>(RateInterval).count();
    for (int row = 0; row < int(m_rows.size()); ++row) {
        const ConversationEntry *entry = m_store->conversation(m_rows[row]);
        Rate &rate = m_rates[m_rows[row]];
        const quint64 frames = entry->framesIn + entry->framesOut;
        const quint64 bytes = entry->bytesIn + entry->bytesOut;
        const bool quiet = frames == rate.frames && rate.framesPerSecond == 0;
        rate.framesPerSecond = double(frames - std::exchange(rate.frames, frames)) / interval;
        rate.bytesPerSecond = double(bytes - std::exchange(rate.bytes, bytes)) / interval;
        if (!quiet)
            Q_EMIT dataChanged(
                index(row, int(ConnectionColumn::Rate)), index(row, int(ConnectionColumn::Rate)));
    }
}

int ConnectionTableModel::rowOf(quint32 conversation) const
{
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), conversation);
    return at != m_rows.end() && *at == conversation ? int(at - m_rows.begin()) : -1;
}

int ConnectionTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ConnectionTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ConnectionTableModel::problemsText(const ConversationEntry &entry)
{
    QStringList kinds;
    if (entry.errors > 0)
        kinds << tr("errors: %1").arg(entry.errors);
    if (entry.warnings > 0)
        kinds << tr("warnings: %1").arg(entry.warnings);
    return kinds.join(QStringLiteral(", "));
}

Wire::Severity ConnectionTableModel::severityOf(const ConversationEntry &entry)
{
    if (entry.errors > 0 || entry.info.lastError)
        return Wire::Severity::Error;
    return entry.warnings > 0 || entry.notShown > 0 ? Wire::Severity::Warning : Wire::Severity::None;
}

QString ConnectionTableModel::text(const ConversationEntry &entry, ConnectionColumn column) const
{
    const ConversationInfo &info = entry.info;
    const QLocale locale;
    switch (column) {
    case ConnectionColumn::Number:
        return QString::number(info.number);
    case ConnectionColumn::State:
        switch (info.state) {
        case ConversationState::Connecting:
            return tr("connecting");
        case ConversationState::Open:
            return tr("open");
        case ConversationState::Closing:
            return tr("closing");
        case ConversationState::Closed:
            return tr("closed");
        }
        return {};
    case ConnectionColumn::Peer:
        return safeText(info.peer, 255);
    case ConnectionColumn::Transport:
        return safeText(info.transport, 64);
    case ConnectionColumn::Security:
        return info.cipher.isEmpty() ? safeText(info.tlsVersion, 64)
                                     : safeText(info.tlsVersion + u' ' + info.cipher, 128);
    case ConnectionColumn::Protocol:
        return safeText(info.protocol, 64);
    case ConnectionColumn::Negotiated:
        return safeText(info.negotiated, 255);
    case ConnectionColumn::FramesIn:
        return tr("%1 (%2)").arg(
            locale.toString(entry.framesIn), locale.formattedDataSize(qint64(entry.bytesIn)));
    case ConnectionColumn::FramesOut:
        return tr("%1 (%2)").arg(
            locale.toString(entry.framesOut), locale.formattedDataSize(qint64(entry.bytesOut)));
    case ConnectionColumn::Rate: {
        const Rate rate = m_rates.value(info.number);
        return tr("%1/s, %2/s")
            .arg(locale.toString(rate.framesPerSecond, 'f', 0),
                locale.formattedDataSize(qint64(rate.bytesPerSecond)));
    }
    case ConnectionColumn::Queued:
        return info.queuedBytes > 0 ? locale.formattedDataSize(info.queuedBytes) : QString();
    case ConnectionColumn::RoundTrip:
        return info.roundTripMicroseconds
            ? tr("%1 ms").arg(locale.toString(double(*info.roundTripMicroseconds) / 1e3, 'f', 2))
            : QString();
    case ConnectionColumn::Problems:
        return problemsText(entry);
    case ConnectionColumn::NotShown:
        return entry.notShown > 0 ? locale.toString(entry.notShown) : QString();
    case ConnectionColumn::LastError:
        return info.lastError ? safeText(info.lastError.toString(), 1'024) : QString();
    case ConnectionColumn::CloseReason:
        return safeText(info.closeReason, 1'024);
    }
    return {};
}

/// What stands behind the dash of a cell whose value nobody can know, or not yet.
QString ConnectionTableModel::whyUnknown(const ConversationInfo &info, ConnectionColumn column)
{
    const bool onlyWatched = info.viewpoint == Viewpoint::Between || info.viewpoint == Viewpoint::File;
    switch (column) {
    case ConnectionColumn::Security:
        return info.viewpoint == Viewpoint::File ? tr("A capture does not tell how its bytes were protected.")
                                                 : tr("This connection is not protected by TLS.");
    case ConnectionColumn::Negotiated:
        return tr("Nothing was negotiated yet, or the protocol does not tell.");
    case ConnectionColumn::Queued:
        return info.viewpoint == Viewpoint::File ? tr("A capture does not tell what waited to leave.")
                                                 : tr("Nothing waits to leave.");
    case ConnectionColumn::RoundTrip:
        return onlyWatched
            ? tr("Measured where a question that is answered at once, such as a heartbeat, and "
                 "its answer pass by. None has yet.")
            : tr("Measured with each heartbeat of the protocol. None was answered yet.");
    default:
        return {};
    }
}

QVariant ConnectionTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ConversationEntry *entry = m_store->conversation(m_rows[index.row()]);
    if (!entry)
        return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: {
        const auto column = ConnectionColumn(index.column());
        const QString shown = text(*entry, column);
        const Error &error = entry->info.lastError;
        if (role == Qt::ToolTipRole && error
            && (column == ConnectionColumn::LastError || column == ConnectionColumn::CloseReason))
            return asToolTip(errorText(error, entry->info.peer).toLines());
        if (!shown.isEmpty())
            return role == Qt::ToolTipRole ? asToolTip(shown) : shown;
        const QString why = whyUnknown(entry->info, column);
        if (role == Qt::ToolTipRole || why.isEmpty())
            return why;
        return QStringLiteral("–");
    }
    case Qt::AccessibleTextRole: {
        const QString shown = text(*entry, ConnectionColumn(index.column()));
        return ConnectionColumn(index.column()) == ConnectionColumn::Number
            ? withSeverity(severityOf(*entry), shown)
            : shown;
    }
    case ConversationRole:
        return entry->info.number;
    case SeverityRole:
        return int(severityOf(*entry));
    default:
        return {};
    }
}

QVariant ConnectionTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (ConnectionColumn(section)) {
    case ConnectionColumn::Number:
        return tr("Conn");
    case ConnectionColumn::State:
        return tr("State");
    case ConnectionColumn::Peer:
        return tr("Peer");
    case ConnectionColumn::Transport:
        return tr("Transport");
    case ConnectionColumn::Security:
        return tr("TLS");
    case ConnectionColumn::Protocol:
        return tr("Protocol");
    case ConnectionColumn::Negotiated:
        return tr("Negotiated");
    case ConnectionColumn::FramesIn:
        return tr("Frames in");
    case ConnectionColumn::FramesOut:
        return tr("Frames out");
    case ConnectionColumn::Rate:
        return tr("Rate");
    case ConnectionColumn::Queued:
        return tr("Queued");
    case ConnectionColumn::RoundTrip:
        return tr("Round trip");
    case ConnectionColumn::Problems:
        return tr("Problems");
    case ConnectionColumn::NotShown:
        return tr("Not shown");
    case ConnectionColumn::LastError:
        return tr("Last error");
    case ConnectionColumn::CloseReason:
        return tr("Closed because");
    }
    return {};
}

} // namespace Halyard::Inspector
