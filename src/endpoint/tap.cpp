// SPDX-License-Identifier: MIT
#include "endpoint/tap.h"

#include <mutex>
#include <utility>

#include <QCoreApplication>
#include <QEvent>

#include "endpoint/tapfeed_p.h"

namespace Halyard {

namespace {

constexpr qsizetype RecordCost = 256; // beside its bytes

QEvent::Type recordsWaiting()
{
    static const auto type = QEvent::Type(QEvent::registerEventType());
    return type;
}

} // namespace

/// The only thing that feeds and tap have in common; whoever goes last takes it along.
struct Tap::Shared {
    std::mutex lock;
    Tap *tap = nullptr;
    QList<TapRecord> pending;
    qsizetype pendingBytes = 0;
    quint64 conversations = 0;
    quint64 missedRecords = 0;
    quint64 missedBytes = 0;
    TapOptions options;
};

Tap::Tap(const TapOptions &options, QObject *parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
{
    m_shared->tap = this;
    m_shared->options = options;
}

Tap::~Tap()
{
    const std::lock_guard guard(m_shared->lock);
    m_shared->tap = nullptr;
    m_shared->pending.clear();
}

quint64 Tap::missedRecords() const
{
    const std::lock_guard guard(m_shared->lock);
    return m_shared->missedRecords;
}

quint64 Tap::missedBytes() const
{
    const std::lock_guard guard(m_shared->lock);
    return m_shared->missedBytes;
}

bool Tap::event(QEvent *event)
{
    if (event->type() != recordsWaiting())
        return QObject::event(event);
    QList<TapRecord> records;
    {
        const std::lock_guard guard(m_shared->lock);
        records = std::exchange(m_shared->pending, {});
        m_shared->pendingBytes = 0;
    }
    if (!records.isEmpty())
        Q_EMIT recorded(records);
    return true;
}

TapFeed::TapFeed(const Tap *tap)
{
    if (!tap)
        return;
    m_shared = tap->m_shared;
    const std::lock_guard guard(m_shared->lock);
    m_conversation = ++m_shared->conversations;
    m_awaitsSecrets = m_shared->options.secrets;
}

bool TapFeed::wantsObservation() const { return m_awaitsSecrets || wantsOpenedBodies(); }

bool TapFeed::wantsOpenedBodies() const { return m_shared && m_shared->options.openedBodies; }

void TapFeed::opened(const TransportInfo &transport, Wire::Now now, const TransportInfo &onward)
{
    if (!m_shared)
        return;
    TapRecord record;
    record.kind = TapRecord::Kind::Opened;
    record.time = now;
    record.transport = transport;
    record.onward = onward;
    post(std::move(record));
}

void TapFeed::bytes(Wire::Direction direction, Wire::ByteView bytes, Wire::Now now)
{
    if (!m_shared)
        return;
    TapRecord record;
    record.direction = direction;
    record.time = now;
    record.bytes = QByteArray(Wire::asText(bytes).data(), qsizetype(bytes.size()));
    post(std::move(record));
}

void TapFeed::arrived(Wire::Direction direction, Wire::ByteView bytes, Wire::Now now)
{
    m_isHolding = m_awaitsSecrets;
    this->bytes(direction, bytes, now);
}

void TapFeed::release()
{
    m_isHolding = false;
    for (TapRecord &record : std::exchange(m_held, {}))
        post(std::move(record));
}

void TapFeed::ended(Wire::Direction direction, Wire::Now now)
{
    if (!m_shared)
        return;
    TapRecord record;
    record.kind = TapRecord::Kind::InputEnded;
    record.direction = direction;
    record.time = now;
    post(std::move(record));
}

void TapFeed::closed(const Error &error, Wire::Now now, const TransportInfo &transport)
{
    if (!m_shared)
        return;
    TapRecord record;
    record.kind = TapRecord::Kind::Closed;
    record.time = now;
    record.error = error;
    record.transport = transport;
    post(std::move(record));
}

void TapFeed::observed(Passage passage, Layer layer, Wire::ByteView bytes, Wire::Now now)
{
    if (!wantsOpenedBodies())
        return;
    TapRecord record;
    const bool fromClient = (passage == Passage::Out) == (m_role == Wire::Role::Client);
    record.layer = layer == Layer::Frame ? TapRecord::Layer::Frame : TapRecord::Layer::OpenedBody;
    record.direction = fromClient ? Wire::Direction::ClientToServer : Wire::Direction::ServerToClient;
    record.time = now;
    record.bytes = QByteArray(Wire::asText(bytes).data(), qsizetype(bytes.size()));
    post(std::move(record));
}

void TapFeed::secretsExported(Wire::Bytes secrets, Wire::Now now)
{
    TapRecord record;
    record.kind = TapRecord::Kind::Secrets;
    record.time = now;
    record.secrets = SessionSecrets(std::move(secrets));
    m_awaitsSecrets = false;
    const bool wasHolding = std::exchange(m_isHolding, false);
    post(std::move(record)); // in front of the bytes that made them known, which may hold a record
    m_isHolding = wasHolding;
}

void TapFeed::post(TapRecord record)
{
    if (m_isHolding)
        return m_held.append(std::move(record));
    record.conversation = m_conversation;
    record.ours = m_role;
    const qsizetype cost = record.bytes.size() + RecordCost;
    const std::lock_guard guard(m_shared->lock);
    if (!m_shared->tap)
        return;
    // The end of a conversation always fits: without it nobody could tell that it is over.
    if (record.kind == TapRecord::Kind::Bytes
        && m_shared->pendingBytes + cost > m_shared->options.maxPendingBytes) {
        ++m_shared->missedRecords;
        m_shared->missedBytes += quint64(record.bytes.size());
        return;
    }
    m_shared->pendingBytes += cost;
    const bool first = m_shared->pending.isEmpty();
    m_shared->pending.append(std::move(record));
    if (first)
        QCoreApplication::postEvent(m_shared->tap, new QEvent(recordsWaiting()));
}

} // namespace Halyard
