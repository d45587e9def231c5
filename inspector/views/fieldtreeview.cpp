// SPDX-License-Identifier: MIT
#include "views/fieldtreeview.h"

#include <QKeyEvent>

namespace Halyard::Inspector {

void FieldTreeView::keyPressEvent(QKeyEvent *event)
{
    if (!act(event->key(), event->modifiers() & ~Qt::KeypadModifier))
        QTreeView::keyPressEvent(event);
}

bool FieldTreeView::act(int key, Qt::KeyboardModifiers modifiers)
{
    const QModelIndex current = currentIndex().siblingAtColumn(0);
    switch (key) {
    case Qt::Key_Backspace:
        if (current.parent().isValid())
            setCurrentIndex(current.parent());
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (modifiers != Qt::NoModifier)
            return false;
        setExpanded(current, !isExpanded(current));
        return true;
    case Qt::Key_Right:
        if (modifiers == Qt::ShiftModifier)
            expandRecursively(current);
        else if (modifiers == Qt::ControlModifier)
            expandAll();
        else
            return false;
        return true;
    case Qt::Key_Left:
        if (modifiers == Qt::ShiftModifier)
            collapseBelow(current);
        else if (modifiers == Qt::ControlModifier)
            collapseAll();
        else
            return false;
        return true;
    default:
        return false;
    }
}

/// The model bounds how deep trees are.
void FieldTreeView::collapseBelow(const QModelIndex &index)
{
    for (int row = 0; row < model()->rowCount(index); ++row)
        collapseBelow(model()->index(row, 0, index));
    collapse(index);
}

} // namespace Halyard::Inspector
