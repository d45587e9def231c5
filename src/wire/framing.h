// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// How one frame divides; sizes in bytes. `body` is what sessions, filters and frame security see.
struct Extent {
    std::size_t header = 0;
    std::size_t body = 0;
    std::size_t trailer = 0;

    [[nodiscard]] std::size_t total() const noexcept { return header + body + trailer; }
    friend bool operator==(const Extent &, const Extent &) = default;
};

/// Where a frame begins and ends, and its checks. Stateless and shared by all connections; the dissector uses
/// the same one.
class HALYARD_EXPORT Framing
{
public:
    Framing() = default;
    Framing(const Framing &) = delete;
    Framing &operator=(const Framing &) = delete;
    virtual ~Framing();

    /// The extent of the frame at the front of `bytes`, or nothing while too few bytes are there to tell.
    /// Decides from the header alone: fails with PayloadTooLarge when the whole frame would exceed `limit`
    /// bytes, before its body is awaited, and with BadMagic or BadVersion where the format has them.
    [[nodiscard]] virtual Result<std::optional<Extent>> measure(ByteView bytes, std::size_t limit) const = 0;

    /// Checksum and the like of one complete frame (`frame.size() == extent.total()`).
    [[nodiscard]] virtual Result<void> check(ByteView frame, Extent extent) const = 0;

    /// What surrounds this body; its content may matter (profile S of vstp has a trailer only with
    /// FLAGS.CRC).
    [[nodiscard]] virtual Extent extentFor(ByteView body) const = 0;
    /// The most that any frame has around its body, in bytes: what to leave in front and behind.
    [[nodiscard]] virtual Extent maxOverhead() const = 0;

    /// Writes header and trailer around a body that is in place, lengths and checksum included.
    virtual void wrap(MutableBytes frame, Extent extent) const = 0;
};

} // namespace Halyard::Wire
