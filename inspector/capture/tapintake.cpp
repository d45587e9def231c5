// SPDX-License-Identifier: MIT
#include "capture/tapintake.h"

#include <chrono>
#include <ranges>

#include "endpoint/connection.h"
#include "endpoint/proxy.h"

namespace Halyard::Inspector {

namespace {

qint64 nanoseconds(const Wire::Now &now)
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now.wall.time_since_epoch()).count();
}

CapturedConversation addressesOf(
    const ConversationInfo &info, const TransportInfo &transport, Wire::Role ours)
{
    CapturedConversation addresses;
    addresses.number = info.number;
    addresses.protocol = info.protocol;
    addresses.transport = info.transport;
    const bool weAreClient = ours == Wire::Role::Client;
    addresses.clientAddress = weAreClient ? transport.localAddress : transport.peerAddress;
    addresses.clientPort = weAreClient ? transport.localPort : transport.peerPort;
    addresses.serverAddress = weAreClient ? transport.peerAddress : transport.localAddress;
    addresses.serverPort = weAreClient ? transport.peerPort : transport.localPort;
    return addresses;
}

/// What the sides of a proxy have; of others there is but one.
QString bothSides(const QString &client, const QString &server)
{
    if (client == server || server.isEmpty())
        return client;
    return client.isEmpty() ? server : client + QStringLiteral(" → ") + server;
}

} // namespace

TapIntake::TapIntake(std::shared_ptr<Intake> intake, Origin origin, QObject *parent)
    : QObject(parent)
    , m_intake(std::move(intake))
    , m_origin(std::move(origin))
    , m_tap({.secrets = true})
{
    connect(&m_tap, &Tap::recorded, this, &TapIntake::onRecorded);
}

void TapIntake::onRecorded(const QList<TapRecord> &records)
{
    for (const TapRecord &record : records) {
        if (record.kind == TapRecord::Kind::Opened) {
            onOpened(record);
            continue;
        }
        const auto found = m_open.find(record.conversation);
        if (found == m_open.end()) {
            if (record.kind == TapRecord::Kind::Closed && record.error)
                onNeverOpened(record);
            continue;
        }
        switch (record.kind) {
        case TapRecord::Kind::Bytes:
            if (record.layer == TapRecord::Layer::Raw)
                m_intake->put(
                    CapturedBytes {found->second.number, record.direction, record.time.wall, record.bytes});
            break;
        case TapRecord::Kind::Secrets:
            m_intake->put(ConversationSecrets {found->second.number, record.secrets});
            break;
        case TapRecord::Kind::InputEnded:
            m_intake->put(CapturedEnd {found->second.number, record.direction, record.time.wall});
            break;
        case TapRecord::Kind::Closed:
            onClosed(record, found->second);
            m_open.erase(found);
            break;
        case TapRecord::Kind::Opened:
            break;
        }
    }
    countMissed();
}

ConversationInfo TapIntake::infoFrom(const TapRecord &record)
{
    const TransportInfo &transport = record.transport;
    const TransportInfo &onward = record.onward;
    ConversationInfo info;
    info.number = m_intake->nextConversation();
    info.viewpoint = m_origin.viewpoint;
    info.endpoint = m_origin.endpoint;
    info.peer = transport.peerName.isEmpty() ? m_origin.endpoint : transport.peerName;
    if (!m_origin.target.isEmpty())
        info.peer = peersOfProxy(record);
    info.transport = bothSides(transport.name, onward.name);
    info.tlsVersion = bothSides(transport.tlsVersion, onward.tlsVersion);
    info.cipher = bothSides(transport.cipher, onward.cipher);
    info.protocol = m_origin.protocol;
    info.opened = nanoseconds(record.time);
    info.addresses = addressesOf(info, transport, record.ours);
    return info;
}

