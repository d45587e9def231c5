// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

#include "capture/observedsession.h"
#include "endpoint/result.h"

class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace Halyard::Inspector {

/// Asks for the address to connect to, to listen at, or for both sides of a proxy. Says under the fields what
/// is wrong with them.
class EndpointDialog : public QDialog
{
    Q_OBJECT
public:
    explicit EndpointDialog(const EndpointRequest &proposed, QWidget *parent = nullptr);
    [[nodiscard]] EndpointRequest request() const;

private:
    void addUsers(QFormLayout &form);
    void check();
    [[nodiscard]] QString problemWith(const QString &address, bool listening) const;
    /// Those who may come in; a failure says nothing of a password.
    [[nodiscard]] Result<QHash<QString, Password>> users() const;

    const EndpointRequest::Way m_way;
    QLineEdit *const m_address;
    QLineEdit *m_target = nullptr;
    QLineEdit *m_users = nullptr;
    QLabel *const m_problem;
    QDialogButtonBox *const m_buttons;
};

} // namespace Halyard::Inspector
