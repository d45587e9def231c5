// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

#include "decode/bytesearch.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace Halyard::Inspector {

/// Find in bytes: text or hex, forwards and backwards.
class FindBar : public QWidget
{
    Q_OBJECT
public:
    explicit FindBar(QWidget *parent = nullptr);

    void open();
    void setResult(const QString &text);
    [[nodiscard]] QLineEdit *input() const noexcept { return m_input; }
    [[nodiscard]] QComboBox *kind() const noexcept { return m_kind; }
    [[nodiscard]] QLabel *result() const noexcept { return m_result; }
    void findNext() { find(true); }
    void findPrevious() { find(false); }

Q_SIGNALS:
    void wanted(const Halyard::Inspector::BytePattern &pattern, bool forwards);
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void find(bool forwards);

    QComboBox *const m_kind;
    QLineEdit *const m_input;
    QLabel *const m_result;
};

} // namespace Halyard::Inspector
