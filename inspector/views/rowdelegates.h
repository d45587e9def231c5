// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>

#include "views/theme.h"

namespace Halyard::Inspector {

/// Draws the facts of frames: colours by severity and kind, arrows, signs of problems and marks.
class FrameDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit FrameDelegate(const Theme &theme, QObject *parent = nullptr);
    void setTheme(const Theme &theme);

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    struct Icons {
        QIcon severity[4];
        QIcon arrow[2][3]; ///< in or out, kind
        QIcon chosenArrow[2][3];
        QIcon mark;
    };
    Theme m_theme;
    Icons m_icons;
};

/// Draws fields and rows of connections: signs and colours of problems.
class SeverityDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit SeverityDelegate(const Theme &theme, QObject *parent = nullptr);
    void setTheme(const Theme &theme) { m_theme = theme; }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    Theme m_theme;
};

} // namespace Halyard::Inspector
