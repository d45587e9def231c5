// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "wire/bytes.h"
#include "wire/framing.h"

namespace Halyard::Inspector {

/// Finds where frames begin in one direction of a stream, from their headers alone and without keeping more
/// than an unfinished header. So frames can be left out whole, and counted, when there is no time to look at
/// them.
class FrameMeter
{
public:
    /// `framing` may be nullptr: then no boundary is ever known. It outlives the meter.
    FrameMeter(const Wire::Framing *framing, std::size_t maxFrameBytes);

    /// The offsets in `bytes`, ascending, at which frames begin, as far as their headers are needed to tell.
    void advance(Wire::ByteView bytes, std::vector<std::size_t> &begins);
    /// False where the bytes are no frames: from then on there are no boundaries.
    [[nodiscard]] bool isInStep() const noexcept { return m_framing != nullptr; }

private:
    static constexpr std::size_t MaxHeaderBytes = 64;

    const Wire::Framing *m_framing;
    std::size_t m_maxFrameBytes;
    std::size_t m_rest = 0; ///< bytes of the present frame still to come
    Wire::Bytes m_header;   ///< the front of a frame whose size cannot be told yet
};

} // namespace Halyard::Inspector
