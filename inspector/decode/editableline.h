// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QString>
#include <QStringView>

namespace Halyard::Inspector {

/// Any text as one line that a person can edit, of which fromEditableLine() makes the same text again. Comes
/// out as \n, \x1b or \u{202e}: what safeText() would escape, and what fields of a window lose (spaces at
/// either end, no-break spaces); a backslash comes out as two.
[[nodiscard]] QString editableLine(QStringView text);

/// Nothing where a backslash begins none of these; `wrongAt` says where, if wanted. Characters that
/// editableLine() would have escaped may stand for themselves.
[[nodiscard]] std::optional<QString> fromEditableLine(QStringView line, qsizetype *wrongAt = nullptr);

} // namespace Halyard::Inspector
