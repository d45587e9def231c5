// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringView>

namespace Halyard::Inspector {

/// Text that may come from a peer, fit for one line of a window: control characters, separators of lines, and
/// marks that turn the direction of text or cannot be seen come out as \n, \x1b or \u{202e}. Doing it twice
/// changes nothing. After `maxCharacters` an ellipsis stands for the rest.
[[nodiscard]] QString safeText(QStringView text, qsizetype maxCharacters = 4'096);

/// The same for texts of several lines; ends of lines and tabs stay.
[[nodiscard]] QString safeLines(QStringView text, qsizetype maxCharacters = 65'536);

/// A text that is safe already, as a tool tip that shows it as it stands: tool tips take what looks like HTML
/// for HTML.
[[nodiscard]] QString asToolTip(const QString &safe);

/// Whether a character may stand in a window as it is.
[[nodiscard]] bool isHarmless(char32_t character);

} // namespace Halyard::Inspector
