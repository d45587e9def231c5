// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

#include "wire/dissection.h"

class QLabel;

namespace Halyard::Inspector {

/// A message over the frames: an error with what to try, or a fact to copy. Stays until it is closed.
class Banner : public QFrame
{
    Q_OBJECT
public:
    explicit Banner(QWidget *parent = nullptr);
    void showMessage(Wire::Severity severity, const QString &text);
    [[nodiscard]] QString text() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void updateColours();

    QLabel *const m_icon;
    QLabel *const m_text;
    Wire::Severity m_severity = Wire::Severity::Note;
};

} // namespace Halyard::Inspector
