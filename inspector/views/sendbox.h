// SPDX-License-Identifier: MIT
#pragma once

#include <QThreadPool>
#include <QWidget>

#include "capture/messagedraft.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace Halyard::Inspector {

/// Writes messages: type, route, headers, and a payload as text, as hex or out of a file.
class SendBox : public QWidget
{
    Q_OBJECT
public:
    static constexpr qint64 MaxFileBytes = 16 * 1024 * 1024;

    explicit SendBox(QWidget *parent = nullptr);

    struct Target {
        quint32 conversation = 0;
        QString name;
    };
    /// Where messages can go; none disables the box and says why.
    void setTargets(const QList<Target> &targets);
    /// Fills the box, e.g. from an earlier frame.
    void setDraft(const MessageDraft &draft);
    /// A file as payload; it is read when the message is sent.
    void setPayloadFile(const QString &name);
    void setResult(const QString &text, bool failed);
    void focusInput();

Q_SIGNALS:
    void send(const Halyard::Inspector::MessageDraft &draft);

protected:
    void changeEvent(QEvent *event) override;

private:
    enum PayloadKind : quint8 { Text, Hex, File };

    void buildForm();
    void onSend();
    void chooseFile();
    [[nodiscard]] bool payload(QByteArray &bytes);
    void sendFile(MessageDraft draft);
    void onFileRead(const MessageDraft &draft, const QString &problem);
    void updateSend();
    void setPayload(const QByteArray &bytes);
    [[nodiscard]] bool route(QString &text);
    [[nodiscard]] bool headers(QList<QPair<QByteArray, QByteArray>> &list);

    QComboBox *const m_target;
    QComboBox *const m_kind;
    QLineEdit *const m_route;
    QPlainTextEdit *const m_headers;
    QComboBox *const m_payloadKind;
    QPlainTextEdit *const m_payload;
    QPushButton *const m_file;
    QPushButton *const m_send;
    QLabel *const m_result;
    QString m_fileName;
    bool m_failed = false;
    bool m_reading = false;
    QThreadPool m_readers; ///< its end waits for a file that is being read
};

} // namespace Halyard::Inspector
