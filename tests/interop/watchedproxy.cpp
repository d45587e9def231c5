// SPDX-License-Identifier: MIT
#include "watchedproxy.h"

#include <QTest>

#include "protocol/protocolfactory.h"

namespace Halyard {

namespace {

ProxyOptions tapped(ProxyOptions options, Tap *tap)
{
    options.tap = tap;
    return options;
}

} // namespace

WatchedProxy::WatchedProxy(ProxyOptions options)
    : m_protocol(*Wire::ProtocolRegistry::standard().make("vstp", {}))
    , m_proxy(tapped(std::move(options), &m_tap))
{
    connect(&m_tap, &Tap::recorded, this, [this](const QList<TapRecord> &records) {
        for (const TapRecord &record : records)
            onRecord(record);
    });
}

quint16 WatchedProxy::start(const QString &listenUrl, const QString &targetUrl)
{
    const auto at = m_proxy.start(QUrl(listenUrl), QUrl(targetUrl));
    if (!at)
        qCritical() << at.error();
    return at ? at->port() : 0;
}

const WatchedProxy::Conversation *WatchedProxy::ended()
{
    const auto isOver = [this] { return !m_conversations.empty() && m_conversations.begin()->second.closed; };
    return QTest::qWaitFor(isOver, 30'000) ? &m_conversations.begin()->second : nullptr;
}

void WatchedProxy::onRecord(const TapRecord &record)
{
    Conversation &conversation = m_conversations[record.conversation];
    if (!conversation.dissector)
        conversation.dissector = m_protocol->makeDissector();
    Stream &stream = conversation.streams[int(record.direction)];
    switch (record.kind) {
    case TapRecord::Kind::Opened:
        return;
    case TapRecord::Kind::Bytes:
        stream.bytes += record.bytes;
        conversation.dissector->feed(record.direction,
            Wire::asBytes({record.bytes.constData(), std::size_t(record.bytes.size())}), record.time);
        break;
    case TapRecord::Kind::InputEnded:
        stream.ended = true;
        conversation.dissector->finish(record.direction, record.time);
        break;
    case TapRecord::Kind::Closed:
        conversation.closed = true;
        conversation.error = record.error;
        break;
    }
    while (auto frame = conversation.dissector->next())
        conversation.streams[int(frame->direction)].frames.append(std::move(*frame));
}

} // namespace Halyard
