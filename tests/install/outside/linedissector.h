// SPDX-License-Identifier: MIT
#pragma once

#include <halyard/wire/streamdissector.h>

#include "lineframing.h"

/// Explains lines; any byte may begin one, so garbage cannot be told from a line that is merely wrong.
class LineDissector final : public Halyard::Wire::StreamDissector
{
public:
    LineDissector();

private:
    [[nodiscard]] std::optional<bool> looksLikeFrame(Halyard::Wire::ByteView) const override { return false; }
    [[nodiscard]] std::optional<std::byte> firstByte() const override { return std::nullopt; }
    void explainFrame(Halyard::Wire::Dissection &dissection, bool isTruncated) override;
    void explainGarbage(Halyard::Wire::Dissection &dissection, const Halyard::Wire::Error &error) override;

    LineFraming m_framing;
};
