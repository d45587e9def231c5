// SPDX-License-Identifier: MIT
#include "endpoint/tcppacket_p.h"

#include <QtEndian>

#include "endpoint/pcapngformat_p.h"

namespace Halyard::Pcapng {

namespace {

constexpr quint16 EtherIpv4 = 0x0800;
constexpr quint16 EtherIpv6 = 0x86DD;
constexpr quint16 EtherVlan = 0x8100;
constexpr quint8 ProtocolTcp = 6;
constexpr qsizetype TcpHeaderBytes = 20;
constexpr qsizetype Ipv4HeaderBytes = 20;
constexpr qsizetype Ipv6HeaderBytes = 40;

template <class T>
void put(QByteArray &out, T value)
{
    char raw[sizeof(T)];
    qToBigEndian(value, raw);
    out.append(raw, sizeof(T));
}

template <class T>
T take(QByteArrayView bytes, qsizetype at)
{
    return qFromBigEndian<T>(bytes.data() + at);
}

/// The Internet checksum, summed over several stretches; only the last may have an odd length.
class Checksum
{
public:
    void add(QByteArrayView bytes)
    {
        qsizetype at = 0;
        for (; at + 1 < bytes.size(); at += 2)
            m_sum += take<quint16>(bytes, at);
        if (at < bytes.size())
            m_sum += quint32(quint8(bytes[at])) << 8;
    }
    void add(quint32 value) { m_sum += (value >> 16) + (value & 0xFFFF); }
    quint16 result() const
    {
        quint64 sum = m_sum;
        while (sum >> 16)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return quint16(~sum);
    }

private:
    quint64 m_sum = 0;
};

bool isIpv4(const QHostAddress &address)
{
    bool ok = false;
    address.toIPv4Address(&ok);
    return ok;
}

QByteArray rawIpv6(const QHostAddress &address)
{
    const Q_IPV6ADDR raw = address.toIPv6Address();
    return {reinterpret_cast<const char *>(raw.c), 16};
}

QByteArray tcpHeader(const TcpPacket &packet)
{
    QByteArray tcp;
    tcp.reserve(TcpHeaderBytes + packet.payload.size());
    put(tcp, packet.sourcePort);
    put(tcp, packet.destinationPort);
    put(tcp, packet.sequence);
    put(tcp, (packet.flags & TcpAck) ? packet.acknowledged : quint32(0));
    put(tcp, quint8((TcpHeaderBytes / 4) << 4));
    put(tcp, packet.flags);
    put(tcp, quint16(65'535)); // window
    put(tcp, quint16(0));      // checksum, later
    put(tcp, quint16(0));      // urgent pointer
    return tcp;
}

std::optional<TcpPacket> parseSegment(QByteArrayView tcp, TcpPacket packet)
{
    if (tcp.size() < TcpHeaderBytes)
        return std::nullopt;
    const qsizetype headerBytes = qsizetype(quint8(tcp[12]) >> 4) * 4;
    if (headerBytes < TcpHeaderBytes || headerBytes > tcp.size())
        return std::nullopt;
    packet.sourcePort = take<quint16>(tcp, 0);
    packet.destinationPort = take<quint16>(tcp, 2);
    packet.sequence = take<quint32>(tcp, 4);
    packet.acknowledged = take<quint32>(tcp, 8);
    packet.flags = quint8(tcp[13]);
    packet.payload = tcp.sliced(headerBytes);
    return packet;
}

std::optional<TcpPacket> parseIpv4(QByteArrayView ip)
{
    if (ip.size() < Ipv4HeaderBytes)
        return std::nullopt;
    const qsizetype headerBytes = qsizetype(quint8(ip[0]) & 0x0F) * 4;
    const qsizetype total = take<quint16>(ip, 2);
    const bool fragment = (take<quint16>(ip, 6) & 0x3FFF) != 0;
    if (headerBytes < Ipv4HeaderBytes || total < headerBytes || total > ip.size() || fragment
        || quint8(ip[9]) != ProtocolTcp)
        return std::nullopt;
    TcpPacket packet;
    packet.source = QHostAddress(take<quint32>(ip, 12));
    packet.destination = QHostAddress(take<quint32>(ip, 16));
    return parseSegment(ip.sliced(headerBytes, total - headerBytes), packet);
}

std::optional<TcpPacket> parseIpv6(QByteArrayView ip)
{
    if (ip.size() < Ipv6HeaderBytes || quint8(ip[6]) != ProtocolTcp)
        return std::nullopt;
    const qsizetype length = take<quint16>(ip, 4);
    if (Ipv6HeaderBytes + length > ip.size())
        return std::nullopt;
    TcpPacket packet;
    packet.source = QHostAddress(reinterpret_cast<const quint8 *>(ip.data()) + 8);
    packet.destination = QHostAddress(reinterpret_cast<const quint8 *>(ip.data()) + 24);
    return parseSegment(ip.sliced(Ipv6HeaderBytes, length), packet);
}

std::optional<TcpPacket> parseIp(QByteArrayView ip)
{
    if (ip.isEmpty())
        return std::nullopt;
    switch (quint8(ip[0]) >> 4) {
    case 4:
        return parseIpv4(ip);
    case 6:
        return parseIpv6(ip);
    default:
        return std::nullopt;
    }
}

/// Bytes in front of the IP packet; nothing where the link layer carries something else.
std::optional<qsizetype> linkHeaderBytes(QByteArrayView packet, quint16 linkType)
{
    qsizetype typeAt = 0;
    switch (linkType) {
    case LinkRawIp:
    case LinkIpv4:
    case LinkIpv6:
        return 0;
    case LinkNull: // an address family in front, in the byte order of the machine that captured
    case LinkLoop:
        return 4;
    case LinkCooked:
        typeAt = 14;
        break;
    case LinkCooked2:
        return packet.size() >= 20 ? std::optional<qsizetype>(20) : std::nullopt;
    case LinkEthernet:
        typeAt = 12;
        while (packet.size() >= typeAt + 2 && take<quint16>(packet, typeAt) == EtherVlan)
            typeAt += 4;
        break;
    default:
        return std::nullopt;
    }
    if (packet.size() < typeAt + 2)
        return std::nullopt;
    const auto type = take<quint16>(packet, typeAt);
    if (type != EtherIpv4 && type != EtherIpv6)
        return std::nullopt;
    return typeAt + 2;
}

} // namespace

QByteArray ethernetFrame(const TcpPacket &packet)
{
    const bool v4 = isIpv4(packet.source) && isIpv4(packet.destination);
    QByteArray tcp = tcpHeader(packet);
    const auto length = quint16(tcp.size() + packet.payload.size());

    QByteArray frame;
    frame.reserve(14 + Ipv6HeaderBytes + length);
    frame.append("\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12); // locally administered addresses
    put(frame, v4 ? EtherIpv4 : EtherIpv6);

    Checksum checksum;
    checksum.add(quint32(ProtocolTcp));
    checksum.add(quint32(length));
    if (v4) {
        QByteArray ip;
        put(ip, quint8(0x45));
        put(ip, quint8(0));
        put(ip, quint16(Ipv4HeaderBytes + length));
        put(ip, quint16(0));      // identification
        put(ip, quint16(0x4000)); // do not fragment
        put(ip, quint8(64));
        put(ip, ProtocolTcp);
        put(ip, quint16(0));
        put(ip, packet.source.toIPv4Address());
        put(ip, packet.destination.toIPv4Address());
        Checksum header;
        header.add(ip);
        qToBigEndian(header.result(), ip.data() + 10);
        checksum.add(packet.source.toIPv4Address());
        checksum.add(packet.destination.toIPv4Address());
        frame += ip;
    } else {
        put(frame, quint32(0x60000000));
        put(frame, length);
        put(frame, ProtocolTcp);
        put(frame, quint8(64));
        frame += rawIpv6(packet.source);
        frame += rawIpv6(packet.destination);
        checksum.add(rawIpv6(packet.source));
        checksum.add(rawIpv6(packet.destination));
    }
    checksum.add(tcp);
    checksum.add(packet.payload);
    qToBigEndian(checksum.result(), tcp.data() + 16);
    frame += tcp;
    frame.append(packet.payload.data(), packet.payload.size());
    return frame;
}

std::optional<TcpPacket> parseTcpPacket(QByteArrayView packet, quint16 linkType)
{
    const auto link = linkHeaderBytes(packet, linkType);
    if (!link || *link > packet.size())
        return std::nullopt;
    return parseIp(packet.sliced(*link));
}

} // namespace Halyard::Pcapng
