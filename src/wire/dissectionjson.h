// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "wire/dissection.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// A dissection for programs, as one line of JSON without a line end:
///   {"protocol", "direction": "c2s"|"s2c", "complete", "name", "value", "offset", "length",
///    "severity": "none"|"note"|"warning"|"error", "note", "fields": [ … ]}
/// and in front of these "conversation", where several are told apart by a number (0: none).
/// Fields have the same keys but the first three; where a field opens a layer of its own, "bytes" holds that
/// as hexadecimal digits, and offsets below count in it. Text that is no UTF-8 comes out with U+FFFD.
[[nodiscard]] HALYARD_EXPORT std::string toJson(const Dissection &dissection, std::uint64_t conversation = 0);

} // namespace Halyard::Wire
