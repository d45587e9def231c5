// SPDX-License-Identifier: MIT
#include "capture/captureworker.h"

#include <chrono>

#include "capture/treecodec.h"
#include "wire/escape.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

constexpr auto WorkingTime = 10ms;      ///< of one turn; requests of the user come between two
constexpr auto PublicationDelay = 40ms; ///< frames that come together are handed over together
constexpr auto SettleInterval = 250ms;  ///< a conversation is quiet after one to two of these
constexpr std::size_t MaxRowsPerBatch = 2'048;
constexpr std::size_t MaxItemsPerTake = 512;
constexpr int MaxUnacknowledged = 4;
constexpr std::size_t ShownRouteBytes = 256;

qint64 nanoseconds(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

} // namespace

CaptureWorker::CaptureWorker(std::shared_ptr<Intake> intake, CaptureLimits limits)
    : m_intake(std::move(intake))
    , m_limits(std::move(limits))
    , m_publishTimer(this)
    , m_settleTimer(this)
{
    m_settleTimer.setSingleShot(true);
    m_settleTimer.setInterval(SettleInterval);
    connect(&m_settleTimer, &QTimer::timeout, this, &CaptureWorker::settle);
    m_publishTimer.setSingleShot(true);
    m_publishTimer.setInterval(PublicationDelay);
    connect(&m_publishTimer, &QTimer::timeout, this, &CaptureWorker::publish);
}

void CaptureWorker::drain()
{
    m_drainScheduled = false;
    if (m_unacknowledged >= MaxUnacknowledged)
        return; // acknowledge() comes back here
    QElapsedTimer worked;
    worked.start();
    bool more = true;
    while (more && m_batch.rows.size() < MaxRowsPerBatch && !worked.hasExpired(WorkingTime.count())) {
        if (m_items.empty()) {
            for (IntakeItem &item : m_intake->take(MaxItemsPerTake, more))
                m_items.push_back(std::move(item));
            if (m_items.empty())
                break;
        }
        const IntakeItem item = std::move(m_items.front());
        m_items.pop_front();
        take(item);
    }
    if (m_batch.rows.size() >= MaxRowsPerBatch)
        publish();
    else
        schedulePublication();
    if ((more || !m_items.empty()) && !m_drainScheduled) {
        m_drainScheduled = true;
        QMetaObject::invokeMethod(this, &CaptureWorker::drain, Qt::QueuedConnection);
    }
}

void CaptureWorker::take(const IntakeItem &item)
{
    if (const auto *opened = std::get_if<std::unique_ptr<ConversationOpened>>(&item))
        return open(**opened);
    if (const auto *changed = std::get_if<std::unique_ptr<ConversationChanged>>(&item))
        return change(**changed);
    if (const auto *notShown = std::get_if<FramesNotShown>(&item)) {
        return countNotShown(*notShown);
    }
    if (const auto *secrets = std::get_if<ConversationSecrets>(&item)) {
        if (const auto found = m_decoders.find(secrets->conversation); found != m_decoders.end())
            found->second->unlock(secrets->secrets);
        return;
    }
    if (const auto *bytes = std::get_if<CapturedBytes>(&item)) {
        const auto found = m_decoders.find(bytes->conversation);
        if (found == m_decoders.end())
            return;
        return feed(*found->second, *bytes);
    }
    const auto &end = std::get<CapturedEnd>(item);
    if (const auto found = m_decoders.find(end.conversation); found != m_decoders.end())
        found->second->finish(end.direction, end.time);
}

void CaptureWorker::feed(ConversationDecoder &decoder, const CapturedBytes &bytes)
{
    const auto known = decoder.protocol();
    decoder.feed(bytes);
    if (decoder.protocol() != known)
        m_batch.conversations.push_back({decoder.info(), decoder.protocol()});
    if (decoder.takeNews())
        m_withNews.insert(bytes.conversation);
    m_unsettled[bytes.conversation] = true;
    if (!m_settleTimer.isActive())
        m_settleTimer.start();
}

