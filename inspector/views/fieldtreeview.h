// SPDX-License-Identifier: MIT
#pragma once

#include <QTreeView>

namespace Halyard::Inspector {

/// A tree with the keys that people know from Wireshark's: Backspace to the parent, Return opens and closes,
/// with Shift the arrows open and close everything below the field, with Ctrl everything there is.
class FieldTreeView : public QTreeView
{
    Q_OBJECT
public:
    using QTreeView::QTreeView;

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    bool act(int key, Qt::KeyboardModifiers modifiers);
    void collapseBelow(const QModelIndex &index);
};

} // namespace Halyard::Inspector
