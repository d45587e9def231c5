// SPDX-License-Identifier: MIT
#include "models/hexgeometry.h"

#include <algorithm>

namespace Halyard::Inspector {

namespace {

constexpr int MinOffsetDigits = 4;
constexpr int CharactersPerByte = 3; // two digits and a blank
constexpr int GapCharacters = 2;     // between offset, digits and text
constexpr int MarginCharacters = 1;  // left of everything and right of it

} // namespace

void HexGeometry::setCharacter(int width, int height)
{
    m_charWidth = std::max(1, width);
    m_height = std::max(1, height);
    setAvailableWidth(m_available);
}

void HexGeometry::setByteCount(qint64 count)
{
    m_count = std::max<qint64>(0, count);
    setAvailableWidth(m_available);
}

void HexGeometry::setAvailableWidth(int width)
{
    m_available = width;
    m_columns = MinColumns;
    while (m_columns < MaxColumns && widthFor(m_columns + ColumnStep) <= width)
        m_columns += ColumnStep;
}

int HexGeometry::offsetDigits() const noexcept
{
    int digits = MinOffsetDigits;
    while (digits < 15 && (m_count >> (digits * 4)) > 0)
        ++digits;
    return digits;
}

qint64 HexGeometry::lineCount() const noexcept { return (m_count + m_columns - 1) / m_columns; }

int HexGeometry::hexLeft() const noexcept
{
    return (MarginCharacters + offsetDigits() + GapCharacters) * m_charWidth;
}

/// A blank more after every eight bytes.
int HexGeometry::hexX(int column) const noexcept
{
    return hexLeft() + (column * CharactersPerByte + column / ColumnStep) * m_charWidth;
}

int HexGeometry::textLeft(int columns) const noexcept
{
    return hexX(columns - 1) + (2 + GapCharacters) * m_charWidth;
}

int HexGeometry::widthFor(int columns) const noexcept
{
    return textLeft(columns) + (columns + MarginCharacters) * m_charWidth;
}

QRect HexGeometry::hexRect(qint64 offset) const
{
    const int column = int(offset % m_columns);
    return {hexX(column), int(lineOf(offset)) * m_height, 2 * m_charWidth, m_height};
}

QRect HexGeometry::textRect(qint64 offset) const
{
    const int column = int(offset % m_columns);
    return {
        textLeft(m_columns) + column * m_charWidth, int(lineOf(offset)) * m_height, m_charWidth, m_height};
}

QRect HexGeometry::hexSpan(qint64 first, qint64 last) const { return hexRect(first).united(hexRect(last)); }

QRect HexGeometry::textSpan(qint64 first, qint64 last) const
{
    return textRect(first).united(textRect(last));
}

std::optional<HexGeometry::Hit> HexGeometry::hit(QPoint point) const
{
    const bool inText = point.x() >= textLeft(m_columns) - m_charWidth;
    const bool beside = point.x() < hexLeft() - m_charWidth || point.x() >= contentWidth();
    if (m_count == 0 || beside || point.y() < 0 || point.y() >= lineCount() * m_height)
        return std::nullopt;
    const auto offset = nearest(point, inText);
    if (!offset || lineOf(*offset) != point.y() / m_height)
        return std::nullopt;
    return Hit {*offset, inText};
}

std::optional<qint64> HexGeometry::nearest(QPoint point, bool inText) const
{
    if (m_count == 0)
        return std::nullopt;
    const qint64 line = std::clamp<qint64>(point.y() < 0 ? 0 : point.y() / m_height, 0, lineCount() - 1);
    int column = 0;
    if (inText) {
        column = (point.x() - textLeft(m_columns)) / m_charWidth;
    } else {
        // The blank behind a byte belongs half to it, half to the next one.
        while (column + 1 < m_columns && point.x() >= hexX(column + 1) - m_charWidth / 2)
            ++column;
    }
    column = std::clamp(column, 0, m_columns - 1);
    return std::min(line * m_columns + column, m_count - 1);
}

} // namespace Halyard::Inspector
