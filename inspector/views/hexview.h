// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QAbstractScrollArea>

#include "models/hexgeometry.h"
#include "views/theme.h"

namespace Halyard::Inspector {

/// Bytes as offsets, hex digits and text, with a selection by mouse and keyboard.
class HexView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit HexView(QWidget *parent = nullptr);

    void setBytes(const QByteArray &bytes);
    [[nodiscard]] const QByteArray &bytes() const noexcept { return m_bytes; }

    /// The chosen bytes; length 0 is a place between none.
    struct Range {
        qint64 offset = 0;
        qint64 length = 0;
        friend bool operator==(const Range &, const Range &) = default;
    };
    [[nodiscard]] Range selection() const noexcept;
    /// Chooses bytes without telling anyone, and brings them into view.
    void showRange(Range range);
    void clearSelection();
    [[nodiscard]] const HexGeometry &geometryOfBytes() const noexcept { return m_geometry; }

Q_SIGNALS:
    /// The user has chosen these bytes.
    void selectionChanged(Halyard::Inspector::HexView::Range range);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void layOut();
    void paintLine(QPainter &painter, qint64 line) const;
    void paintSelection(QPainter &painter, qint64 first, qint64 last) const;
    void select(qint64 anchor, qint64 cursor);
    void moveCursor(qint64 to, bool extend);
    void ensureVisible(qint64 offset);
    void announce();
    [[nodiscard]] QPoint toContent(QPoint viewport) const;

    QByteArray m_bytes;
    HexGeometry m_geometry;
    Theme m_theme;
    std::optional<qint64> m_anchor; ///< where the selection began
    qint64 m_cursor = 0;            ///< its other end
    bool m_dragInText = false;
};

} // namespace Halyard::Inspector
