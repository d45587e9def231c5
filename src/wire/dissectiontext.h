// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "wire/dissection.h"
#include "wire/export.h"

namespace Halyard::Wire {

struct TextOptions {
    bool withHexDump = false; ///< of each layer, behind its fields
};

/// A dissection for people: a line with direction, protocol, place in the stream and summary, then a line for
/// each field: offset (hexadecimal) and length (decimal) in its layer, name and value, indented by depth, and
/// the note. Ends with a line end.
[[nodiscard]] HALYARD_EXPORT std::string toText(
    const Dissection &dissection, const TextOptions &options = {});

} // namespace Halyard::Wire
