// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QByteArray>
#include <QByteArrayView>
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

/// The same for what is text only as a rule: bytes that are no UTF-8 come out as \xff, and characters that
/// would look like such as \u{ff}.
[[nodiscard]] QString editableBytes(QByteArrayView bytes);
[[nodiscard]] std::optional<QByteArray> bytesFromEditableLine(QStringView line);

} // namespace Halyard::Inspector
