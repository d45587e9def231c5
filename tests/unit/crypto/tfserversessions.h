// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "secretof.h"

namespace Halyard::Wire::Test {

/// One frame of a recorded session of tfserver.
struct RecordedFrame {
    bool isClients = false;
    Bytes bytes;                ///< with its length in front
    std::optional<Bytes> plain; ///< of its body: the same where nothing is sealed, nothing in a handshake
};

/// What a WebSocket message holds; those of clients are masked. Recorded ones are short and whole.
inline Bytes unmasked(ByteView message)
{
    const auto octet = [&](std::size_t at) { return std::to_integer<unsigned>(message[at]); };
    const bool isMasked = (octet(1) & 0x80U) != 0;
    const bool isLong = (octet(1) & 0x7fU) == 126;
    const std::size_t mask = isLong ? 4 : 2;
    Bytes payload = toBytes(message.subspan(mask + (isMasked ? 4 : 0)));
    for (std::size_t i = 0; isMasked && i < payload.size(); ++i)
        payload[i] ^= message[mask + i % 4];
    return payload;
}

/// The frames of a row of tfserver.json in their order. The last one may be unfinished.
inline std::vector<RecordedFrame> framesOf(const nlohmann::json &row)
{
    std::vector<RecordedFrame> frames;
    const bool isSealed = row.contains("secrets");
    for (const nlohmann::json &chunk : row["chunks"]) {
        if (chunk["meaning"] == "HTTP upgrade")
            continue;
        RecordedFrame frame {chunk["from"] == "C", bytesOf(chunk, "hex"), std::nullopt};
        if (row["transport"] == "ws")
            frame.bytes = unmasked(frame.bytes);
        if (chunk.contains("plain"))
            frame.plain = bytesOf(chunk, "plain");
        else if (!isSealed)
            frame.plain
                = toBytes(ByteView(frame.bytes).subspan(std::min<std::size_t>(4, frame.bytes.size())));
        frames.push_back(std::move(frame));
    }
    return frames;
}

} // namespace Halyard::Wire::Test