/// Garbage shows when nothing more follows, not only when its conversation ends.
void CaptureWorker::settle()
{
    for (auto each = m_unsettled.begin(); each != m_unsettled.end();) {
        if (std::exchange(each->second, false)) {
            ++each;
            continue;
        }
        if (const auto found = m_decoders.find(each->first); found != m_decoders.end())
            found->second->settle();
        each = m_unsettled.erase(each);
    }
    if (!m_unsettled.empty())
        m_settleTimer.start();
    schedulePublication();
}

void CaptureWorker::tellNews()
{
    for (const quint32 number : std::exchange(m_withNews, {})) {
        if (const auto found = m_decoders.find(number); found != m_decoders.end())
            m_batch.conversations.push_back({found->second->info(), found->second->protocol()});
    }
}

void CaptureWorker::countNotShown(FramesNotShown frames)
{
    auto &counts = m_batch.notShown;
    if (!counts.empty() && counts.back().conversation == frames.conversation)
        counts.back().count += frames.count;
    else if (frames.count > 0)
        counts.push_back(frames);
}

void CaptureWorker::open(const ConversationOpened &opened)
{
    auto decoder = std::make_unique<ConversationDecoder>(opened.info, opened.protocol, m_registry);
    ConversationDecoder *raw = decoder.get();
    raw->setSink([this, raw](const DecodedFrame &frame) { add(*raw, frame); });
    m_decoders.insert_or_assign(opened.info.number, std::move(decoder));
    m_batch.conversations.push_back({opened.info, opened.protocol});
}

void CaptureWorker::change(const ConversationChanged &changed)
{
    const auto found = m_decoders.find(changed.info.number);
    if (found == m_decoders.end())
        return;
    ConversationDecoder &decoder = *found->second;
    decoder.setInfo(changed.info);
    if (changed.info.state == ConversationState::Closed)
        decoder.finishBoth();
    m_batch.conversations.push_back({decoder.info(), decoder.protocol()});
    if (changed.info.state == ConversationState::Closed)
        m_decoders.erase(found);
}

void CaptureWorker::add(ConversationDecoder &decoder, const DecodedFrame &frame)
{
    const auto &info = decoder.info();
    if (m_nextRow >= m_limits.maxRows || m_stopped) {
        countNotShown({info.number, 1});
        if (!m_stopped)
            stop({Wire::ErrorCode::QueueFull, Wire::ErrorOrigin::Local,
                "the list holds " + std::to_string(m_limits.maxRows) + " frames, its limit"});
        return;
    }
    const Wire::Dissection &dissection = frame.dissection;
    const Wire::MessageFacts &message = dissection.message;
    FrameFacts facts;
    facts.time = nanoseconds(dissection.time.wall);
    facts.conversation = info.number;
    facts.size = quint32(dissection.bytes.size());
    facts.type = quint16(m_types.intern(QString::fromStdString(message.type)));
    facts.route = m_routes.intern(QString::fromStdString(Wire::escapeText(message.route, ShownRouteBytes)));
    facts.call = message.call;
    facts.severity = dissection.severity();
    facts.direction = dissection.direction;
    facts.outgoing = info.isOutgoing(dissection.direction);
    facts.complete = dissection.complete;
    match(facts, m_nextRow, message.part);

    FrameRecord record;
    record.frame = QByteArray(
        reinterpret_cast<const char *>(dissection.bytes.data()), qsizetype(dissection.bytes.size()));
    record.summary = QString::fromStdString(dissection.summary);
    if (frame.followsConversation || needsStoredTree(dissection))
        record.tree = storedTree(dissection);
    if (m_block.bytes().size() + record.frame.size() > Block::TargetBytes)
        sealBlock();
    facts.block = m_blockNumber;
    facts.offset = m_block.append(record);

    if (m_batch.rows.empty())
        m_batch.firstRow = m_nextRow;
    if (!frame.comment.isEmpty() || frame.marked)
        m_batch.remarks.push_back({m_nextRow, frame.comment, frame.marked});
    m_batch.rows.push_back(facts);
    ++m_nextRow;
}

