// SPDX-License-Identifier: MIT
#include "chatwindow.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStatusBar>
#include <QTime>
#include <QVBoxLayout>

#include "endpoint/serializer.h"

using namespace Halyard;

ChatWindow::ChatWindow(const QString &url, const QString &name, QWidget *parent)
    : QMainWindow(parent)
{
    build(url, name);
    m_client.handleEvent(QStringLiteral("said"), [this](const Message &message, Connection *) {
        if (const auto said = Serializer<Said>().read(message.payload()))
            note(tr("%1: %2").arg(Chat::harmless(said->name), Chat::harmless(said->text)));
    });
    m_client.handleEvent(QStringLiteral("presence"), [this](const Message &message, Connection *) {
        if (const auto presence = Serializer<Presence>().read(message.payload()))
            showPeople(*presence);
    });
    connect(&m_client, &Client::opened, this, &ChatWindow::join);
    connect(&m_client, &Client::stateChanged, this, [this](Client::State state) {
        if (state != Client::State::Open)
            m_joined = false;
        showState();
    });
    connect(&m_client, &Client::errorOccurred, this,
        [this](const Error &error) { note(tr("* the connection failed: %1").arg(error.toString())); });
    showState();
}

void ChatWindow::build(const QString &url, const QString &name)
{
    setWindowTitle(tr("Chat"));
    resize(720, 460);
    const auto named = [](auto *widget, const char *objectName, const QString &accessibleName) {
        widget->setObjectName(QLatin1String(objectName));
        widget->setAccessibleName(accessibleName);
        return widget;
    };
    m_url = named(new QLineEdit(url), "url", tr("Server"));
    m_name = named(new QLineEdit(name), "name", tr("Your name"));
    m_name->setMaxLength(Chat::MaxNameLength);
    m_joinButton = named(new QPushButton, "join", tr("Join or leave"));
    m_log = named(new QPlainTextEdit, "log", tr("What was said"));
    m_log->setReadOnly(true);
    m_log->setMaximumBlockCount(10'000);
    m_people = named(new QListWidget, "people", tr("Who is here"));
    m_text = named(new QLineEdit, "text", tr("What you say"));
    m_text->setMaxLength(Chat::MaxTextLength);

    auto *top = new QHBoxLayout;
    top->addWidget(new QLabel(tr("Server")));
    top->addWidget(m_url, 2);
    top->addWidget(new QLabel(tr("Name")));
    top->addWidget(m_name, 1);
    top->addWidget(m_joinButton);
    auto *middle = new QSplitter;
    middle->addWidget(m_log);
    middle->addWidget(m_people);
    middle->setStretchFactor(0, 3);
    middle->setStretchFactor(1, 1);
    auto *all = new QVBoxLayout;
    all->addLayout(top);
    all->addWidget(middle, 1);
    all->addWidget(m_text);
    auto *content = new QWidget;
    content->setLayout(all);
    setCentralWidget(content);

    connect(m_joinButton, &QPushButton::clicked, this, &ChatWindow::connectOrLeave);
    connect(m_name, &QLineEdit::returnPressed, this, &ChatWindow::connectOrLeave);
    connect(m_text, &QLineEdit::returnPressed, this, &ChatWindow::say);
}

void ChatWindow::connectOrLeave()
{
    if (m_client.state() != Client::State::Idle) {
        m_client.close();
        return;
    }
    if (const auto started = m_client.open(QUrl(m_url->text())); !started)
        note(tr("* this server cannot be used: %1").arg(started.error().toString()));
}

void ChatWindow::join()
{
    Call *call = m_client.call(
        QStringLiteral("join"), Serializer<Joining>().write({m_name->text()}).value_or(QByteArray()));
    connect(call, &Call::finished, this, [this](const Reply &reply) {
        if (const auto presence = Serializer<Presence>().read(reply.payload()))
            joined(*presence);
    });
    connect(call, &Call::failed, this, [this](const Error &error) {
        note(tr("* the room refuses: %1").arg(Chat::harmless(error.detail())));
        m_client.close();
    });
}

void ChatWindow::joined(const Presence &presence)
{
    m_joined = true;
    note(tr("* you have joined"));
    showPeople(presence);
    showState();
    m_text->setFocus();
}

void ChatWindow::say()
{
    const QString text = Chat::harmless(m_text->text());
    const auto payload = Serializer<Saying>().write({text});
    if (text.isEmpty() || !payload)
        return;
    // Kept in the line when it cannot be sent, so that nothing typed is lost.
    if (m_client.send(QStringLiteral("say"), *payload))
        m_text->clear();
    else
        statusBar()->showMessage(tr("Not sent: the connection does not keep up"), 5'000);
}

void ChatWindow::showPeople(const Presence &presence)
{
    m_people->clear();
    for (const QString &name : presence.names)
        m_people->addItem(Chat::harmless(name));
}

void ChatWindow::showState()
{
    const bool idle = m_client.state() == Client::State::Idle;
    m_url->setEnabled(idle);
    m_name->setEnabled(idle);
    m_text->setEnabled(m_joined);
    m_text->setPlaceholderText(m_joined ? tr("Say something") : QString());
    m_joinButton->setText(idle ? tr("&Join") : tr("&Leave"));
    if (!m_joined)
        m_people->clear();
    switch (m_client.state()) {
    case Client::State::Idle:
        statusBar()->showMessage(tr("Not connected"));
        break;
    case Client::State::Connecting:
        statusBar()->showMessage(tr("Connecting …"));
        break;
    case Client::State::Open:
        statusBar()->showMessage(m_joined ? tr("Joined") : tr("Joining …"));
        break;
    case Client::State::Closing:
        statusBar()->showMessage(tr("Leaving …"));
        break;
    case Client::State::Waiting:
        statusBar()->showMessage(tr("The connection was lost; trying again"));
        break;
    }
}

void ChatWindow::note(const QString &text)
{
    m_log->appendPlainText(QTime::currentTime().toString(QStringLiteral("HH:mm ")) + text);
}
