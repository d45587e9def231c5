// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>

namespace Halyard::Pcapng {

/// One TCP segment with the addresses it travels between.
struct TcpPacket {
    QHostAddress source;
    QHostAddress destination;
    quint16 sourcePort = 0;
    quint16 destinationPort = 0;
    quint32 sequence = 0;
    quint32 acknowledged = 0;
    quint8 flags = 0;
    QByteArrayView payload;
};

/// The most payload that goes into one packet: a whole IP packet stays below 64 KiB.
inline constexpr qsizetype MaxSegmentBytes = 32'768;

/// Ethernet frame around the segment, checksums included. IPv4 where both addresses are, IPv6 otherwise.
[[nodiscard]] QByteArray ethernetFrame(const TcpPacket &packet);

/// The segment inside a captured packet of that link type; nothing where it is something else or cut short.
/// The payload is a view into `packet`.
[[nodiscard]] std::optional<TcpPacket> parseTcpPacket(QByteArrayView packet, quint16 linkType);

} // namespace Halyard::Pcapng
