// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include <QHash>
#include <QObject>
#include <QThreadPool>

#include "capture/capturebatch.h"
#include "capture/framerecord.h"

namespace Halyard::Inspector {

/// What a person has said of a frame.
struct FrameRemark {
    bool marked = false;
    QString comment;
    [[nodiscard]] bool isEmpty() const { return !marked && comment.isEmpty(); }
};

/// Everything a conversation row shows.
struct ConversationEntry {
    ConversationInfo info;
    std::shared_ptr<const Wire::ProtocolFactory> protocol;
    quint64 framesIn = 0;
    quint64 framesOut = 0;
    quint64 bytesIn = 0;
    quint64 bytesOut = 0;
    quint64 warnings = 0;
    quint64 errors = 0;
    quint64 notShown = 0;
    RowNumber lastRow = NoRow; ///< of its frames; NoRow without any
};

/// Every frame that was captured, seen from one thread: facts of all, records of those in memory, and the
/// rest on demand. Rows are only added at the end and forgotten at the front.
class FrameStore : public QObject
{
    Q_OBJECT
public:
    /// `maxConversations`: see CaptureLimits.
    explicit FrameStore(
        std::size_t maxConversations = CaptureLimits().maxConversations, QObject *parent = nullptr);
    ~FrameStore() override;

    void apply(const CaptureBatch &batch);

    [[nodiscard]] RowNumber firstRow() const noexcept { return m_firstRow; } ///< the oldest that is kept
    [[nodiscard]] RowNumber endRow() const noexcept { return m_endRow; }     ///< one behind the newest
    [[nodiscard]] bool contains(RowNumber row) const noexcept { return row >= m_firstRow && row < m_endRow; }
    /// `row` must be contained.
    [[nodiscard]] const FrameFacts &facts(RowNumber row) const;
    [[nodiscard]] QString typeName(quint16 index) const { return m_types.value(index); }
    [[nodiscard]] QString routeName(quint32 index) const { return m_routes.value(index); }
    [[nodiscard]] const QStringList &types() const noexcept { return m_types; }
    [[nodiscard]] const QStringList &routes() const noexcept { return m_routes; }

    /// The record if it is in memory. Otherwise nothing, and after request() recordsArrived() tells when it
    /// is worth asking again.
    [[nodiscard]] std::optional<FrameRecord> record(RowNumber row) const;
    /// The same of its summary alone, which costs little however large the frame is.
    [[nodiscard]] std::optional<QString> summary(RowNumber row) const;
    void request(RowNumber row);
    /// Where the record lies, to be read by another thread.
    [[nodiscard]] BlockPlace place(RowNumber row) const;

    [[nodiscard]] FrameRemark remark(RowNumber row) const { return m_remarks.value(row); }
    void setRemark(RowNumber row, const FrameRemark &remark);
    [[nodiscard]] const QHash<RowNumber, FrameRemark> &remarks() const noexcept { return m_remarks; }

    [[nodiscard]] const std::map<quint32, ConversationEntry> &conversations() const noexcept
    {
        return m_conversations;
    }
    /// Nullptr for one that is forgotten.
    [[nodiscard]] const ConversationEntry *conversation(quint32 number) const;
    /// Also for one that is forgotten while frames of it are kept; nullptr where the protocol is not known.
    [[nodiscard]] std::shared_ptr<const Wire::ProtocolFactory> protocolOf(quint32 conversation) const;
    using Protocols = std::map<quint32, std::shared_ptr<const Wire::ProtocolFactory>>;
    /// Of forgotten conversations with frames.
    [[nodiscard]] Protocols forgottenProtocols() const;
    [[nodiscard]] quint64 forgottenConversations() const noexcept { return m_forgottenCount; }

    /// Of all frames since the beginning, forgotten ones included.
    [[nodiscard]] quint64 errors() const noexcept { return m_errors; }
    [[nodiscard]] quint64 warnings() const noexcept { return m_warnings; }
    [[nodiscard]] quint64 notShown() const noexcept { return m_notShown; }
    [[nodiscard]] qint64 spooledBytes() const noexcept { return m_spooledBytes; }
    /// Bytes in memory: facts and records.
    [[nodiscard]] qint64 memoryBytes() const;

    /// Drops the rows before this one, and everything of them. The block that may be released is returned.
    quint32 forgetBefore(RowNumber row);

Q_SIGNALS:
    void rowsAdded();
    void rowsForgotten();
    /// Facts of a row that was there before have changed.
    void rowChanged(Halyard::Inspector::RowNumber row);
    void remarkChanged(Halyard::Inspector::RowNumber row);
    void conversationsChanged(const QList<quint32> &numbers);
    /// They are gone from conversations().
    void conversationsForgotten(const QList<quint32> &numbers);
    /// Records that were asked for are in memory now.
    void recordsArrived();
    void recordFailed(Halyard::Inspector::RowNumber row, const QString &reason);
    void stopped(const Halyard::Wire::Error &error);

private:
    static constexpr RowNumber ChunkRows = 4'096;
    using Chunk = std::array<FrameFacts, ChunkRows>;

    [[nodiscard]] FrameFacts &factsAt(RowNumber row) const;
    /// The block of its record; null where that is on disk only.
    [[nodiscard]] BlockPointer inMemory(RowNumber row) const;
    void appendFacts(const FrameFacts &facts);
    void count(const FrameFacts &facts, RowNumber row);
    void forgetConversations();
    void arrived(quint32 block, const Wire::Result<BlockPointer> &loaded);
    void keep(quint32 block, const BlockPointer &loaded);

    /// What it takes to explain frames of a conversation that is not listed any more.
    struct Forgotten {
        std::shared_ptr<const Wire::ProtocolFactory> protocol;
        RowNumber lastRow = NoRow;
    };

    const std::size_t m_maxConversations;
    std::deque<std::unique_ptr<Chunk>> m_chunks;
    RowNumber m_chunksBegin = 0; ///< the row at the front of the first chunk
    RowNumber m_firstRow = 0;
    RowNumber m_endRow = 0;
    QStringList m_types {QString()};
    QStringList m_routes {QString()};
    std::deque<BlockPlace> m_blocks;
    quint32 m_blocksBegin = 0;
    std::deque<std::pair<quint32, BlockPointer>> m_loaded; ///< read back from disk, the latest in front
    QHash<quint32, RowNumber> m_loading;                   ///< blocks on their way
    std::shared_ptr<const SpoolFile> m_spool;
    qint64 m_spooledBytes = 0;
    qint64 m_residentBytes = 0;
    QHash<RowNumber, FrameRemark> m_remarks;
    std::map<quint32, ConversationEntry> m_conversations;
    std::map<quint32, Forgotten> m_forgotten; ///< those with frames that are kept
    quint64 m_forgottenCount = 0;
    quint64 m_errors = 0;
    quint64 m_warnings = 0;
    quint64 m_notShown = 0;
    QThreadPool m_readers; ///< its end waits for what still uses this object
};

} // namespace Halyard::Inspector
