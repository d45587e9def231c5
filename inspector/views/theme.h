// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>

#include "capture/framefacts.h"

namespace Halyard::Inspector {

/// Colours and icons that mean something. Hues are those of Okabe and Ito, which people see apart with any
/// kind of colour vision; every colour comes with an icon or a word. Made for the palette in use, light or
/// dark.
class Theme
{
public:
    explicit Theme(const QPalette &palette);

    [[nodiscard]] bool isDark() const noexcept { return m_dark; }
    /// Behind a row; not valid where nothing stands out.
    [[nodiscard]] QColor background(Wire::Severity severity, FrameKind kind) const;
    /// For text and lines on the palette's base.
    [[nodiscard]] QColor ink(Wire::Severity severity) const;
    [[nodiscard]] QColor ink(FrameKind kind) const;
    /// On a selected row.
    [[nodiscard]] QColor chosenInk() const { return m_palette.color(QPalette::HighlightedText); }
    [[nodiscard]] QColor quiet() const;     ///< for what matters less
    [[nodiscard]] QColor highlight() const; ///< behind bytes of the chosen field

    /// A circle, a triangle or an octagon with its sign; null for None.
    [[nodiscard]] QIcon icon(Wire::Severity severity) const;
    /// An arrow to the right (out) or to the left (in); hollow for answers, with a bar for requests.
    [[nodiscard]] QIcon arrow(bool outgoing, FrameKind kind, const QColor &colour) const;
    [[nodiscard]] QIcon mark() const;

private:
    bool m_dark;
    QPalette m_palette;
};

/// The palette of the dark theme, and of the light one, for the Fusion style.
[[nodiscard]] QPalette darkPalette();
[[nodiscard]] QPalette lightPalette();

} // namespace Halyard::Inspector
