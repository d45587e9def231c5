// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <vector>

#include "secretof.h"
#include "wire/npro/framing.h"

namespace Halyard::Wire::Test {

/// Rows of network-protocol.json with sealed packets.
inline std::vector<nlohmann::json> sealedSessions(std::string_view ending)
{
    std::vector<nlohmann::json> rows;
    for (const nlohmann::json &row : loadVectors("network-protocol.json")) {
        if (row["layer"] == "session" && row["name"].get<std::string>().ends_with(ending))
            rows.push_back(row);
    }
    return rows;
}

/// As a packet.
inline Bytes wrapped(ByteView body)
{
    const Npro::NproFraming framing;
    Bytes packet(Npro::HeaderBytes + body.size());
    copyBytes(body, packet.data() + Npro::HeaderBytes);
    framing.wrap(packet, framing.extentFor(body));
    return packet;
}

/// One packet of a recorded session.
struct RecordedPacket {
    bool isClients = false;
    Bytes body;
    nlohmann::json said; ///< what the recorder understood; empty where the packet was never completed
};

/// The packets of a row of network-protocol.json in the order in which they were complete.
inline std::vector<RecordedPacket> packetsOf(const nlohmann::json &row)
{
    std::vector<RecordedPacket> packets;
    std::array<Bytes, 2> pending;
    for (const nlohmann::json &chunk : row["chunks"]) {
        if (!chunk.contains("hex") || chunk["hex"].is_null())
            continue;
        const bool isClients = chunk["dir"] == "c2s";
        Bytes &bytes = pending[isClients ? 0 : 1];
        const Bytes more = bytesOf(chunk, "hex");
        bytes.insert(bytes.end(), more.begin(), more.end());
        for (std::size_t i = 0;; ++i) {
            const auto extent = Npro::NproFraming().measure(bytes, Npro::MaxPayloadBytes + Npro::HeaderBytes);
            if (!extent || !*extent || bytes.size() < (*extent)->total())
                break;
            packets.push_back(
                {isClients, toBytes(ByteView(bytes).subspan((*extent)->header, (*extent)->body)),
                    i < chunk["packets_completed"].size() ? chunk["packets_completed"][i]
                                                          : nlohmann::json::object()});
            bytes.erase(bytes.begin(), bytes.begin() + std::ptrdiff_t((*extent)->total()));
        }
    }
    return packets;
}

/// Random bytes that were written down, asked for in this order.
struct WrittenRandom {
    std::deque<Bytes> pieces;
    std::function<void(MutableBytes)> source()
    {
        return [this](MutableBytes out) {
            ASSERT_FALSE(pieces.empty());
            ASSERT_EQ(pieces.front().size(), out.size());
            copyBytes(pieces.front(), out.data());
            pieces.pop_front();
        };
    }
};

/// The wall clock of a session: its Init's time stamp.
inline Now clockOf(const nlohmann::json &row)
{
    return {TimePoint(std::chrono::hours(1)),
        std::chrono::system_clock::time_point(
            std::chrono::milliseconds(row["fields"]["timestamp_ms"].get<std::uint64_t>()))};
}

} // namespace Halyard::Wire::Test
