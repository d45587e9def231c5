// SPDX-License-Identifier: MIT
#include "views/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace Halyard::Inspector {

using Wire::Severity;

namespace {

constexpr int IconSize = 16;
constexpr int MaxScale = 3; ///< icons are drawn for screens of up to this scale

constexpr QColor Blue(0x00, 0x72, 0xB2);
constexpr QColor SkyBlue(0x56, 0xB4, 0xE9);
constexpr QColor Green(0x00, 0x9E, 0x73);
constexpr QColor Orange(0xE6, 0x9F, 0x00);
constexpr QColor Vermillion(0xD5, 0x5E, 0x00);
constexpr QColor Purple(0xCC, 0x79, 0xA7);

template <class Draw>
QIcon painted(const Draw &draw)
{
    QIcon icon;
    for (int scale = 1; scale <= MaxScale; ++scale) {
        QPixmap pixmap(IconSize * scale, IconSize * scale);
        pixmap.setDevicePixelRatio(scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        draw(painter);
        painter.end();
        icon.addPixmap(pixmap);
        icon.addPixmap(pixmap, QIcon::Selected); // or the selection's colour would be mixed in
    }
    return icon;
}

QColor mixed(const QColor &one, const QColor &other, double share)
{
    const auto mix = [share](float a, float b) { return float(a * share + b * (1 - share)); };
    return QColor::fromRgbF(
        mix(one.redF(), other.redF()), mix(one.greenF(), other.greenF()), mix(one.blueF(), other.blueF()));
}

} // namespace

Theme::Theme(const QPalette &palette)
    : m_dark(palette.color(QPalette::Base).lightness() < 128)
    , m_palette(palette)
{ }

QColor Theme::ink(Severity severity) const
{
    switch (severity) {
    case Severity::Note:
        return m_dark ? SkyBlue : Blue;
    case Severity::Warning:
        return m_dark ? Orange : QColor(0x8A, 0x5A, 0x00);
    case Severity::Error:
        return m_dark ? QColor(0xFF, 0x8C, 0x42) : QColor(0xB0, 0x3A, 0x00);
    case Severity::None:
        break;
    }
    return m_palette.color(QPalette::Text);
}

QColor Theme::ink(FrameKind kind) const
{
    switch (kind) {
    case FrameKind::Request:
        return m_dark ? SkyBlue : Blue;
    case FrameKind::Answer:
        return m_dark ? QColor(0x3F, 0xC9, 0xA0) : QColor(0x00, 0x7A, 0x59);
    case FrameKind::Plain:
        break;
    }
    return m_dark ? QColor(0xE0, 0xA0, 0xC4) : QColor(0x8F, 0x3F, 0x70);
}

QColor Theme::background(Severity severity, FrameKind kind) const
{
    const QColor base = m_palette.color(QPalette::Base);
    const double share = m_dark ? 0.30 : 0.22;
    if (severity == Severity::Error)
        return mixed(Vermillion, base, share);
    if (severity == Severity::Warning)
        return mixed(Orange, base, share);
    if (kind == FrameKind::Request)
        return mixed(Blue, base, m_dark ? 0.22 : 0.09);
    if (kind == FrameKind::Answer)
        return mixed(Green, base, m_dark ? 0.20 : 0.09);
    return {};
}

QColor Theme::quiet() const
{
    return mixed(m_palette.color(QPalette::Text), m_palette.color(QPalette::Base), 0.62);
}

QColor Theme::highlight() const
{
    return mixed(SkyBlue, m_palette.color(QPalette::Base), m_dark ? 0.45 : 0.40);
}

QIcon Theme::icon(Severity severity) const
{
    if (severity == Severity::None)
        return {};
    const QColor fill = ink(severity);
    const QColor sign = m_palette.color(QPalette::Base);
    return painted([severity, fill, sign](QPainter &painter) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        QPen pen(sign, 1.8);
        pen.setCapStyle(Qt::RoundCap);
        switch (severity) {
        case Severity::Warning:
            painter.drawPolygon(QPolygonF({{8, 1.5}, {15, 14.5}, {1, 14.5}}));
            painter.setPen(pen);
            painter.drawLine(QPointF(8, 6), QPointF(8, 9.8));
            painter.drawPoint(QPointF(8, 12.4));
            break;
        case Severity::Error:
            painter.drawPolygon(
                QPolygonF({{5, 1}, {11, 1}, {15, 5}, {15, 11}, {11, 15}, {5, 15}, {1, 11}, {1, 5}}));
            painter.setPen(pen);
            painter.drawLine(QPointF(5.3, 5.3), QPointF(10.7, 10.7));
            painter.drawLine(QPointF(10.7, 5.3), QPointF(5.3, 10.7));
            break;
        default:
            painter.drawEllipse(QPointF(8, 8), 6.8, 6.8);
            painter.setPen(pen);
            painter.drawPoint(QPointF(8, 4.8));
            painter.drawLine(QPointF(8, 7.6), QPointF(8, 11.4));
        }
    });
}

QIcon Theme::arrow(bool outgoing, FrameKind kind, const QColor &colour) const
{
    return painted([outgoing, kind, colour](QPainter &painter) {
        if (!outgoing) {
            painter.translate(IconSize, 0);
            painter.scale(-1, 1);
        }
        QPainterPath head;
        head.addPolygon(QPolygonF({{9, 3.5}, {14.5, 8}, {9, 12.5}, {9, 3.5}}));
        painter.setPen(QPen(colour, 1.6));
        painter.drawLine(QPointF(2, 8), QPointF(9, 8));
        if (kind == FrameKind::Request)
            painter.drawLine(QPointF(2, 4.5), QPointF(2, 11.5));
        if (kind == FrameKind::Answer)
            painter.drawPath(head);
        else
            painter.fillPath(head, colour);
    });
}

QIcon Theme::mark() const
{
    const QColor colour = m_dark ? Orange : QColor(0xB3, 0x7A, 0x00);
    return painted([colour](QPainter &painter) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF({{4, 1}, {12, 1}, {12, 15}, {8, 11}, {4, 15}}));
    });
}

QPalette darkPalette()
{
    const QColor window(0x2B, 0x2D, 0x30);
    const QColor base(0x1E, 0x1F, 0x22);
    const QColor text(0xDF, 0xE1, 0xE5);
    const QColor disabled(0x7C, 0x80, 0x88);
    QPalette palette(window);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, QColor(0x25, 0x27, 0x2A));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::PlaceholderText, QColor(0x9A, 0x9E, 0xA6));
    palette.setColor(QPalette::Button, QColor(0x3A, 0x3D, 0x41));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, QColor(0x3A, 0x3D, 0x41));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Highlight, QColor(0x2F, 0x6D, 0xA3));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, SkyBlue);
    palette.setColor(QPalette::LinkVisited, Purple);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, disabled);
    return palette;
}

QPalette lightPalette()
{
    QPalette palette(QColor(0xF0, 0xF1, 0xF3));
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::AlternateBase, QColor(0xF7, 0xF8, 0xFA));
    palette.setColor(QPalette::Highlight, QColor(0x1F, 0x5F, 0x99));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::PlaceholderText, QColor(0x6B, 0x70, 0x78));
    palette.setColor(QPalette::Link, Blue);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(0x90, 0x95, 0x9C));
    return palette;
}

} // namespace Halyard::Inspector
