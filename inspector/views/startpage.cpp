// SPDX-License-Identifier: MIT
#include "views/startpage.h"

#include <QCommandLinkButton>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "decode/safetext.h"

namespace Halyard::Inspector {

namespace {
constexpr int ContentWidth = 620;
}

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("start"));
    auto *title = new QLabel(tr("What do you want to look at?"));
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.6);
    title->setFont(large);
    auto *text
        = new QLabel(tr("Halyard Inspector shows the frames of a connection as they pass: a list, the fields "
                        "of each frame, and its bytes."));
    text->setWordWrap(true);

    auto *content = new QWidget;
    content->setMaximumWidth(ContentWidth);
    auto *column = new QVBoxLayout(content);
    column->addStretch(1);
    column->addWidget(title);
    column->addWidget(text);
    column->addSpacing(12);
    const auto add
        = [this, column](const char *name, const QString &label, const QString &what, auto signal) {
              auto *button = new QCommandLinkButton(label, what);
              button->setObjectName(QLatin1StringView(name));
              button->setAccessibleName(label);
              button->setAccessibleDescription(what);
              connect(button, &QCommandLinkButton::clicked, this, signal);
              column->addWidget(button);
          };
    add("startConnect", tr("&Connect"), tr("Open a connection to a server, and talk to it yourself."),
        &StartPage::connectWanted);
    add("startListen", tr("&Listen"), tr("Be the server: accept connections and answer them."),
        &StartPage::listenWanted);
    add("startProxy", tr("Stand &between"),
        tr("Forward between clients and their server, and see both directions. TLS ends here."),
        &StartPage::proxyWanted);
    add("startOpen", tr("&Open a capture"),
        tr("Read a pcapng file that was saved here or by another program."), &StartPage::openWanted);
    add("startSample", tr("&Try the built-in sample"),
        tr("A short conversation with everything in it. Needs no network."), &StartPage::sampleWanted);
    m_recentBox = new QWidget;
    m_recent = new QVBoxLayout(m_recentBox);
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
    scroll->setFrameShape(QFrame::NoFrame);
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
    m_recent->addWidget(new QLabel(tr("Used before:")));
    for (const QString &endpoint : endpoints) {
        auto *button = new QPushButton(safeText(endpoint, 120).replace(u'&', QStringLiteral("&&")));
        button->setFlat(true);
        button->setCursor(Qt::PointingHandCursor);
        button->setStyleSheet(QStringLiteral("text-align: left; padding: 2px 6px;"));
        connect(button, &QPushButton::clicked, this, [this, endpoint] { Q_EMIT recentChosen(endpoint); });
        m_recent->addWidget(button);
    }
}

} // namespace Halyard::Inspector
