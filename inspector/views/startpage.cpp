// SPDX-License-Identifier: MIT
#include "views/startpage.h"

#include <QApplication>
#include <QCommandLinkButton>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "decode/safetext.h"
#include "views/toolicons.h"

namespace Halyard::Inspector {

namespace {
constexpr int ContentWidth = 640;
constexpr int LogoSize = 56;
constexpr int ButtonIconSize = 28;
constexpr int ShownCharacters = 88;
} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
    , m_recentBox(new QWidget)
    , m_recent(new QVBoxLayout(m_recentBox))
{
    setObjectName(QStringLiteral("start"));
    auto *logo = new QLabel;
    logo->setPixmap(QApplication::windowIcon().pixmap(QSize(LogoSize, LogoSize), devicePixelRatioF()));
    auto *title = new QLabel(tr("What do you want to look at?"));
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.7);
    title->setFont(large);
    auto *text = new QLabel(
        tr("Every frame of a connection as it passes: a list, the fields of each frame, and its bytes."));
    text->setWordWrap(true);
    auto *words = new QVBoxLayout;
    words->addWidget(title);
    words->addWidget(text);
    words->setSpacing(4);
    words->addStretch();
    auto *head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(logo, 0, Qt::AlignTop);
    head->addLayout(words, 1);

    auto *content = new QWidget;
    content->setMaximumWidth(ContentWidth);
    auto *column = new QVBoxLayout(content);
    column->addStretch(1);
    column->addLayout(head);
    column->addSpacing(16);
    const auto add = [this, column](const char *name, ToolIcon icon, const QString &label,
                         const QString &what, auto signal) {
        auto *button = new QCommandLinkButton(label, what);
        button->setObjectName(QLatin1StringView(name));
        button->setAccessibleName(label);
        button->setAccessibleDescription(what);
        button->setIcon(toolIcon(icon));
        button->setIconSize(QSize(ButtonIconSize, ButtonIconSize));
        connect(button, &QCommandLinkButton::clicked, this, signal);
        column->addWidget(button);
    };
    add("startConnect", ToolIcon::Connect, tr("&Connect"),
        tr("Open a connection to a server, and talk to it yourself."), &StartPage::connectWanted);
    add("startListen", ToolIcon::Listen, tr("&Listen"),
        tr("Be the server: accept connections, see what they send, send to them."), &StartPage::listenWanted);
    add("startProxy", ToolIcon::Between, tr("Stand &between"),
        tr("Forward between clients and their server, and see both directions. TLS ends here."),
        &StartPage::proxyWanted);
    add("startOpen", ToolIcon::Open, tr("&Open a capture"),
        tr("Read a pcapng file that was saved here or by another program."), &StartPage::openWanted);
    add("startSample", ToolIcon::Sample, tr("&Try the built-in sample"),
        tr("A short conversation with everything in it. Needs no network."), &StartPage::sampleWanted);
    m_recent->setContentsMargins(8, 8, 0, 0);
    column->addWidget(m_recentBox);
    m_recentBox->hide();
    column->addStretch(2);

    auto *middle = new QWidget;
    auto *row = new QHBoxLayout(middle);
    row->addStretch(1);
    row->addWidget(content, 4);
    row->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidget(middle);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(tr("Ways to begin"));
    scroll->setFrameShape(QFrame::NoFrame);
    middle->setBackgroundRole(QPalette::Base);
    middle->setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
}

void StartPage::setRecent(const QStringList &endpoints)
{
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recentBox->setVisible(!endpoints.isEmpty());
    if (endpoints.isEmpty())
        return;
    m_recent->addWidget(new QLabel(tr("Used before")));
    for (const QString &endpoint : endpoints) {
        auto *button
            = new QPushButton(safeText(endpoint, ShownCharacters).replace(u'&', QStringLiteral("&&")));
        button->setFlat(true);
        button->setCursor(Qt::PointingHandCursor);
        button->setStyleSheet(QStringLiteral("text-align: left; padding: 2px 6px;"));
        connect(button, &QPushButton::clicked, this, [this, endpoint] { Q_EMIT recentChosen(endpoint); });
        m_recent->addWidget(button);
    }
}

} // namespace Halyard::Inspector
