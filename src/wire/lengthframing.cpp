// SPDX-License-Identifier: MIT
#include "wire/lengthframing.h"

#include <cstdint>
#include <string>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"

namespace Halyard::Wire {

Result<std::optional<Extent>> LengthFraming::measure(ByteView bytes, std::size_t limit) const
{
    const auto length = ByteReader(bytes).readU32Be();
    if (!length)
        return std::nullopt;
    const std::uint64_t total = std::uint64_t {HeaderBytes} + *length;
    if (total > limit)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer,
            "a frame of " + std::to_string(total) + " bytes, limit " + std::to_string(limit));
    return Extent {HeaderBytes, *length, 0};
}

Result<void> LengthFraming::check(ByteView, Extent) const { return {}; }

Extent LengthFraming::extentFor(ByteView body) const { return {HeaderBytes, body.size(), 0}; }

Extent LengthFraming::maxOverhead() const { return {HeaderBytes, 0, 0}; }

void LengthFraming::wrap(MutableBytes frame, Extent extent) const
{
    ByteWriter(frame).writeU32Be(static_cast<std::uint32_t>(extent.body));
}

} // namespace Halyard::Wire
