// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QPoint>
#include <QRect>
#include <QString>

namespace Halyard::Inspector {

/// Where everything of a hex dump is: offset, hex digits, text, in lines of 8, 16, 24 or 32 bytes, whatever
/// fits the width. Pixels count from the top left of the whole dump; the caller scrolls.
class HexGeometry
{
public:
    static constexpr int ColumnStep = 8;
    static constexpr int MinColumns = 8;
    static constexpr int MaxColumns = 32;

    struct Hit {
        qint64 offset = 0;
        bool inText = false; ///< in the text part rather than among the hex digits
    };

    void setCharacter(int width, int height);
    void setByteCount(qint64 count);
    /// The space there is; the widest dump that fits is chosen, the narrowest where none does.
    void setAvailableWidth(int width);

    [[nodiscard]] int columns() const noexcept { return m_columns; }
    [[nodiscard]] qint64 lineCount() const noexcept;
    [[nodiscard]] qint64 lineOf(qint64 offset) const noexcept { return offset / m_columns; }
    [[nodiscard]] int lineHeight() const noexcept { return m_height; }
    [[nodiscard]] int contentWidth() const noexcept { return widthFor(m_columns); }
    [[nodiscard]] int offsetDigits() const noexcept;

    /// The two digits of a byte.
    [[nodiscard]] QRect hexRect(qint64 offset) const;
    /// The character of a byte.
    [[nodiscard]] QRect textRect(qint64 offset) const;
    /// From the first to the last digit of bytes of one line, gaps between them included.
    [[nodiscard]] QRect hexSpan(qint64 first, qint64 last) const;
    [[nodiscard]] QRect textSpan(qint64 first, qint64 last) const;
    /// The byte at this point; between bytes the nearer one. Nothing beside the bytes and below the last
    /// line.
    [[nodiscard]] std::optional<Hit> hit(QPoint point) const;
    /// Like hit(), but the nearest byte wherever the point is; for dragging. Nothing without bytes.
    [[nodiscard]] std::optional<qint64> nearest(QPoint point, bool inText) const;

private:
    [[nodiscard]] int widthFor(int columns) const noexcept;
    [[nodiscard]] int hexLeft() const noexcept;
    [[nodiscard]] int hexX(int column) const noexcept;
    [[nodiscard]] int textLeft(int columns) const noexcept;

    int m_charWidth = 8;
    int m_height = 16;
    qint64 m_count = 0;
    int m_columns = 16;
    int m_available = 0;
};

} // namespace Halyard::Inspector
