// SPDX-License-Identifier: MIT
#pragma once

#include "wire/export.h"
#include "wire/framing.h"
#include "wire/vstp/codec.h"

namespace Halyard::Wire::Vstp {

/// Cuts vstp frames. Extent: header = MAGIC and VER, body = TYPE … payload, trailer = checksum. wrap() sets
/// PAY_LEN from the body's size (a filter may have changed it), then MAGIC, VER and checksum.
class HALYARD_EXPORT VstpFraming final : public Framing
{
public:
    explicit VstpFraming(Profile profile = Profile::R) noexcept
        : m_profile(profile)
    { }

    [[nodiscard]] Profile profile() const noexcept { return m_profile; }
    [[nodiscard]] Result<std::optional<Extent>> measure(ByteView bytes, std::size_t limit) const override;
    [[nodiscard]] Result<void> check(ByteView frame, Extent extent) const override;
    [[nodiscard]] Extent extentFor(ByteView body) const override;
    [[nodiscard]] Extent maxOverhead() const override;
    void wrap(MutableBytes frame, Extent extent) const override;

private:
    Profile m_profile;
};

} // namespace Halyard::Wire::Vstp
