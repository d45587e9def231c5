// SPDX-License-Identifier: MIT
#pragma once

#include <QMainWindow>

#include "chatmessages.h"
#include "endpoint/client.h"

class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

/// One chatter: who is here, what was said, and a line to say something. Comes back by itself when the
/// connection was lost.
class ChatWindow : public QMainWindow
{
    Q_OBJECT
public:
    explicit ChatWindow(const QString &url, const QString &name, QWidget *parent = nullptr);

private:
    void build(const QString &url, const QString &name);
    void connectOrLeave();
    void join();
    void joined(const Presence &presence);
    void say();
    void showPeople(const Presence &presence);
    void showState();
    void note(const QString &text);

    Halyard::Client m_client;
    QLineEdit *m_url = nullptr;
    QLineEdit *m_name = nullptr;
    QPushButton *m_joinButton = nullptr;
    QPlainTextEdit *m_log = nullptr;
    QListWidget *m_people = nullptr;
    QLineEdit *m_text = nullptr;
    bool m_joined = false;
};
