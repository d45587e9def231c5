// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>

#include <QWidget>

#include "decode/filtercompletion.h"
#include "decode/filterexpression.h"

class QCompleter;
class QLabel;
class QLineEdit;
class QStringListModel;

namespace Halyard::Inspector {

/// The filter box: completes fields, operators and values while one types, and explains under the box what it
/// does not understand. A filter is applied with Return, or when the box is emptied.
class FilterBar : public QWidget
{
    Q_OBJECT
public:
    explicit FilterBar(QWidget *parent = nullptr);

    /// Asked whenever suggestions are made.
    void setVocabulary(std::function<FilterVocabulary()> vocabulary);
    [[nodiscard]] QString text() const;
    /// Puts a filter into the box and applies it.
    void setFilter(const QString &text);
    /// Joins a comparison to what is there.
    void narrow(const QString &comparison);
    void focusInput();
    [[nodiscard]] QLineEdit *input() const noexcept { return m_input; }
    [[nodiscard]] QLabel *explanation() const noexcept { return m_explanation; }

Q_SIGNALS:
    void filterChanged(const Halyard::Inspector::FilterExpression &filter);

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void onEdited();
    void apply();
    void suggest();
    void insertSuggestion(const QString &suggestion);
    void showError(const FilterError &error);

    QLineEdit *const m_input;
    QLabel *const m_explanation;
    QStringListModel *const m_suggestions;
    QCompleter *const m_completer;
    std::function<FilterVocabulary()> m_vocabulary;
    FilterCompletion m_completion;
};

} // namespace Halyard::Inspector
