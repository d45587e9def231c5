// SPDX-License-Identifier: MIT
#pragma once

#include "wire/export.h"
#include "wire/framing.h"

namespace Halyard::Wire {

/// The plainest framing: | length u32 BE, of the body alone | body |. No check of its own.
class HALYARD_EXPORT LengthFraming final : public Framing
{
public:
    static constexpr std::size_t HeaderBytes = 4;

    [[nodiscard]] Result<std::optional<Extent>> measure(ByteView bytes, std::size_t limit) const override;
    [[nodiscard]] Result<void> check(ByteView frame, Extent extent) const override;
    [[nodiscard]] Extent extentFor(ByteView body) const override;
    [[nodiscard]] Extent maxOverhead() const override;
    void wrap(MutableBytes frame, Extent extent) const override;
};

} // namespace Halyard::Wire
