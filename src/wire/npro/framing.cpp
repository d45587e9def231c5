// SPDX-License-Identifier: MIT
#include "wire/npro/framing.h"

#include "wire/bytewriter.h"
#include "wire/npro/layout.h"

namespace Halyard::Wire::Npro {

Result<std::optional<Extent>> NproFraming::measure(ByteView bytes, std::size_t limit) const
{
    NoTrace trace;
    return readStart(bytes, limit, trace);
}

Result<void> NproFraming::check(ByteView, Extent) const { return {}; }

Extent NproFraming::extentFor(ByteView body) const { return {HeaderBytes, body.size(), 0}; }

Extent NproFraming::maxOverhead() const { return {HeaderBytes, 0, 0}; }

void NproFraming::wrap(MutableBytes frame, Extent extent) const
{
    ByteWriter(frame).writeBytes(Magic).writeU8(Version).writeU32Be(std::uint32_t(extent.body));
}

} // namespace Halyard::Wire::Npro
