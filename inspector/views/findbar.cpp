// SPDX-License-Identifier: MIT
#include "views/findbar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include "views/toolicons.h"

namespace Halyard::Inspector {

FindBar::FindBar(QWidget *parent)
    : QWidget(parent)
    , m_kind(new QComboBox)
    , m_input(new QLineEdit)
    , m_result(new QLabel)
{
    m_kind->addItem(tr("Text"));
    m_kind->addItem(tr("Hex"));
    m_kind->setAccessibleName(tr("What to find: text or hex"));
    m_input->setObjectName(QStringLiteral("find"));
    m_input->setAccessibleName(tr("Find in bytes"));
    m_input->setPlaceholderText(tr("Find in the bytes of all frames that are shown"));
    m_result->setTextFormat(Qt::PlainText);
    auto *label = new QLabel(tr("Fi&nd:"));
    label->setBuddy(m_input);
    auto *previous = new QToolButton;
    previous->setText(tr("Previous"));
    auto *next = new QToolButton;
    next->setText(tr("Next"));
    auto *close = new QToolButton;
    close->setIcon(toolIcon(ToolIcon::Close));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the search"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 2);
    layout->addWidget(label);
    layout->addWidget(m_kind);
    layout->addWidget(m_input, 1);
    layout->addWidget(previous);
    layout->addWidget(next);
    layout->addWidget(m_result);
    layout->addWidget(close);
    connect(m_input, &QLineEdit::returnPressed, this, &FindBar::findNext);
    connect(next, &QToolButton::clicked, this, &FindBar::findNext);
    connect(previous, &QToolButton::clicked, this, &FindBar::findPrevious);
    connect(close, &QToolButton::clicked, this, &FindBar::closed);
}

void FindBar::open()
{
    show();
    m_input->setFocus(Qt::ShortcutFocusReason);
    m_input->selectAll();
}

void FindBar::setResult(const QString &text)
{
    m_result->setText(text);
    m_input->setAccessibleDescription(text);
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

void FindBar::find(bool forwards)
{
    QString error;
    const auto kind = m_kind->currentIndex() == 1 ? BytePattern::Kind::Hex : BytePattern::Kind::Text;
    const auto pattern = BytePattern::parse(m_input->text(), kind, &error);
    if (!pattern)
        return setResult(error);
    setResult({});
    Q_EMIT wanted(*pattern, forwards);
}

} // namespace Halyard::Inspector
