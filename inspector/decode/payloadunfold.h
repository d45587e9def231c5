// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "wire/bytes.h"
#include "wire/dissection.h"

namespace Halyard::Inspector {

struct UnfoldLimits {
    std::size_t maxFields = 10'000; ///< what comes behind is told by a note
    int maxDepth = 64;
};

/// What is inside a payload that is JSON or CBOR, as a field named after the format; nothing for other
/// payloads. `offset` is where the payload begins in its layer; all offsets count there.
[[nodiscard]] std::optional<Wire::Field> unfoldPayload(
    Wire::ByteView payload, std::size_t offset, const UnfoldLimits &limits = {});

/// The two behind it. Nothing if the bytes are not exactly one well-formed item.
[[nodiscard]] std::optional<Wire::Field> unfoldJson(
    Wire::ByteView text, std::size_t offset, const UnfoldLimits &limits = {});
[[nodiscard]] std::optional<Wire::Field> unfoldCbor(
    Wire::ByteView bytes, std::size_t offset, const UnfoldLimits &limits = {});

} // namespace Halyard::Inspector
