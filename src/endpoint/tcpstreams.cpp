// SPDX-License-Identifier: MIT
#include "endpoint/tcpstreams_p.h"

#include "endpoint/pcapngformat_p.h"

namespace Halyard::Pcapng {

using Wire::Direction;

namespace {

/// Conversations of one file that have no number of their own; the oldest are forgotten beyond it.
constexpr std::size_t MaxStreams = 65'536;

QByteArray endpointKey(const QHostAddress &address, quint16 port)
{
    return address.toString().toLatin1() + '#' + QByteArray::number(port);
}

QByteArray keyOf(const TcpPacket &segment)
{
    QByteArray one = endpointKey(segment.source, segment.sourcePort);
    QByteArray other = endpointKey(segment.destination, segment.destinationPort);
    if (other < one)
        one.swap(other);
    return one + ' ' + other;
}

} // namespace

TcpStreams::Stream &TcpStreams::streamOf(const TcpPacket &segment,
    const std::optional<CapturedConversation> &known, std::deque<PcapngReader::Item> &out)
{
    const bool opens = (segment.flags & (TcpSyn | TcpAck)) == TcpSyn;
    const Key key = known ? QByteArray("own ") + QByteArray::number(known->number) : keyOf(segment);
    const auto found = m_streams.find(key);
    if (found != m_streams.end() && (known || !opens))
        return found->second;
    if (found != m_streams.end())
        m_streams.erase(found); // the port is used again
    if (m_streams.size() >= MaxStreams)
        m_streams.erase(m_streams.begin());

    Stream stream;
    // Without the SYN, the lower port is taken for the server's.
    const bool fromClient
        = opens || (!(segment.flags & TcpSyn) && segment.destinationPort <= segment.sourcePort);
    stream.client = fromClient ? segment.source : segment.destination;
    stream.clientPort = fromClient ? segment.sourcePort : segment.destinationPort;
    if (known) {
        stream.number = known->number;
        m_lastNumber = std::max(m_lastNumber, known->number);
        if (!opens && !known->clientAddress.isNull()) {
            stream.client = known->clientAddress;
            stream.clientPort = known->clientPort;
        }
    } else {
        stream.number = ++m_lastNumber;
        CapturedConversation conversation;
        conversation.number = stream.number;
        conversation.transport = QStringLiteral("tcp");
        conversation.clientAddress = stream.client;
        conversation.clientPort = stream.clientPort;
        conversation.serverAddress = fromClient ? segment.destination : segment.source;
        conversation.serverPort = fromClient ? segment.destinationPort : segment.sourcePort;
        out.emplace_back(std::move(conversation));
    }
    return m_streams.emplace(key, stream).first->second;
}

void TcpStreams::add(const TcpPacket &segment, const std::optional<CapturedConversation> &known,
    CapturedBytes found, std::deque<PcapngReader::Item> &out)
{
    const auto time = found.time;
    Stream &stream = streamOf(segment, known, out);
    const bool forward = segment.source == stream.client && segment.sourcePort == stream.clientPort;
    found.conversation = stream.number;
    found.direction = forward ? Direction::ClientToServer : Direction::ServerToClient;
    Side &side = stream.sides[forward ? 0 : 1];

    if (segment.flags & TcpSyn) {
        side.next = segment.sequence + 1;
        return;
    }
    QByteArrayView payload = segment.payload;
    quint32 at = segment.sequence;
    if (side.next) {
        const auto ahead = qint32(at - *side.next); // sequence numbers wrap
        if (ahead > 0)
            found.gapBefore = true;
        else if (-qint64(ahead) >= payload.size())
            payload = {};
        else if (ahead < 0)
            payload = payload.sliced(-qsizetype(ahead));
        at = ahead < 0 ? *side.next : at;
    }
    if (!payload.isEmpty()) {
        side.next = at + quint32(payload.size());
        found.bytes = payload.toByteArray();
        out.emplace_back(std::move(found));
    }
    if ((segment.flags & (TcpFin | TcpRst)) && !side.ended) {
        side.ended = true;
        out.emplace_back(CapturedEnd {
            stream.number, forward ? Direction::ClientToServer : Direction::ServerToClient, time});
    }
}

} // namespace Halyard::Pcapng
