// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QHash>
#include <QTimer>

#include "capture/framestore.h"

namespace Halyard::Inspector {

enum class ConnectionColumn : quint8 {
    Number,
    State,
    Peer,
    Transport,
    Security,
    Protocol,
    Negotiated,
    FramesIn,
    FramesOut,
    Rate,
    Queued,
    RoundTrip,
    Problems,
    NotShown,
    LastError,
    CloseReason,
};

/// One row for each conversation, the oldest first. Roles: ConversationRole, SeverityRole (the worst of the
/// row) as for frames.
class ConnectionTableModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit ConnectionTableModel(FrameStore *store, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] int rowOf(quint32 conversation) const;

private:
    struct Rate {
        quint64 frames = 0; ///< at the last look
        quint64 bytes = 0;
        double framesPerSecond = 0;
        double bytesPerSecond = 0;
    };

    void onChanged(const QList<quint32> &numbers);
    void onForgotten(const QList<quint32> &numbers);
    void flush();
    void measure();
    [[nodiscard]] static Wire::Severity severityOf(const ConversationEntry &entry);
    [[nodiscard]] static QString problemsText(const ConversationEntry &entry);
    [[nodiscard]] QString text(const ConversationEntry &entry, ConnectionColumn column) const;
    [[nodiscard]] static QString whyUnknown(const ConversationInfo &info, ConnectionColumn column);

    FrameStore *const m_store;
    QList<quint32> m_rows; ///< numbers of conversations, ascending
    QList<quint32> m_changed;
    QHash<quint32, Rate> m_rates;
    QTimer m_flushTimer;
    QTimer m_rateTimer;
};

} // namespace Halyard::Inspector
