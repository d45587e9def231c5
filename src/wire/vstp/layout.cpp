// SPDX-License-Identifier: MIT
#include "wire/vstp/layout.h"

#include <algorithm>
#include <string>

#include "wire/hexdump.h"

namespace Halyard::Wire::Vstp {

tl::unexpected<Error> badMagic(ByteView start)
{
    // Only up to the first wrong byte, so that the text does not depend on how much has come.
    const auto wrong = std::mismatch(start.begin(), start.end(), Magic.begin(), Magic.end()).first;
    const ByteView shown = start.first(std::min(std::size_t(wrong - start.begin()) + 1, start.size()));
    return failure(ErrorCode::BadMagic, ErrorOrigin::Peer,
        "a frame begins with 5654 (\"VT\"), this with " + toHex(shown));
}

tl::unexpected<Error> badVersion(std::uint8_t version)
{
    return failure(ErrorCode::BadVersion, ErrorOrigin::Peer,
        "version " + std::to_string(version) + "; only version 1 exists");
}

tl::unexpected<Error> tooLarge(std::uint64_t total, std::size_t limit)
{
    return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer,
        "a frame of " + std::to_string(total) + " bytes is announced; the limit is " + std::to_string(limit));
}

tl::unexpected<Error> unknownType(std::uint8_t type)
{
    return failure(ErrorCode::UnknownFrameType, ErrorOrigin::Peer,
        "frame type " + std::to_string(type) + "; 1 to 8 exist");
}

tl::unexpected<Error> shortBody(std::size_t bodyBytes, std::size_t headerBytes)
{
    return failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer,
        "a body of " + std::to_string(bodyBytes) + " bytes cannot hold its lengths and "
            + std::to_string(headerBytes) + " bytes of headers");
}

tl::unexpected<Error> crcMismatch(Profile profile, std::uint32_t received, std::uint32_t computed)
{
    const std::size_t digits = profile == Profile::R ? 8 : 4;
    return failure(ErrorCode::CrcMismatch, ErrorOrigin::Peer,
        "the checksum is 0x" + toHex(received, digits) + "; the bytes in front of it give 0x"
            + toHex(computed, digits));
}

} // namespace Halyard::Wire::Vstp
