// SPDX-License-Identifier: MIT
#include "wire/npro/layout.h"

#include <string>

#include "wire/hexdump.h"

namespace Halyard::Wire::Npro {

tl::unexpected<Error> badMagic(ByteView start)
{
    // Only up to the first wrong byte, so that the text does not depend on how much has come.
    const auto wrong = std::mismatch(start.begin(), start.end(), Magic.begin(), Magic.end()).first;
    const ByteView shown = start.first(std::min(std::size_t(wrong - start.begin()) + 1, start.size()));
    return failure(ErrorCode::BadMagic, ErrorOrigin::Peer,
        "a packet begins with 4e50524f (\"NPRO\"), this with " + toHex(shown));
}

tl::unexpected<Error> badVersion(std::uint8_t version)
{
    return failure(ErrorCode::BadVersion, ErrorOrigin::Peer,
        "version " + std::to_string(version) + "; only version 1 exists");
}

tl::unexpected<Error> tooLarge(std::uint64_t bytes, std::size_t limit)
{
    return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer,
        std::to_string(bytes) + " bytes are announced; the limit is " + std::to_string(limit));
}

} // namespace Halyard::Wire::Npro
