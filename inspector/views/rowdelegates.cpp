// SPDX-License-Identifier: MIT
#include "views/rowdelegates.h"

#include "models/fieldtreemodel.h"
#include "models/frametablemodel.h"

namespace Halyard::Inspector {

using Wire::Severity;

namespace {

/// The table draws the selection over the background; elsewhere the row's own colour shows.
void tint(QStyleOptionViewItem &option, const QColor &background)
{
    if (background.isValid() && !(option.state & QStyle::State_Selected))
        option.backgroundBrush = background;
}

constexpr int RowPadding = 4;
constexpr QChar EnSpace(0x2002);

void show(QStyleOptionViewItem &option, const QIcon &icon)
{
    if (icon.isNull())
        return;
    option.features |= QStyleOptionViewItem::HasDecoration;
    option.icon = icon;
}

} // namespace

FrameDelegate::FrameDelegate(const Theme &theme, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
    setTheme(theme);
}

void FrameDelegate::setTheme(const Theme &theme)
{
    m_theme = theme;
    for (const auto severity : {Severity::Note, Severity::Warning, Severity::Error})
        m_icons.severity[int(severity)] = theme.icon(severity);
    for (const auto kind : {FrameKind::Plain, FrameKind::Request, FrameKind::Answer}) {
        for (const bool outgoing : {false, true}) {
            m_icons.arrow[outgoing][int(kind)] = theme.arrow(outgoing, kind, theme.ink(kind));
            m_icons.chosenArrow[outgoing][int(kind)] = theme.arrow(outgoing, kind, theme.chosenInk());
        }
    }
    m_icons.mark = theme.mark();
}

void FrameDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const int severity = index.data(SeverityRole).toInt();
    const int kind = index.data(KindRole).toInt();
    tint(*option, m_theme.background(Severity(severity), FrameKind(kind)));
    if (option->displayAlignment & Qt::AlignRight)
        option->text += EnSpace; // away from the left edge of the next column
    switch (FrameColumn(index.column())) {
    case FrameColumn::Number:
        if (index.data(MarkedRole).toBool())
            show(*option, m_icons.mark);
        break;
    case FrameColumn::Direction: {
        const auto &arrows = (option->state & QStyle::State_Selected) ? m_icons.chosenArrow : m_icons.arrow;
        show(*option, arrows[index.data(OutgoingRole).toBool() ? 1 : 0][kind]);
        break;
    }
    case FrameColumn::Summary:
        if (severity >= int(Severity::Warning)) // notes explain, they are for the tree
            show(*option, m_icons.severity[severity]);
        break;
    default:
        break;
    }
    const QString comment = FrameColumn(index.column()) == FrameColumn::Summary
        ? index.data(CommentRole).toString()
        : QString();
    if (!comment.isEmpty())
        option->text += QStringLiteral("   ✎ ") + comment.section(u'\n', 0, 0);
}

SeverityDelegate::SeverityDelegate(const Theme &theme, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{ }

QSize SeverityDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    return {size.width(), option.fontMetrics.height() + RowPadding};
}

void SeverityDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const auto severity = Severity(index.data(SeverityRole).toInt());
    if (severity == Severity::None)
        return;
    if (index.column() == 0)
        show(*option, m_theme.icon(severity));
    if (severity >= Severity::Warning)
        tint(*option, m_theme.background(severity, FrameKind::Plain));
    const QString note = index.data(FieldNoteRole).toString();
    if (index.column() == FieldTreeModel::ValueColumn && !note.isEmpty())
        option->text += (option->text.isEmpty() ? QString() : QStringLiteral("  —  ")) + note;
}

} // namespace Halyard::Inspector
