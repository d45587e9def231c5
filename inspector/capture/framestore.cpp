// SPDX-License-Identifier: MIT
#include "capture/framestore.h"

#include <QSet>

namespace Halyard::Inspector {

namespace {

/// Blocks read back from disk that are kept, for scrolling and for going back and forth.
constexpr std::size_t MaxLoadedBlocks = 16;

} // namespace

FrameStore::FrameStore(std::size_t maxConversations, QObject *parent)
    : QObject(parent)
    , m_maxConversations(std::max<std::size_t>(maxConversations, 1))
{
    m_readers.setMaxThreadCount(1);
}

FrameStore::~FrameStore() = default;

const FrameFacts &FrameStore::facts(RowNumber row) const { return factsAt(row); }

FrameFacts &FrameStore::factsAt(RowNumber row) const
{
    Q_ASSERT(contains(row));
    const RowNumber at = row - m_chunksBegin;
    return (*m_chunks[at / ChunkRows])[at % ChunkRows];
}

void FrameStore::appendFacts(const FrameFacts &facts)
{
    const RowNumber at = m_endRow - m_chunksBegin;
    if (at / ChunkRows == m_chunks.size())
        m_chunks.push_back(std::make_unique<Chunk>());
    (*m_chunks.back())[at % ChunkRows] = facts;
    ++m_endRow;
}

void FrameStore::count(const FrameFacts &facts, RowNumber row)
{
    const quint64 warnings = facts.severity == Wire::Severity::Warning ? 1 : 0;
    const quint64 errors = facts.severity == Wire::Severity::Error ? 1 : 0;
    m_warnings += warnings;
    m_errors += errors;
    ConversationEntry &state = m_conversations[facts.conversation];
    state.lastRow = row;
    (facts.outgoing ? state.framesOut : state.framesIn) += 1;
    (facts.outgoing ? state.bytesOut : state.bytesIn) += facts.size;
    state.warnings += warnings;
    state.errors += errors;
}

void FrameStore::apply(const CaptureBatch &batch)
{
    m_types += batch.newTypes;
    m_routes += batch.newRoutes;
    if (batch.spool)
        m_spool = batch.spool;
    m_spooledBytes = batch.spooledBytes;
    for (const BlockPointer &block : batch.blocks) {
        m_residentBytes += block->bytes().size();
        m_blocks.push_back({block, nullptr, -1, quint32(block->bytes().size())});
    }
    for (const auto &spooled : batch.spooled) {
        if (spooled.block < m_blocksBegin)
            continue;
        BlockPlace &place = m_blocks[spooled.block - m_blocksBegin];
        place.spool = m_spool;
        place.spoolOffset = spooled.offset;
        place.memory.reset();
        m_residentBytes -= place.length;
    }
    QSet<quint32> changed;
    for (const auto &conversation : batch.conversations) {
        ConversationEntry &state = m_conversations[conversation.info.number];
        state.info = conversation.info;
        state.protocol = conversation.protocol;
        changed.insert(conversation.info.number);
    }
    for (const FrameFacts &facts : batch.rows) {
        count(facts, m_endRow);
        appendFacts(facts);
        changed.insert(facts.conversation);
    }
    for (const auto &notShown : batch.notShown) {
        m_notShown += notShown.count;
        const auto found = m_conversations.find(notShown.conversation);
        if (found == m_conversations.end())
            continue; // forgotten, or nobody knows whose they were
        found->second.notShown += notShown.count;
        changed.insert(notShown.conversation);
    }
    for (const auto &answered : batch.answered) {
        if (!contains(answered.request))
            continue;
        factsAt(answered.request).partner = answered.answer;
        if (answered.request < batch.firstRow)
            Q_EMIT rowChanged(answered.request);
    }
    for (const auto &remark : batch.remarks)
        m_remarks.insert(remark.row, {remark.marked, remark.comment});
    if (!changed.isEmpty())
        Q_EMIT conversationsChanged(changed.values());
    forgetConversations();
    if (!batch.rows.empty())
        Q_EMIT rowsAdded();
    if (batch.stopped)
        Q_EMIT stopped(*batch.stopped);
}

/// Those that are open are bounded where they are accepted; of the others the oldest go.
void FrameStore::forgetConversations()
{
    if (m_conversations.size() <= m_maxConversations)
        return;
    QList<quint32> gone;
    auto each = m_conversations.begin();
    while (m_conversations.size() > m_maxConversations && each != m_conversations.end()) {
        const ConversationEntry &entry = each->second;
        if (entry.info.state != ConversationState::Closed) {
            ++each;
            continue;
        }
        if (contains(entry.lastRow) && entry.protocol)
            m_forgotten[each->first] = {entry.protocol, entry.lastRow};
        gone << each->first;
        each = m_conversations.erase(each);
    }
    m_forgottenCount += quint64(gone.size());
    if (!gone.isEmpty())
        Q_EMIT conversationsForgotten(gone);
}

BlockPlace FrameStore::place(RowNumber row) const
{
    if (!contains(row))
        return {};
    const quint32 block = facts(row).block;
    return block >= m_blocksBegin ? m_blocks[block - m_blocksBegin] : BlockPlace();
}

BlockPointer FrameStore::inMemory(RowNumber row) const
{
    if (!contains(row))
        return nullptr;
    BlockPointer block = place(row).memory;
    for (auto loaded = m_loaded.begin(); !block && loaded != m_loaded.end(); ++loaded) {
        if (loaded->first == facts(row).block)
            block = loaded->second;
    }
    return block;
}

std::optional<FrameRecord> FrameStore::record(RowNumber row) const
{
    const BlockPointer block = inMemory(row);
    return block ? block->record(facts(row).offset) : std::nullopt;
}

std::optional<QString> FrameStore::summary(RowNumber row) const
{
    const BlockPointer block = inMemory(row);
    return block ? block->summary(facts(row).offset) : std::nullopt;
}

void FrameStore::request(RowNumber row)
{
    if (!contains(row) || inMemory(row) || m_loading.contains(facts(row).block))
        return;
    const quint32 block = facts(row).block;
    m_loading.insert(block, row);
    m_readers.start([this, where = place(row), block] {
        auto loaded = where.load();
        QMetaObject::invokeMethod(
            this, [this, block, loaded = std::move(loaded)] { arrived(block, loaded); },
            Qt::QueuedConnection);
    });
}

void FrameStore::arrived(quint32 block, const Wire::Result<BlockPointer> &loaded)
{
    const RowNumber asked = m_loading.take(block);
    if (!loaded) {
        Q_EMIT recordFailed(asked, QString::fromStdString(loaded.error().detail));
        return;
    }
    keep(block, *loaded);
    Q_EMIT recordsArrived();
}

void FrameStore::keep(quint32 block, const BlockPointer &loaded)
{
    m_loaded.emplace_front(block, loaded);
    if (m_loaded.size() > MaxLoadedBlocks)
        m_loaded.pop_back();
}

void FrameStore::setRemark(RowNumber row, const FrameRemark &remark)
{
    if (!contains(row))
        return;
    if (remark.isEmpty())
        m_remarks.remove(row);
    else
        m_remarks.insert(row, remark);
    Q_EMIT remarkChanged(row);
}

const ConversationEntry *FrameStore::conversation(quint32 number) const
{
    const auto found = m_conversations.find(number);
    return found == m_conversations.end() ? nullptr : &found->second;
}

std::shared_ptr<const Wire::ProtocolFactory> FrameStore::protocolOf(quint32 conversation) const
{
    if (const ConversationEntry *entry = this->conversation(conversation))
        return entry->protocol;
    const auto forgotten = m_forgotten.find(conversation);
    return forgotten == m_forgotten.end() ? nullptr : forgotten->second.protocol;
}

FrameStore::Protocols FrameStore::forgottenProtocols() const
{
    Protocols protocols;
    for (const auto &[number, forgotten] : m_forgotten)
        protocols.emplace_hint(protocols.end(), number, forgotten.protocol);
    return protocols;
}

qint64 FrameStore::memoryBytes() const
{
    qint64 bytes = m_residentBytes + qint64(m_chunks.size() * sizeof(Chunk))
        + qint64(m_blocks.size() * sizeof(BlockPlace));
    for (const auto &loaded : m_loaded)
        bytes += loaded.second->bytes().size();
    return bytes;
}

quint32 FrameStore::forgetBefore(RowNumber row)
{
    const RowNumber end = std::min(row, m_endRow);
    if (end <= m_firstRow)
        return m_blocksBegin;
    m_firstRow = end;
    while (!m_chunks.empty() && m_firstRow - m_chunksBegin >= ChunkRows) {
        m_chunks.pop_front();
        m_chunksBegin += ChunkRows;
    }
    const quint32 block
        = m_firstRow < m_endRow ? facts(m_firstRow).block : m_blocksBegin + quint32(m_blocks.size());
    while (m_blocksBegin < block) {
        if (m_blocks.front().memory)
            m_residentBytes -= m_blocks.front().length;
        m_blocks.pop_front();
        ++m_blocksBegin;
    }
    std::erase_if(m_forgotten, [this](const auto &each) { return each.second.lastRow < m_firstRow; });
    m_remarks.removeIf([this](const auto &remark) { return remark.key() < m_firstRow; });
    Q_EMIT rowsForgotten();
    return block;
}

} // namespace Halyard::Inspector
