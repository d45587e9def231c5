// SPDX-License-Identifier: MIT
#include "wire/npro/recognition.h"

#include "wire/npro/layout.h"

namespace Halyard::Wire::Npro {

namespace {

enum class Opening : std::uint8_t { TooShort, Init, OtherPacket, NoPacket };

Opening openingOf(ByteView first)
{
    NoTrace trace;
    const auto extent = readStart(first, HeaderBytes + MaxPayloadBytes, trace);
    if (!extent)
        return Opening::NoPacket;
    if (!*extent)
        return Opening::TooShort;
    constexpr std::size_t initBytes = 4 + 32 + 8 + 16;
    if ((*extent)->body < initBytes)
        return Opening::OtherPacket;
    const auto tag = ByteReader(first.subspan(HeaderBytes)).readU32Le();
    if (!tag)
        return Opening::TooShort;
    return *tag == TagOf<HandshakeInit> ? Opening::Init : Opening::OtherPacket;
}

Recognition judge(Opening opening, Opening wanted)
{
    if (opening == Opening::TooShort)
        return Recognition::More;
    return opening == wanted ? Recognition::Yes : Recognition::No;
}

} // namespace

Recognition looksSealed(ByteView first) noexcept { return judge(openingOf(first), Opening::Init); }

Recognition looksPlain(ByteView first) noexcept { return judge(openingOf(first), Opening::OtherPacket); }

} // namespace Halyard::Wire::Npro
