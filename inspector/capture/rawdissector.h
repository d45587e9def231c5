// SPDX-License-Identifier: MIT
#pragma once

#include <deque>

#include "wire/dissection.h"

namespace Halyard::Inspector {

/// For conversations whose protocol nobody knows: each stretch as it came, unexplained.
class RawDissector final : public Wire::Dissector
{
public:
    void feed(Wire::Direction direction, Wire::ByteView bytes, Wire::Now now) override;
    void finish(Wire::Direction, Wire::Now) override { }
    [[nodiscard]] std::optional<Wire::Dissection> next() override;

private:
    std::deque<Wire::Dissection> m_ready;
    std::uint64_t m_offsets[2] {};
};

} // namespace Halyard::Inspector
