// SPDX-License-Identifier: MIT
#pragma once

#include <QtEndian>
#include <QtGlobal>

#include "wire/bytes.h"

/// Numbers of the pcapng format (draft-ietf-opsawg-pcapng) that writer and reader share.
namespace Halyard::Pcapng {

inline constexpr quint32 SectionHeader = 0x0A0D0D0A;
inline constexpr quint32 InterfaceDescription = 1;
inline constexpr quint32 EnhancedPacket = 6;
inline constexpr quint32 ByteOrderMagic = 0x1A2B3C4D;

inline constexpr quint16 OptionEnd = 0;
inline constexpr quint16 OptionComment = 1;
inline constexpr quint16 OptionInterfaceName = 2;
inline constexpr quint16 OptionInterfaceDescription = 3;
inline constexpr quint16 OptionTimeResolution = 9;
inline constexpr quint16 OptionPacketFlags = 2;
inline constexpr quint16 OptionApplication = 4;

inline constexpr quint16 LinkNull = 0;
inline constexpr quint16 LinkEthernet = 1;
inline constexpr quint16 LinkRawIp = 101;
inline constexpr quint16 LinkLoop = 108;
inline constexpr quint16 LinkCooked = 113;
inline constexpr quint16 LinkIpv4 = 228;
inline constexpr quint16 LinkIpv6 = 229;
inline constexpr quint16 LinkHalyard = 147; ///< USER0
inline constexpr quint16 LinkCooked2 = 276;

/// In front of each packet of LinkHalyard: 'H' 'Y', version, direction (0 client to server, 1 back).
inline constexpr qsizetype HalyardPrefixBytes = 4;
inline constexpr char HalyardPrefixVersion = 1;

/// What marks a comment as facts of ours, as one JSON object behind it.
inline constexpr char FactsPrefix[] = "halyard:";

inline constexpr quint8 TcpFin = 0x01;
inline constexpr quint8 TcpSyn = 0x02;
inline constexpr quint8 TcpRst = 0x04;
inline constexpr quint8 TcpPush = 0x08;
inline constexpr quint8 TcpAck = 0x10;

} // namespace Halyard::Pcapng
