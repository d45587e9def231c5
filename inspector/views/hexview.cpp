// SPDX-License-Identifier: MIT
#include "views/hexview.h"

#include <QAccessible>
#include <QEvent>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

namespace Halyard::Inspector {

namespace {

constexpr int LinePadding = 3;
constexpr qsizetype SpokenBytes = 16;

QChar shown(char byte) { return byte >= 0x20 && byte < 0x7F ? QChar::fromLatin1(byte) : QChar(0xB7); }

} // namespace

HexView::HexView(QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_theme(palette())
{
    setObjectName(QStringLiteral("hex"));
    setAccessibleName(tr("Bytes"));
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setFocusPolicy(Qt::StrongFocus);
    setContextMenuPolicy(Qt::CustomContextMenu);
    viewport()->setCursor(Qt::IBeamCursor);
    verticalScrollBar()->setSingleStep(1);
    layOut();
}

void HexView::setBytes(const QByteArray &bytes)
{
    m_bytes = bytes;
    m_anchor.reset();
    m_cursor = 0;
    verticalScrollBar()->setValue(0);
    layOut();
    announce();
}

void HexView::layOut()
{
    m_geometry.setCharacter(fontMetrics().horizontalAdvance(u'0'), fontMetrics().height() + LinePadding);
    m_geometry.setByteCount(m_bytes.size());
    m_geometry.setAvailableWidth(viewport()->width());
    const int lines = std::max(1, viewport()->height() / m_geometry.lineHeight());
    verticalScrollBar()->setRange(0, int(std::max<qint64>(0, m_geometry.lineCount() - lines)));
    verticalScrollBar()->setPageStep(lines);
    horizontalScrollBar()->setRange(0, std::max(0, m_geometry.contentWidth() - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    viewport()->update();
}

bool HexView::event(QEvent *event)
{
    // These are ours, whatever shortcuts the window has for them.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        for (const auto ours : {QKeySequence::SelectAll, QKeySequence::MoveToStartOfDocument,
                 QKeySequence::MoveToEndOfDocument}) {
            if (key->matches(ours)) {
                event->accept();
                return true;
            }
        }
    }
    return QAbstractScrollArea::event(event);
}

void HexView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    const qint64 top = qint64(verticalScrollBar()->value()) * m_geometry.columns();
    layOut();
    verticalScrollBar()->setValue(int(m_geometry.lineOf(top)));
}

void HexView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_theme = Theme(palette());
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        layOut();
}

QPoint HexView::toContent(QPoint viewport) const
{
    return viewport
        + QPoint(horizontalScrollBar()->value(), verticalScrollBar()->value() * m_geometry.lineHeight());
}

HexView::Range HexView::selection() const noexcept
{
    if (!m_anchor)
        return {};
    const qint64 first = std::min(*m_anchor, m_cursor);
    return {first, std::max(*m_anchor, m_cursor) - first + 1};
}

void HexView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.setFont(font());
    const int height = m_geometry.lineHeight();
    const qint64 top = verticalScrollBar()->value();
    painter.translate(-horizontalScrollBar()->value(), -qreal(top * height));
    if (m_bytes.isEmpty()) {
        painter.resetTransform();
        painter.setPen(m_theme.quiet());
        painter.drawText(viewport()->rect(), Qt::AlignCenter, tr("No bytes"));
        return;
    }
    const qint64 first = top + event->rect().top() / height;
    const qint64 last = std::min(m_geometry.lineCount() - 1, top + event->rect().bottom() / height);
    for (qint64 line = first; line <= last; ++line)
        paintLine(painter, line);
}

void HexView::paintSelection(QPainter &painter, qint64 first, qint64 last) const
{
    const QColor back = hasFocus() ? palette().color(QPalette::Highlight) : m_theme.highlight();
    painter.fillRect(m_geometry.hexSpan(first, last), back);
    painter.fillRect(m_geometry.textSpan(first, last), back);
}

void HexView::paintLine(QPainter &painter, qint64 line) const
{
    const qint64 begin = line * m_geometry.columns();
    const qint64 end = std::min<qint64>(begin + m_geometry.columns(), m_bytes.size());
    const Range chosen = selection();
    const qint64 first = std::max(begin, chosen.offset);
    const qint64 last = std::min(end, chosen.offset + chosen.length) - 1;
    const bool someChosen = m_anchor && first <= last;
    if (someChosen)
        paintSelection(painter, first, last);

    const QRect firstHex = m_geometry.hexRect(begin);
    painter.setPen(m_theme.quiet());
    const QString offset = QStringLiteral("%1").arg(begin, m_geometry.offsetDigits(), 16, QLatin1Char('0'));
    painter.drawText(QRect(0, firstHex.top(), firstHex.left() - 2 * fontMetrics().horizontalAdvance(u'0'),
                         firstHex.height()),
        Qt::AlignRight | Qt::AlignVCenter, offset);

    static constexpr char Digits[] = "0123456789abcdef";
    for (qint64 at = begin; at < end; ++at) {
        const auto byte = quint8(m_bytes[at]);
        const bool isChosen = someChosen && at >= first && at <= last;
        const QChar text = shown(m_bytes[at]);
        QColor colour = palette().color(QPalette::Text);
        if (isChosen && hasFocus())
            colour = palette().color(QPalette::HighlightedText);
        else if (byte == 0 && !isChosen)
            colour = m_theme.quiet();
        painter.setPen(colour);
        const QChar hex[2] = {QLatin1Char(Digits[byte >> 4]), QLatin1Char(Digits[byte & 15])};
        painter.drawText(m_geometry.hexRect(at), Qt::AlignCenter, QString(hex, 2));
        if (text.unicode() == 0xB7 && !isChosen)
            painter.setPen(m_theme.quiet());
        painter.drawText(m_geometry.textRect(at), Qt::AlignCenter, QString(text));
    }
    if (hasFocus() && m_cursor >= begin && m_cursor < end) {
        painter.setPen(palette().color(QPalette::Text));
        painter.drawRect(m_geometry.hexRect(m_cursor).adjusted(-1, 0, 0, -1));
    }
}

