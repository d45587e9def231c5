// SPDX-License-Identifier: MIT
#include "app/capturesaver.h"

#include <chrono>

#include <QSaveFile>
#include <QSet>

namespace Halyard::Inspector {

namespace {

struct Entry {
    FrameFacts facts;
    FrameRemark remark;
    BlockPlace block;
};

constexpr qsizetype RowsPerSlice = 4'096;

} // namespace

/// One file on its way. Either the user interface's thread prepares a slice, or the writing thread uses it.
struct CaptureSaver::Writing {
    Writing(const QString &fileName, CaptureFormat format)
        : file(fileName)
        , writer(&file, format)
    { }

    Error add(const std::vector<CapturedConversation> &fresh, const std::vector<Entry> &entries)
    {
        if (!file.isOpen() && !file.open(QIODevice::WriteOnly))
            return failed();
        for (const CapturedConversation &conversation : fresh) {
            if (auto added = writer.add(conversation); !added)
                return added.error();
        }
        for (const Entry &entry : entries) {
            if (Error error = add(entry))
                return error;
        }
        return {};
    }

    Error add(const Entry &entry)
    {
        const auto block = entry.block.load();
        if (!block)
            return block.error();
        const auto record = (*block)->record(entry.facts.offset);
        if (!record)
            return {};
        CapturedBytes bytes;
        bytes.conversation = entry.facts.conversation;
        bytes.direction = entry.facts.direction;
        bytes.time = std::chrono::system_clock::time_point(
            std::chrono::duration_cast<std::chrono::system_clock::duration>(
                std::chrono::nanoseconds(entry.facts.time)));
        bytes.bytes = record->frame;
        bytes.comment = entry.remark.comment;
        bytes.marked = entry.remark.marked;
        ++frames;
        const auto written = writer.write(bytes);
        return written ? Error() : Error(written.error());
    }

    [[nodiscard]] Error failed() const
    {
        return {ErrorCode::FileFailed, ErrorOrigin::Local, file.errorString()};
    }

    QSaveFile file;
    PcapngWriter writer;
    QList<RowNumber> rows;
    qsizetype next = 0; ///< of rows
    qint64 frames = 0;
    QSet<quint32> conversations; ///< that the file knows
};

CaptureSaver::CaptureSaver(const FrameStore *store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    m_writers.setMaxThreadCount(1);
}

void CaptureSaver::save(const QString &fileName, CaptureFormat format, const QList<RowNumber> &rows)
{
    auto writing = std::make_shared<Writing>(fileName, format);
    writing->rows = rows;
    writeSlice(writing);
}

void CaptureSaver::writeSlice(const std::shared_ptr<Writing> &writing)
{
    std::vector<Entry> entries;
    std::vector<CapturedConversation> fresh;
    const qsizetype end = std::min(writing->rows.size(), writing->next + RowsPerSlice);
    for (; writing->next < end; ++writing->next) {
        const RowNumber row = writing->rows[writing->next];
        if (!m_store->contains(row))
            continue;
        const FrameFacts &facts = m_store->facts(row);
        entries.push_back({facts, m_store->remark(row), m_store->place(row)});
        if (writing->conversations.contains(facts.conversation))
            continue;
        writing->conversations.insert(facts.conversation);
        CapturedConversation conversation;
        if (const auto *entry = m_store->conversation(facts.conversation)) {
            conversation = entry->info.addresses;
            conversation.protocol = entry->info.protocol;
            conversation.transport = entry->info.transport;
            conversation.seenFromServer = entry->info.isOutgoing(Wire::Direction::ServerToClient);
        } else if (const auto protocol = m_store->protocolOf(facts.conversation)) {
            // Not listed any more: where it went is not known, what it spoke is.
            conversation.protocol = QString::fromStdString(std::string(protocol->name()));
            conversation.seenFromServer
                = facts.outgoing == (facts.direction == Wire::Direction::ServerToClient);
        }
        conversation.number = facts.conversation;
        fresh.push_back(conversation);
    }
    const bool last = writing->next == writing->rows.size();
    m_writers.start([this, writing, last, entries = std::move(entries), fresh = std::move(fresh)] {
        Error error = writing->add(fresh, entries);
        if (!error && last && !writing->file.commit())
            error = writing->failed();
        QMetaObject::invokeMethod(
            this,
            [this, writing, last, error] {
                if (error || last)
                    Q_EMIT finished(writing->file.fileName(), writing->frames, error);
                else
                    writeSlice(writing);
            },
            Qt::QueuedConnection);
    });
}

} // namespace Halyard::Inspector
