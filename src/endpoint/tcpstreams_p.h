// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>

#include "endpoint/pcapng.h"
#include "endpoint/tcppacket_p.h"

namespace Halyard::Pcapng {

/// Turns segments in the order of a capture file into consecutive bytes of conversations. Does not put late
/// segments back in place: what is missing is told, what is repeated is dropped.
class TcpStreams
{
public:
    /// `known` is the conversation that the file itself names for this segment; otherwise the addresses tell.
    void add(const TcpPacket &segment, const std::optional<CapturedConversation> &known, CapturedBytes found,
        std::deque<PcapngReader::Item> &out);

private:
    /// Both addresses and ports as text, the lower end first; the same for both directions.
    using Key = QByteArray;
    struct Side {
        std::optional<quint32> next; ///< the sequence number that continues the stream
        bool ended = false;
    };
    struct Stream {
        quint32 number = 0;
        QHostAddress client;
        quint16 clientPort = 0;
        std::array<Side, 2> sides; ///< by direction
    };

    Stream &streamOf(const TcpPacket &segment, const std::optional<CapturedConversation> &known,
        std::deque<PcapngReader::Item> &out);

    std::map<Key, Stream> m_streams;
    quint32 m_lastNumber = 0;
};

} // namespace Halyard::Pcapng
