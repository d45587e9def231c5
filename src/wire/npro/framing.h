// SPDX-License-Identifier: MIT
#pragma once

#include "wire/export.h"
#include "wire/framing.h"
#include "wire/npro/codec.h"

namespace Halyard::Wire::Npro {

/// Cuts packets. Extent: header = MAGIC, VERSION and LENGTH, body = payload. There is no checksum. More than
/// MaxPayloadBytes are too many whatever the limit is.
class HALYARD_EXPORT NproFraming final : public Framing
{
public:
    [[nodiscard]] Result<std::optional<Extent>> measure(ByteView bytes, std::size_t limit) const override;
    [[nodiscard]] Result<void> check(ByteView frame, Extent extent) const override;
    [[nodiscard]] Extent extentFor(ByteView body) const override;
    [[nodiscard]] Extent maxOverhead() const override;
    void wrap(MutableBytes frame, Extent extent) const override;
};

} // namespace Halyard::Wire::Npro
