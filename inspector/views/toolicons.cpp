// SPDX-License-Identifier: MIT
#include "views/toolicons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>

#include "views/theme.h"

namespace Halyard::Inspector {

namespace {

constexpr qreal Grid = 16; ///< all drawings are made for a square of this side
constexpr qreal Stroke = 1.3;

/// A pen for lines and a colour for what they are about.
struct Inks {
    QColor line;
    QColor accent;
};

void drawArrow(QPainter &painter, QPointF from, QPointF to)
{
    painter.drawLine(from, to);
    const QPointF along = (to - from) / std::hypot(to.x() - from.x(), to.y() - from.y());
    const QPointF across(-along.y(), along.x());
    painter.drawPolyline(QPolygonF({to - along * 2.8 + across * 2.8, to, to - along * 2.8 - across * 2.8}));
}

void drawHost(QPainter &painter, const QRectF &box)
{
    painter.drawRoundedRect(box, 1, 1);
    const qreal third = box.height() / 3;
    for (const qreal y : {box.top() + third, box.top() + 2 * third})
        painter.drawLine(QPointF(box.left() + 1.2, y), QPointF(box.right() - 1.2, y));
}

void drawEndpoints(QPainter &painter, ToolIcon icon, const Inks &inks)
{
    const QPen accent(inks.accent, Stroke * 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (icon) {
    case ToolIcon::Connect:
        drawHost(painter, {10, 3, 5, 10});
        painter.setPen(accent);
        return drawArrow(painter, {1, 8}, {8.2, 8});
    case ToolIcon::Listen:
        drawHost(painter, {1, 3, 5, 10});
        painter.setPen(accent);
        return drawArrow(painter, {15, 8}, {7.8, 8});
    default:
        painter.drawRoundedRect(QRectF(1, 4, 2.6, 8), 0.8, 0.8);
        painter.drawRoundedRect(QRectF(12.4, 4, 2.6, 8), 0.8, 0.8);
        painter.setPen(accent);
        painter.drawLine(QPointF(4.4, 8), QPointF(11.6, 8));
        painter.setBrush(inks.accent);
        painter.drawEllipse(QPointF(8, 8), 2.1, 2.1);
    }
}

void drawFiles(QPainter &painter, ToolIcon icon)
{
    if (icon == ToolIcon::Open) {
        painter.drawPolyline(QPolygonF({{1.5, 13}, {1.5, 3.5}, {5.5, 3.5}, {7, 5}, {13, 5}, {13, 7}}));
        painter.drawPolygon(QPolygonF({{1.5, 13}, {4, 7}, {15, 7}, {12.6, 13}}));
        return;
    }
    painter.drawPolygon(QPolygonF({{2, 2}, {11.5, 2}, {14, 4.5}, {14, 14}, {2, 14}}));
    painter.drawRect(QRectF(5, 2, 5, 3.6));
    painter.drawRect(QRectF(4.4, 9, 7.2, 5));
}

void drawFlow(QPainter &painter, ToolIcon icon, const Inks &inks)
{
    switch (icon) {
    case ToolIcon::Pause:
        painter.setPen(Qt::NoPen);
        painter.setBrush(inks.line);
        painter.drawRoundedRect(QRectF(4, 3, 2.8, 10), 0.7, 0.7);
        painter.drawRoundedRect(QRectF(9.2, 3, 2.8, 10), 0.7, 0.7);
        return;
    case ToolIcon::Stop:
        painter.setPen(Qt::NoPen);
        painter.setBrush(inks.line);
        painter.drawRoundedRect(QRectF(4, 4, 8, 8), 1, 1);
        return;
    case ToolIcon::Clear:
        painter.drawLine(QPointF(2.5, 4.5), QPointF(13.5, 4.5));
        painter.drawPolyline(QPolygonF({{6, 4.3}, {6, 2.5}, {10, 2.5}, {10, 4.3}}));
        painter.drawPolyline(QPolygonF({{4, 4.5}, {4.6, 14}, {11.4, 14}, {12, 4.5}}));
        painter.drawLine(QPointF(6.8, 7), QPointF(6.8, 11.5));
        painter.drawLine(QPointF(9.2, 7), QPointF(9.2, 11.5));
        return;
    case ToolIcon::Follow:
        drawArrow(painter, {8, 2}, {8, 10.5});
        painter.setPen(QPen(inks.accent, Stroke * 1.25, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(3, 13.6), QPointF(13, 13.6));
        return;
    default:
        drawArrow(painter, {2, 5.2}, {14, 5.2});
        painter.setPen(QPen(inks.accent, Stroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        drawArrow(painter, {14, 10.8}, {2, 10.8});
    }
}

void drawTools(QPainter &painter, ToolIcon icon, const Inks &inks)
{
    switch (icon) {
    case ToolIcon::Mark:
        painter.drawPolygon(QPolygonF({{4, 2}, {12, 2}, {12, 14}, {8, 10.6}, {4, 14}}));
        return;
    case ToolIcon::Find:
        painter.drawEllipse(QPointF(6.8, 6.8), 4.4, 4.4);
        painter.setPen(QPen(inks.line, Stroke * 1.7, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(10.4, 10.4), QPointF(13.8, 13.8));
        return;
    case ToolIcon::Send:
        painter.drawPolygon(QPolygonF({{1.5, 7.4}, {14.5, 1.8}, {11, 14.2}, {7.6, 9.2}}));
        painter.drawLine(QPointF(7.6, 9.2), QPointF(14.5, 1.8));
        return;
    case ToolIcon::Sample:
        painter.drawEllipse(QPointF(8, 8), 6.4, 6.4);
        painter.setPen(Qt::NoPen);
        painter.setBrush(inks.accent);
        painter.drawPolygon(QPolygonF({{6.4, 4.9}, {11.4, 8}, {6.4, 11.1}}));
        return;
    default:
        painter.drawLine(QPointF(4, 4), QPointF(12, 12));
        painter.drawLine(QPointF(12, 4), QPointF(4, 12));
    }
}

class ToolIconEngine final : public QIconEngine
{
public:
    explicit ToolIconEngine(ToolIcon icon)
        : m_icon(icon)
    { }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        const Theme theme(palette);
        Inks inks {palette.color(QPalette::ButtonText), theme.ink(Wire::Severity::Note)};
        if (mode == QIcon::Disabled)
            inks.line = inks.accent = palette.color(QPalette::Disabled, QPalette::ButtonText);
        else if (mode == QIcon::Selected)
            inks.line = inks.accent = palette.color(QPalette::HighlightedText);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const qreal side = std::min(rect.width(), rect.height());
        painter->translate(rect.center().x() + 0.5 - side / 2, rect.center().y() + 0.5 - side / 2);
        painter->scale(side / Grid, side / Grid);
        painter->setPen(QPen(inks.line, Stroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        draw(*painter, inks);
        painter->restore();
    }

    [[nodiscard]] QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap drawn(size);
        drawn.fill(Qt::transparent);
        QPainter painter(&drawn);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return drawn;
    }

    [[nodiscard]] QIconEngine *clone() const override { return new ToolIconEngine(m_icon); }

private:
    void draw(QPainter &painter, const Inks &inks) const
    {
        switch (m_icon) {
        case ToolIcon::Connect:
        case ToolIcon::Listen:
        case ToolIcon::Between:
            return drawEndpoints(painter, m_icon, inks);
        case ToolIcon::Open:
        case ToolIcon::Save:
            return drawFiles(painter, m_icon);
        case ToolIcon::Pause:
        case ToolIcon::Stop:
        case ToolIcon::Clear:
        case ToolIcon::Follow:
        case ToolIcon::Partner:
            return drawFlow(painter, m_icon, inks);
        default:
            return drawTools(painter, m_icon, inks);
        }
    }

    ToolIcon m_icon;
};

} // namespace

QIcon toolIcon(ToolIcon icon) { return QIcon(new ToolIconEngine(icon)); }

} // namespace Halyard::Inspector
