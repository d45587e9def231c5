// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// What a payload most likely is.
enum class PayloadFormat : std::uint8_t { Empty, Text, Json, Cbor, Binary };

/// "text", "JSON", …
[[nodiscard]] HALYARD_EXPORT std::string_view payloadFormatName(PayloadFormat format) noexcept;

/// Guesses from the bytes; `contentType` (a media type, may be empty) only settles what they leave open.
/// Costs are bounded: of a long payload the first 64 KiB are judged.
[[nodiscard]] HALYARD_EXPORT PayloadFormat guessPayloadFormat(ByteView payload, std::string_view contentType);

/// Whether the bytes are exactly one well-formed CBOR item (RFC 8949, section 5.3.1) of at most 65 536 parts
/// and 64 levels.
[[nodiscard]] HALYARD_EXPORT bool isCborItem(ByteView bytes);

} // namespace Halyard::Wire
