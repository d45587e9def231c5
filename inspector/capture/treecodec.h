// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>

#include "wire/dissection.h"

namespace Halyard::Inspector {

/// Whether a fresh dissector, given nothing but the frame, would come to something else: it was opened with
/// secrets, it is cut short, or what is wrong with it was told by what came before.
[[nodiscard]] bool needsStoredTree(const Wire::Dissection &dissection);

/// A dissection without its outermost bytes, for the record in a block.
[[nodiscard]] QByteArray storedTree(const Wire::Dissection &dissection);

/// The dissection again; nothing if `stored` is not what storedTree() made.
[[nodiscard]] std::optional<Wire::Dissection> dissectionFrom(
    const QByteArray &stored, const QByteArray &frame);

} // namespace Halyard::Inspector
