// SPDX-License-Identifier: MIT
#include "wire/npro/recognition.h"

#include "wire/npro/layout.h"

namespace Halyard::Wire::Npro {

std::optional<Opening> recogniseOpening(ByteView first)
{
    NoTrace trace;
    const auto extent = readStart(first, HeaderBytes + MaxPayloadBytes, trace);
    if (!extent)
        return Opening::Other;
    if (!*extent)
        return std::nullopt;
    constexpr std::size_t initBytes = 4 + 32 + 8 + 16;
    if ((*extent)->body < initBytes)
        return Opening::Packet;
    const auto tag = ByteReader(first.subspan(HeaderBytes)).readU32Le();
    if (!tag)
        return std::nullopt;
    return *tag == TagOf<HandshakeInit> ? Opening::Handshake : Opening::Packet;
}

} // namespace Halyard::Wire::Npro