void HexView::showRange(Range range)
{
    if (range.length == 0 || range.offset >= m_bytes.size())
        return clearSelection();
    const qint64 last = std::min<qint64>(range.offset + range.length, m_bytes.size()) - 1;
    m_anchor = last;
    m_cursor = range.offset;
    ensureVisible(last);
    ensureVisible(range.offset);
    viewport()->update();
    announce();
}

void HexView::clearSelection()
{
    m_anchor.reset();
    viewport()->update();
    announce();
}

void HexView::select(qint64 anchor, qint64 cursor)
{
    const Range before = selection();
    m_anchor = anchor;
    m_cursor = cursor;
    ensureVisible(cursor);
    viewport()->update();
    if (before == selection())
        return;
    announce();
    Q_EMIT selectionChanged(selection());
}

void HexView::ensureVisible(qint64 offset)
{
    const qint64 line = m_geometry.lineOf(offset);
    const qint64 top = verticalScrollBar()->value();
    const qint64 lines = std::max(1, viewport()->height() / m_geometry.lineHeight());
    if (line < top)
        verticalScrollBar()->setValue(int(line));
    else if (line >= top + lines)
        verticalScrollBar()->setValue(int(line - lines + 1));
}

void HexView::announce()
{
    const Range chosen = selection();
    QString description = tr("Bytes: %1").arg(m_bytes.size());
    if (chosen.length > 0) {
        description = tr("Bytes %1 to %2 of %3: %4")
                          .arg(chosen.offset)
                          .arg(chosen.offset + chosen.length - 1)
                          .arg(m_bytes.size())
                          .arg(QString::fromLatin1(
                              m_bytes.mid(chosen.offset, std::min<qsizetype>(chosen.length, SpokenBytes))
                                  .toHex(' ')));
    }
    setAccessibleDescription(description);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

void HexView::mousePressEvent(QMouseEvent *event)
{
    const auto hit = m_geometry.hit(toContent(event->pos()));
    if (!hit || event->button() != Qt::LeftButton)
        return;
    m_dragInText = hit->inText;
    const bool extend = (event->modifiers() & Qt::ShiftModifier) && m_anchor;
    select(extend ? *m_anchor : hit->offset, hit->offset);
}

void HexView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton) || !m_anchor)
        return;
    if (const auto offset = m_geometry.nearest(toContent(event->pos()), m_dragInText))
        select(*m_anchor, *offset);
}

void HexView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto hit = m_geometry.hit(toContent(event->pos()));
    if (!hit)
        return;
    const qint64 line = m_geometry.lineOf(hit->offset) * m_geometry.columns();
    select(line, std::min<qint64>(line + m_geometry.columns(), m_bytes.size()) - 1);
}

void HexView::moveCursor(qint64 to, bool extend)
{
    if (m_bytes.isEmpty())
        return;
    const qint64 cursor = std::clamp<qint64>(to, 0, m_bytes.size() - 1);
    select(extend && m_anchor ? *m_anchor : cursor, cursor);
}

void HexView::keyPressEvent(QKeyEvent *event)
{
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    const bool all = event->modifiers() & Qt::ControlModifier;
    const qint64 columns = m_geometry.columns();
    const qint64 page = columns * std::max(1, verticalScrollBar()->pageStep() - 1);
    const qint64 lineStart = m_cursor / columns * columns;
    if (event->matches(QKeySequence::SelectAll) && !m_bytes.isEmpty())
        return select(0, m_bytes.size() - 1);
    switch (event->key()) {
    case Qt::Key_Left:
        return moveCursor(m_cursor - 1, extend);
    case Qt::Key_Right:
        return moveCursor(m_cursor + 1, extend);
    case Qt::Key_Up:
        return moveCursor(m_cursor >= columns ? m_cursor - columns : m_cursor, extend);
    case Qt::Key_Down:
        return moveCursor(m_cursor + columns < m_bytes.size() ? m_cursor + columns : m_cursor, extend);
    case Qt::Key_PageUp:
        return moveCursor(m_cursor - page, extend);
    case Qt::Key_PageDown:
        return moveCursor(m_cursor + page, extend);
    case Qt::Key_Home:
        return moveCursor(all ? 0 : lineStart, extend);
    case Qt::Key_End:
        return moveCursor(all ? m_bytes.size() - 1 : lineStart + columns - 1, extend);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void HexView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void HexView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace Halyard::Inspector
