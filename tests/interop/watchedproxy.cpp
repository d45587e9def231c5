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

WatchedProxy::WatchedProxy(ProxyOptions options, std::string_view protocol)
    : m_protocol(*Wire::ProtocolRegistry::standard().make(protocol, {}))
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

QString WatchedProxy::flaw(const QStringList &fromClient, const QStringList &fromServer, ErrorCode end)
{
    const Conversation *conversation = ended();
    if (!conversation)
        return QStringLiteral("it never ends");
    if (missed() > 0 || conversation->error.code() != end)
        return QStringLiteral("%1 records missed; %2").arg(missed()).arg(conversation->error.toString());
    const QString first = flaw(conversation->stream(Wire::Direction::ClientToServer), fromClient);
    return first.isEmpty() ? flaw(conversation->stream(Wire::Direction::ServerToClient), fromServer) : first;
}

QString WatchedProxy::flaw(const Stream &stream, const QStringList &summaries)
{
    if (stream.frames.size() != summaries.size())
        return QStringLiteral("%1 frames, not %2").arg(stream.frames.size()).arg(summaries.size());
    QByteArray bytes;
    for (qsizetype i = 0; i < summaries.size(); ++i) {
        const Wire::Dissection &frame = stream.frames[i];
        const QString summary = QString::fromStdString(frame.summary);
        if (!frame.complete || frame.severity() >= Wire::Severity::Warning
            || !summary.startsWith(summaries[i]))
            return QStringLiteral("frame %1: %2, not %3").arg(i).arg(summary, summaries[i]);
        bytes.append(Wire::asText(frame.bytes).data(), qsizetype(frame.bytes.size()));
    }
    return bytes == stream.bytes ? QString() : QStringLiteral("other bytes than the frames have");
}

void WatchedProxy::onRecord(const TapRecord &record)
{
    Conversation &conversation = m_conversations[record.conversation];
    if (!conversation.dissector)
        conversation.dissector = m_protocol->makeDissector();
    Stream &stream = conversation.streams[int(record.direction)];
    switch (record.kind) {
    case TapRecord::Kind::Opened:
    case TapRecord::Kind::Secrets:
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
