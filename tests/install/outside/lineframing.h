// SPDX-License-Identifier: MIT
#pragma once

#include <halyard/wire/framing.h>

/// A frame is a line of text: its body ends before a line feed.
class LineFraming final : public Halyard::Wire::Framing
{
public:
    [[nodiscard]] Halyard::Wire::Result<std::optional<Halyard::Wire::Extent>> measure(
        Halyard::Wire::ByteView bytes, std::size_t limit) const override;
    [[nodiscard]] Halyard::Wire::Result<void> check(
        Halyard::Wire::ByteView frame, Halyard::Wire::Extent extent) const override;
    [[nodiscard]] Halyard::Wire::Extent extentFor(Halyard::Wire::ByteView body) const override;
    [[nodiscard]] Halyard::Wire::Extent maxOverhead() const override;
    void wrap(Halyard::Wire::MutableBytes frame, Halyard::Wire::Extent extent) const override;
};