void CaptureWorker::match(FrameFacts &facts, RowNumber row, Wire::CallPart part)
{
    switch (part) {
    case Wire::CallPart::None:
    case Wire::CallPart::Cancels:
        return;
    case Wire::CallPart::Opens:
        facts.kind = FrameKind::Request;
        m_calls.request(facts.conversation, facts.direction, facts.call, row);
        return;
    case Wire::CallPart::Extends:
        facts.kind = FrameKind::Request;
        m_calls.extend(facts.conversation, facts.direction, facts.call, row);
        return;
    case Wire::CallPart::Answers:
    case Wire::CallPart::Ends:
        break;
    }
    facts.kind = FrameKind::Answer;
    const auto request = m_calls.answer(facts.conversation, facts.direction, facts.call);
    facts.partner = request.row;
    if (request.row == NoRow || request.answered)
        return;
    m_batch.answered.push_back({request.row, row});
    if (request.lastRow != request.row)
        m_batch.answered.push_back({request.lastRow, row});
}

void CaptureWorker::sealBlock()
{
    if (m_block.bytes().isEmpty())
        return;
    auto sealed = std::make_shared<const Block>(std::exchange(m_block, {}));
    if (m_batch.blocks.empty())
        m_batch.firstBlock = m_blockNumber;
    m_batch.blocks.push_back(sealed);
    m_residentBytes += sealed->bytes().size();
    m_resident.push_back({m_blockNumber++, std::move(sealed)});
    if (!m_stopped)
        spoolOldest();
}

void CaptureWorker::spoolOldest()
{
    while (m_residentBytes > m_limits.memoryBytes && m_resident.size() > 1) {
        if (!m_spool) {
            auto created = SpoolFile::create(m_limits.spoolFolder, m_limits.spoolBytes);
            if (!created)
                return stop(created.error());
            m_spool = *created;
        }
        const Resident &oldest = m_resident.front();
        const auto offset = m_spool->append(oldest.block->bytes());
        if (!offset)
            return stop(offset.error());
        m_batch.spooled.push_back({oldest.number, *offset});
        m_spooledEnds[oldest.number] = m_spool->size();
        m_residentBytes -= oldest.block->bytes().size();
        m_resident.pop_front();
    }
}

void CaptureWorker::stop(const Wire::Error &error)
{
    m_stopped = true;
    m_intake->setClosed(true);
    m_batch.stopped = error;
}

void CaptureWorker::resume()
{
    if (!std::exchange(m_stopped, false))
        return;
    m_intake->setClosed(false);
    spoolOldest();
    schedulePublication();
}

void CaptureWorker::release(quint32 block)
{
    while (!m_resident.empty() && m_resident.front().number < block) {
        m_residentBytes -= m_resident.front().block->bytes().size();
        m_resident.pop_front();
    }
    const auto end = m_spooledEnds.lower_bound(block);
    if (end == m_spooledEnds.begin())
        return;
    m_spool->release(std::prev(end)->second);
    m_spooledEnds.erase(m_spooledEnds.begin(), end);
}

void CaptureWorker::acknowledge()
{
    --m_unacknowledged;
    if (!m_drainScheduled) {
        m_drainScheduled = true;
        QMetaObject::invokeMethod(this, &CaptureWorker::drain, Qt::QueuedConnection);
    }
}

void CaptureWorker::schedulePublication()
{
    if (!m_publishTimer.isActive())
        m_publishTimer.start();
}

void CaptureWorker::publish()
{
    m_publishTimer.stop();
    sealBlock();
    tellNews();
    const bool nothing = m_batch.rows.empty() && m_batch.conversations.empty() && m_batch.notShown.empty()
        && m_batch.spooled.empty() && !m_batch.stopped;
    if (nothing)
        return;
    if (m_unacknowledged >= MaxUnacknowledged)
        return schedulePublication();
    m_batch.newTypes = m_types.takeNew();
    m_batch.newRoutes = m_routes.takeNew();
    m_batch.spool = m_spool;
    m_batch.spooledBytes = m_spool ? m_spool->size() : 0;
    ++m_unacknowledged;
    Q_EMIT batchReady(std::make_shared<const CaptureBatch>(std::exchange(m_batch, {})));
}

} // namespace Halyard::Inspector
