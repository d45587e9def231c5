// SPDX-License-Identifier: MIT
#include "views/banner.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "views/theme.h"
#include "views/toolicons.h"

namespace Halyard::Inspector {

namespace {
constexpr int IconSize = 16;
}

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel)
    , m_text(new QLabel)
{
    setObjectName(QStringLiteral("banner"));
    setFrameShape(StyledPanel);
    setAutoFillBackground(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *close = new QToolButton;
    close->setIcon(toolIcon(ToolIcon::Close));
    close->setToolTip(tr("Close this message"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close this message"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 6, 6, 6);
    layout->setSpacing(8);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

QString Banner::text() const { return m_text->text(); }

void Banner::showMessage(Wire::Severity severity, const QString &text)
{
    m_severity = severity;
    m_text->setText(text);
    setAccessibleName(text);
    updateColours();
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Banner::updateColours()
{
    const Theme theme(palette());
    m_icon->setPixmap(theme.icon(m_severity).pixmap(IconSize));
    const QColor back = theme.background(m_severity, FrameKind::Request);
    QPalette colours = m_text->palette();
    colours.setColor(QPalette::Window, back);
    if (palette().color(QPalette::Window) != back)
        setPalette(colours);
}

void Banner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isVisible())
        updateColours();
}

} // namespace Halyard::Inspector