/// One that seals anew has a conversation with each of them.
QString TapIntake::peersOfProxy(const TapRecord &record) const
{
    const QString &peer = record.transport.peerName;
    const QString &onward = record.onward.peerName;
    if (record.ours == Wire::Role::Client)
        return QStringLiteral("→ ") + (peer.isEmpty() ? m_origin.target : peer);
    if (record.kind == TapRecord::Kind::Opened && record.onward.name.isEmpty())
        return peer + QStringLiteral(" →");
    return bothSides(peer.isEmpty() ? m_origin.endpoint : peer, onward.isEmpty() ? m_origin.target : onward);
}

void TapIntake::onOpened(const TapRecord &record)
{
    ConversationInfo info = infoFrom(record);
    info.state = ConversationState::Open;
    m_open[record.conversation] = info;
    m_intake->put(ConversationOpened {info, m_origin.factory});
    Q_EMIT conversationOpened(info);
}

/// Nothing was said, but that somebody came, or that nobody was there, is worth a row.
void TapIntake::onNeverOpened(const TapRecord &record)
{
    ConversationInfo info = infoFrom(record);
    m_intake->put(ConversationOpened {info, m_origin.factory});
    onClosed(record, info);
}

void TapIntake::onClosed(const TapRecord &record, ConversationInfo &info)
{
    info.state = ConversationState::Closed;
    info.closed = nanoseconds(record.time);
    info.queuedBytes = 0;
    if (record.error) {
        info.lastError = record.error;
        info.closeReason = record.error.toString();
    } else {
        info.closeReason = tr("closed cleanly");
    }
    m_intake->put(ConversationChanged {info});
    Q_EMIT conversationClosed(info.number);
}

/// What the tap itself had no room for belongs to no conversation that we could name.
void TapIntake::countMissed()
{
    const quint64 missed = m_tap.missedRecords();
    if (missed == m_missed)
        return;
    m_intake->putNotShown(m_open.empty() ? 0 : m_open.rbegin()->second.number, missed - m_missed);
    m_missed = missed;
}

quint32 TapIntake::conversationOf(const Connection &connection) const
{
    const TransportInfo transport = connection.transportInfo();
    // A peer's address and port are one connection's at a time; names serve where there are none (memory).
    for (const auto &[pair, open] : m_open | std::views::reverse) {
        if (open.peer == transport.peerName)
            return open.number;
    }
    return 0;
}

void TapIntake::refresh(const Connection &connection)
{
    const quint32 number = conversationOf(connection);
    for (auto &[key, info] : m_open) {
        if (info.number != number)
            continue;
        ConversationInfo fresh = info;
        fresh.negotiated = QString::fromStdString(connection.capabilities().negotiated);
        fresh.queuedBytes = connection.queuedBytes();
        fresh.state = connection.state() == Connection::State::Closing ? ConversationState::Closing
                                                                       : ConversationState::Open;
        if (const auto roundTrip = connection.roundTripTime())
            fresh.roundTripMicroseconds = roundTrip->count();
        const bool same = fresh.negotiated == info.negotiated && fresh.queuedBytes == info.queuedBytes
            && fresh.state == info.state && fresh.roundTripMicroseconds == info.roundTripMicroseconds;
        if (same)
            return;
        info = fresh;
        m_intake->put(ConversationChanged {info});
    }
}

/// What was negotiated, and the way there and back, are read from the frames that pass.
void TapIntake::refresh(const ProxyConnection &connection)
{
    if (connection.onwardConversation == 0)
        return refresh(connection.conversation, connection.bytesToServer + connection.bytesToClient);
    refresh(connection.conversation, connection.bytesToClient);
    refresh(connection.onwardConversation, connection.bytesToServer);
}

void TapIntake::refresh(quint64 conversation, qint64 queued)
{
    const auto found = m_open.find(conversation);
    if (found == m_open.end() || found->second.queuedBytes == queued)
        return;
    found->second.queuedBytes = queued;
    m_intake->put(ConversationChanged {found->second});
}

} // namespace Halyard::Inspector
