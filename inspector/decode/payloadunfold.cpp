// SPDX-License-Identifier: MIT
#include "decode/payloadunfold.h"

#include "wire/payloadformat.h"

namespace Halyard::Inspector {

std::optional<Wire::Field> unfoldPayload(
    Wire::ByteView payload, std::size_t offset, const UnfoldLimits &limits)
{
    // Small numbers and short strings are CBOR by accident; only containers and tags are taken for it.
    const bool isContainer = !payload.empty() && std::to_integer<unsigned>(payload.front()) >= 0x80
        && std::to_integer<unsigned>(payload.front()) < 0xE0;
    if (isContainer)
        return unfoldCbor(payload, offset, limits);
    if (Wire::guessPayloadFormat(payload, {}) != Wire::PayloadFormat::Json)
        return std::nullopt;
    return unfoldJson(payload, offset, limits);
}

} // namespace Halyard::Inspector
