// SPDX-License-Identifier: MIT
#include "app/endpointdialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "decode/errortext.h"
#include "endpoint/endpointaddress.h"
#include "views/theme.h"
#include "wire/bytes.h"

namespace Halyard::Inspector {

using Way = EndpointRequest::Way;

namespace {
constexpr int ProblemLines = 5;
}

EndpointDialog::EndpointDialog(const EndpointRequest &proposed, QWidget *parent)
    : QDialog(parent)
    , m_way(proposed.way)
    , m_address(new QLineEdit(proposed.address))
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel))
{
    setObjectName(QStringLiteral("endpointDialog"));
    auto *explanation = new QLabel;
    explanation->setWordWrap(true);
    auto *form = new QFormLayout;
    m_address->setObjectName(QStringLiteral("address"));
    m_address->setMinimumWidth(fontMetrics().horizontalAdvance(u'0') * 60);
    switch (m_way) {
    case Way::Listen:
        setWindowTitle(tr("Listen"));
        explanation->setText(tr("Be the server at this address. Port 0 lets the system choose one."));
        m_address->setPlaceholderText(QStringLiteral("tcp://localhost:6969"));
        form->addRow(tr("&Listen at:"), m_address);
        addUsers(*form);
        m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Listen"));
        break;
    case Way::Between:
        setWindowTitle(tr("Stand between"));
        explanation->setText(tr(
            "Clients connect to the first address; everything is forwarded to the second. Either side may be "
            "tcp:// or tls://. Where a user is named, each side is sealed for itself."));
        m_address->setPlaceholderText(QStringLiteral("tcp://localhost:7000"));
        form->addRow(tr("&Listen at:"), m_address);
        m_target = new QLineEdit(proposed.target);
        m_target->setObjectName(QStringLiteral("target"));
        m_target->setPlaceholderText(QStringLiteral("tls://localhost:6969"));
        form->addRow(tr("&Forward to:"), m_target);
        addUsers(*form);
        m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Start"));
        connect(m_target, &QLineEdit::textChanged, this, &EndpointDialog::check);
        break;
    default:
        setWindowTitle(tr("Connect"));
        explanation->setText(
            tr("Open a connection to this server. The address may name the protocol and options, "
               "as in protocol+tcp://host:6969?option=value."));
        m_address->setPlaceholderText(QStringLiteral("tls://localhost:6969"));
        form->addRow(tr("&Connect to:"), m_address);
        m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Connect"));
    }
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    // Room for what may have to be said, so that the dialog does not grow and shrink while one types.
    m_problem->setMinimumHeight(fontMetrics().lineSpacing() * ProblemLines);
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, Theme(palette()).ink(Wire::Severity::Error));
    m_problem->setPalette(colours);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(explanation);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addWidget(m_buttons);
    connect(m_address, &QLineEdit::textChanged, this, &EndpointDialog::check);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

void EndpointDialog::addUsers(QFormLayout &form)
{
    m_users = new QLineEdit;
    m_users->setObjectName(QStringLiteral("users"));
    m_users->setEchoMode(QLineEdit::Password);
    m_users->setPlaceholderText(tr("name:password, where the protocol asks for it"));
    form.addRow(tr("&User who may come in:"), m_users);
    connect(m_users, &QLineEdit::textChanged, this, &EndpointDialog::check);
}

EndpointRequest EndpointDialog::request() const
{
    EndpointRequest request {
        m_way, m_address->text().trimmed(), m_target ? m_target->text().trimmed() : QString()};
    if (const auto known = users(); known && !known->isEmpty())
        request.users = CredentialSource::list(*known);
    return request;
}

Result<QHash<QString, Password>> EndpointDialog::users() const
{
    if (!m_users || m_users->text().isEmpty())
        return QHash<QString, Password>();
    const Password typed = Password::takenFrom(m_users->text());
    const auto text = Wire::asText(typed.view());
    return readUsers({text.data(), qsizetype(text.size())}, tr("User"));
}

QString EndpointDialog::problemWith(const QString &address, bool listening) const
{
    if (address.trimmed().isEmpty())
        return {};
    const auto parsed = EndpointAddress::parse(address.trimmed(),
        listening ? EndpointAddress::Use::Listen : EndpointAddress::Use::Connect,
        Wire::ProtocolRegistry::standard());
    return parsed ? QString() : errorText(parsed.error(), address).toLines();
}

void EndpointDialog::check()
{
    QString problem = problemWith(m_address->text(), m_way != Way::Connect);
    if (problem.isEmpty() && m_target)
        problem = problemWith(m_target->text(), false);
    if (const auto known = users(); problem.isEmpty() && !known)
        problem = errorText(known.error(), tr("the user who may come in")).toLines();
    m_problem->setText(problem);
    const bool complete
        = !m_address->text().trimmed().isEmpty() && (!m_target || !m_target->text().trimmed().isEmpty());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(complete && problem.isEmpty());
}

} // namespace Halyard::Inspector
