// SPDX-License-Identifier: MIT
#pragma once

#include "wire/bytes.h"
#include "wire/export.h"
#include "wire/recognition.h"

namespace Halyard::Wire::TfServer {

/// How many bytes suffice to tell.
inline constexpr std::size_t TellingBytes = 64;
/// The longest name of a handler, in bytes, whose look-up can be told from the name of a user: with four
/// bytes of the frame and nine behind the name, generation 4 fills TellingBytes.
inline constexpr std::size_t LongestTellingName = TellingBytes - 13;

/// Whether a session in clear begins so: with the opening of a request of either generation. An opening too
/// long for TellingBytes, which only the name of a handler can make so, counts in generation 3 alone, where
/// its first bytes tell; nothing tells a long name of generation 4 from that of a user.
[[nodiscard]] HALYARD_EXPORT Recognition looksClear(ByteView first) noexcept;
/// Whether a sealed session begins so: with the name of a user, and a frame of 33 bytes that begins with A.
[[nodiscard]] HALYARD_EXPORT Recognition looksSealed(ByteView first) noexcept;

} // namespace Halyard::Wire::TfServer
