// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Where a session writes frames. A body is written in place: begin, fill, commit.
class HALYARD_EXPORT FrameSink
{
public:
    virtual ~FrameSink();
    /// Space for one body of exactly `bytes`, valid until commit(). Fails with PayloadTooLarge.
    [[nodiscard]] virtual Result<MutableBytes> begin(std::size_t bytes) = 0;
    /// Filters, seals and wraps it, behind what is pending. On failure nothing of it is left.
    [[nodiscard]] virtual Result<void> commit() = 0;
    /// Whether a body of so many plain bytes can leave. Fails with PayloadTooLarge. A filter that makes a
    /// body larger can still fail commit().
    [[nodiscard]] virtual Result<void> checkSize(std::size_t bytes) const = 0;
    /// One frame for each of these bodies, for a message that must not be cut short: what filters and limits
    /// have against any of them is known before the first one leaves. Only a key that is used up can still
    /// come between them.
    [[nodiscard]] virtual Result<void> writeTogether(std::span<const ByteView> bodies);
    /// Output that the transport has not taken yet, in bytes: what keeps the line busy without a heartbeat.
    [[nodiscard]] virtual std::size_t pendingBytes() const = 0;
};

} // namespace Halyard::Wire
