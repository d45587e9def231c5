// SPDX-License-Identifier: MIT
#include "views/sendbox.h"

#include <QComboBox>
#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

#include "decode/copyformats.h"
#include "decode/editableline.h"
#include "decode/safetext.h"
#include "views/theme.h"

namespace Halyard::Inspector {

namespace {

/// Where it is part of a header's name.
constexpr QLatin1StringView WrittenColon("\\x3a");

QString aboutBackslashes()
{
    return SendBox::tr("a backslash begins \\n, \\r, \\t, \\x1b or \\u{202e}; write two for one.");
}

/// Runs in a thread of its own. Returns why it failed, for people; empty if it did not.
QString readFile(const QString &name, QByteArray &bytes)
{
    const QFileInfo info(name);
    if (info.exists() && !info.isFile()) // a pipe would never end
        return SendBox::tr("“%1” is no file.").arg(info.fileName());
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return SendBox::tr("“%1” cannot be read: %2").arg(info.fileName(), file.errorString());
    bytes = file.read(SendBox::MaxFileBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return SendBox::tr("“%1” cannot be read: %2").arg(info.fileName(), file.errorString());
    if (bytes.size() > SendBox::MaxFileBytes)
        return SendBox::tr("The file is larger than %1 bytes.").arg(SendBox::MaxFileBytes);
    return {};
}

} // namespace

SendBox::SendBox(QWidget *parent)
    : QWidget(parent)
    , m_target(new QComboBox)
    , m_kind(new QComboBox)
    , m_route(new QLineEdit)
    , m_headers(new QPlainTextEdit)
    , m_payloadKind(new QComboBox)
    , m_payload(new QPlainTextEdit)
    , m_file(new QPushButton(tr("Choose…")))
    , m_send(new QPushButton(tr("&Send")))
    , m_result(new QLabel)
{
    m_target->setAccessibleName(tr("Connection to send on"));
    m_kind->setAccessibleName(tr("Type of the message"));
    m_kind->setObjectName(QStringLiteral("sendKind"));
    m_kind->addItems({tr("Request"), tr("Event")});
    m_route->setObjectName(QStringLiteral("sendRoute"));
    m_route->setAccessibleName(tr("Route"));
    m_route->setPlaceholderText(tr("for example: sum"));
    m_headers->setAccessibleName(tr("Headers, one in a line as name: value"));
    m_headers->setPlaceholderText(tr("name: value\none header in each line"));
    m_headers->setTabChangesFocus(true);
    m_payloadKind->setObjectName(QStringLiteral("sendPayloadKind"));
    m_headers->setObjectName(QStringLiteral("sendHeaders"));
    m_payloadKind->setAccessibleName(tr("How the payload is written"));
    m_payloadKind->addItems({tr("Text"), tr("Hex"), tr("File")});
    m_payload->setObjectName(QStringLiteral("sendPayload"));
    m_payload->setAccessibleName(tr("Payload"));
    m_payload->setTabChangesFocus(true);
    m_payload->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_send->setObjectName(QStringLiteral("send"));
    m_file->hide();
    m_result->setTextFormat(Qt::PlainText);
    m_result->setWordWrap(true);
    m_result->setObjectName(QStringLiteral("sendResult"));
    buildForm();
    connect(m_send, &QPushButton::clicked, this, &SendBox::onSend);
    connect(m_route, &QLineEdit::returnPressed, this, &SendBox::onSend);
    connect(m_file, &QPushButton::clicked, this, &SendBox::chooseFile);
    connect(m_payloadKind, &QComboBox::currentIndexChanged, this, [this](int kind) {
        m_file->setVisible(kind == File);
        m_payload->setReadOnly(kind == File);
        m_payload->setPlainText(kind == File ? m_fileName : QString());
    });
    m_readers.setMaxThreadCount(1);
    setTargets({});
}

void SendBox::buildForm()
{
    const auto labelled = [](const QString &text, QWidget *buddy) {
        auto *label = new QLabel(text);
        label->setBuddy(buddy);
        return label;
    };
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(6, 4, 6, 4);
    grid->addWidget(labelled(tr("&To:"), m_target), 0, 0);
    grid->addWidget(m_target, 0, 1);
    grid->addWidget(labelled(tr("T&ype:"), m_kind), 0, 2);
    grid->addWidget(m_kind, 0, 3);
    grid->addWidget(labelled(tr("&Route:"), m_route), 0, 4);
    grid->addWidget(m_route, 0, 5);
    grid->addWidget(m_send, 0, 6);
    grid->addWidget(labelled(tr("&Headers:"), m_headers), 1, 0, Qt::AlignTop);
    grid->addWidget(m_headers, 1, 1);
    grid->addWidget(labelled(tr("&Payload:"), m_payload), 1, 2, Qt::AlignTop);
    auto *kinds = new QVBoxLayout;
    kinds->addWidget(m_payloadKind);
    kinds->addWidget(m_file);
    kinds->addStretch();
    grid->addLayout(kinds, 1, 3);
    grid->addWidget(m_payload, 1, 4, 1, 3);
    grid->addWidget(m_result, 2, 0, 1, 7);
    grid->setColumnStretch(1, 2);
    grid->setColumnStretch(5, 3);
}

void SendBox::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        setResult(m_result->text(), m_failed);
}

void SendBox::setTargets(const QList<Target> &targets)
{
    const auto chosen = m_target->currentData();
    m_target->clear();
    for (const Target &target : targets)
        m_target->addItem(safeText(target.name, 128), target.conversation);
    m_target->setCurrentIndex(std::max(0, m_target->findData(chosen)));
    m_target->setEnabled(!targets.isEmpty());
    updateSend();
    if (targets.isEmpty())
        setResult(
            tr("Messages can be sent on connections that we opened or accepted ourselves, while they are "
               "open."),
            false);
    else if (m_result->text()
        == tr("Messages can be sent on connections that we opened or accepted ourselves, "
              "while they are open."))
        setResult({}, false);
}

void SendBox::setDraft(const MessageDraft &draft)
{
    if (const int target = m_target->findData(draft.conversation); target >= 0)
        m_target->setCurrentIndex(target);
    m_kind->setCurrentIndex(int(draft.kind));
    m_route->setText(editableLine(draft.route));
    QStringList lines;
    for (const auto &[name, value] : draft.headers)
        lines << editableBytes(name).replace(u':', WrittenColon) + QStringLiteral(": ")
                + editableBytes(value);
    m_headers->setPlainText(lines.join(u'\n'));
    setPayload(draft.payload);
}

/// As text, if that hides nothing and the editor gives back the same bytes (not so with \r, no-break spaces
/// and what is no UTF-8); else as hex.
void SendBox::setPayload(const QByteArray &bytes)
{
    const QString text = QString::fromUtf8(bytes);
    const bool harmless = safeLines(text, text.size()) == text;
    m_payloadKind->setCurrentIndex(harmless ? Text : Hex);
    if (harmless) {
        m_payload->setPlainText(text);
        if (m_payload->toPlainText().toUtf8() == bytes)
            return;
        m_payloadKind->setCurrentIndex(Hex);
    }
    m_payload->setPlainText(formatBytes(bytes, CopyFormat::Hex));
}

void SendBox::setResult(const QString &text, bool failed)
{
    m_failed = failed;
    const Theme theme(palette());
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, failed ? theme.ink(Wire::Severity::Error) : theme.quiet());
    m_result->setPalette(colours);
    m_result->setText(safeLines(text, 2'048));
}

void SendBox::focusInput() { m_route->setFocus(Qt::ShortcutFocusReason); }

void SendBox::chooseFile()
{
    const QString name = QFileDialog::getOpenFileName(this, tr("File to send"));
    if (!name.isEmpty())
        setPayloadFile(name);
}

void SendBox::setPayloadFile(const QString &name)
{
    m_fileName = name;
    m_payloadKind->setCurrentIndex(File);
    m_payload->setPlainText(safeText(name));
}

bool SendBox::payload(QByteArray &bytes)
{
    if (m_payloadKind->currentIndex() == Text) {
        bytes = m_payload->toPlainText().toUtf8();
        return true;
    }
    if (m_payloadKind->currentIndex() == Hex) {
        qsizetype wrongAt = 0;
        const auto parsed = bytesFromHex(m_payload->toPlainText(), &wrongAt);
        if (!parsed) {
            setResult(tr("The payload is not hexadecimal from character %1 on. Two digits make one byte.")
                          .arg(wrongAt + 1),
                true);
            return false;
        }
        bytes = *parsed;
    }
    return true;
}

void SendBox::updateSend() { m_send->setEnabled(m_target->count() > 0 && !m_reading); }

/// Disks and network folders take their time, which is not the window's.
void SendBox::sendFile(MessageDraft draft)
{
    m_reading = true;
    updateSend();
    setResult(tr("Reading the file…"), false);
    m_readers.start([this, draft = std::move(draft), name = m_fileName]() mutable {
        const QString problem = readFile(name, draft.payload);
        QMetaObject::invokeMethod(
            this, [this, draft = std::move(draft), problem] { onFileRead(draft, problem); },
            Qt::QueuedConnection);
    });
}

void SendBox::onFileRead(const MessageDraft &draft, const QString &problem)
{
    m_reading = false;
    updateSend();
    if (!problem.isEmpty())
        return setResult(problem, true);
    setResult(tr("Sending…"), false);
    Q_EMIT send(draft);
}

bool SendBox::headers(QList<QPair<QByteArray, QByteArray>> &list)
{
    const QStringList lines = m_headers->toPlainText().split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (lines[i].trimmed().isEmpty())
            continue;
        const qsizetype colon = lines[i].indexOf(u':');
        if (colon <= 0) {
            setResult(tr("Line %1 of the headers has no colon; write name: value.").arg(i + 1), true);
            return false;
        }
        const auto name = bytesFromEditableLine(lines[i].left(colon).trimmed());
        const auto value = bytesFromEditableLine(lines[i].mid(colon + 1).trimmed());
        if (!name || !value) {
            setResult(tr("Line %1 of the headers: ").arg(i + 1) + aboutBackslashes(), true);
            return false;
        }
        list << qMakePair(*name, *value);
    }
    return true;
}

bool SendBox::route(QString &text)
{
    const auto written = fromEditableLine(m_route->text());
    if (!written) {
        setResult(tr("The route: ") + aboutBackslashes(), true);
        return false;
    }
    text = *written;
    return true;
}

void SendBox::onSend()
{
    if (!m_send->isEnabled())
        return;
    MessageDraft draft;
    draft.conversation = m_target->currentData().toUInt();
    draft.kind = MessageDraft::Kind(m_kind->currentIndex());
    if (!route(draft.route) || !headers(draft.headers))
        return;
    if (m_payloadKind->currentIndex() == File)
        return sendFile(std::move(draft));
    if (!payload(draft.payload))
        return;
    setResult(tr("Sending…"), false);
    Q_EMIT send(draft);
}

} // namespace Halyard::Inspector
