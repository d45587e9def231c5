// SPDX-License-Identifier: MIT
#include "views/filterbar.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStringListModel>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/theme.h"

namespace Halyard::Inspector {

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent)
    , m_input(new QLineEdit)
    , m_explanation(new QLabel)
    , m_suggestions(new QStringListModel(this))
    , m_completer(new QCompleter(m_suggestions, this))
{
    m_input->setObjectName(QStringLiteral("filter"));
    m_input->setPlaceholderText(tr("Filter, for example: type == ping and size > 1000   (Ctrl+/)"));
    m_input->setAccessibleName(tr("Filter"));
    m_input->setClearButtonEnabled(true);
    m_input->setMaxLength(int(FilterExpression::MaxCharacters));
    m_input->installEventFilter(this);
    m_explanation->setObjectName(QStringLiteral("filterError"));
    m_explanation->setWordWrap(true);
    m_explanation->setTextFormat(Qt::PlainText);
    m_explanation->hide();
    m_completer->setWidget(m_input);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->popup()->setAccessibleName(tr("Suggestions for the filter"));

    auto *label = new QLabel(tr("&Filter:"));
    label->setBuddy(m_input);
    auto *applyButton = new QToolButton;
    applyButton->setText(tr("Apply"));
    applyButton->setToolTip(tr("Show only frames that pass (Return)"));
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(label);
    row->addWidget(m_input, 1);
    row->addWidget(applyButton);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 2);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(m_explanation);

    connect(applyButton, &QToolButton::clicked, this, &FilterBar::apply);
    connect(m_input, &QLineEdit::returnPressed, this, &FilterBar::apply);
    connect(m_input, &QLineEdit::textEdited, this, &FilterBar::onEdited);
    connect(m_input, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            apply();
    });
    connect(
        m_completer, qOverload<const QString &>(&QCompleter::activated), this, &FilterBar::insertSuggestion);
    changeEvent(nullptr);
}

void FilterBar::changeEvent(QEvent *event)
{
    if (event)
        QWidget::changeEvent(event);
    if (event && event->type() != QEvent::PaletteChange)
        return;
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, Theme(palette()).ink(Wire::Severity::Error));
    m_explanation->setPalette(colours);
}

void FilterBar::setVocabulary(std::function<FilterVocabulary()> vocabulary)
{
    m_vocabulary = std::move(vocabulary);
}

QString FilterBar::text() const { return m_input->text(); }

void FilterBar::setFilter(const QString &text)
{
    m_input->setText(text);
    apply();
}

void FilterBar::narrow(const QString &comparison)
{
    const QString before = m_input->text().trimmed();
    setFilter(before.isEmpty() ? comparison : QStringLiteral("(%1) and %2").arg(before, comparison));
}

void FilterBar::focusInput()
{
    m_input->setFocus(Qt::ShortcutFocusReason);
    m_input->selectAll();
}

void FilterBar::onEdited()
{
    FilterError error;
    const bool fine = FilterExpression::parse(m_input->text(), error).has_value();
    // What is wrong at the end may just not be written yet.
    const bool unfinished = error.position + error.length >= m_input->text().trimmed().size();
    showError(fine || unfinished ? FilterError() : error);
    suggest();
}

void FilterBar::suggest()
{
    m_completion = completeFilter(
        m_input->text(), m_input->cursorPosition(), m_vocabulary ? m_vocabulary() : FilterVocabulary());
    if (m_completion.candidates.isEmpty() || (m_completion.length == 0 && m_input->text().isEmpty())) {
        m_completer->popup()->hide();
        return;
    }
    m_suggestions->setStringList(m_completion.candidates);
    m_completer->complete();
}

void FilterBar::insertSuggestion(const QString &suggestion)
{
    QString text = m_input->text();
    text.replace(m_completion.from, m_completion.length, suggestion + u' ');
    m_input->setText(text);
    m_input->setCursorPosition(int(m_completion.from + suggestion.size() + 1));
    onEdited();
}

bool FilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_input && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool wantsSuggestions = key->key() == Qt::Key_Down && !m_completer->popup()->isVisible();
        const bool ctrlSpace = key->key() == Qt::Key_Space && key->modifiers() == Qt::ControlModifier;
        if (wantsSuggestions || ctrlSpace) {
            m_completion = completeFilter(m_input->text(), m_input->cursorPosition(),
                m_vocabulary ? m_vocabulary() : FilterVocabulary());
            m_suggestions->setStringList(m_completion.candidates);
            m_completer->complete();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FilterBar::showError(const FilterError &error)
{
    m_explanation->setVisible(!error.isEmpty());
    if (error.isEmpty()) {
        m_explanation->clear();
        m_input->setAccessibleDescription({});
        return;
    }
    const QString text = tr("At character %1: %2").arg(error.position + 1).arg(error.message);
    m_explanation->setText(text);
    m_input->setAccessibleDescription(text);
}

void FilterBar::apply()
{
    m_completer->popup()->hide();
    FilterError error;
    const auto filter = FilterExpression::parse(m_input->text(), error);
    showError(error);
    if (filter)
        Q_EMIT filterChanged(*filter);
    else
        m_input->setSelection(int(error.position), int(error.length));
}

} // namespace Halyard::Inspector
