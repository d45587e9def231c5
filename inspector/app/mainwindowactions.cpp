// SPDX-License-Identifier: MIT
#include <QAction>
#include <QActionGroup>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QToolBar>

#include "app/mainwindow.h"
#include "views/filterbar.h"
#include "views/findbar.h"
#include "views/frameview.h"
#include "views/sendbox.h"
#include "views/toolicons.h"

namespace Halyard::Inspector {

using namespace Qt::StringLiterals;

QAction *MainWindow::addAction(
    QMenu *menu, const QString &text, const QKeySequence &key, void (MainWindow::*slot)())
{
    QAction *action = menu->addAction(text);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, slot);
    return action;
}

void MainWindow::buildActions()
{
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildGoMenu();
    buildCaptureMenu();
    buildHelpMenu();
    buildToolBar();
}

void MainWindow::buildFileMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&File"));
    addAction(menu, tr("&Open a capture…"), QKeySequence::Open, &MainWindow::askOpen);
    addAction(menu, tr("&Save the frames that are shown…"), QKeySequence::Save, &MainWindow::askSave);
    menu->addSeparator();
    QAction *quit = menu->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence(u"Ctrl+Q"_s)); // some desktops have none of their own
    quit->setMenuRole(QAction::QuitRole);
    connect(quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::buildEditMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Edit"));
    QAction *undo = m_workspace.undoStack()->createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction *redo = m_workspace.undoStack()->createRedoAction(this, tr("&Redo"));
    redo->setShortcut(QKeySequence::Redo);
    menu->QWidget::addAction(undo);
    menu->QWidget::addAction(redo);
    menu->addSeparator();
    QMenu *copy = menu->addMenu(tr("&Copy"));
    addAction(copy, tr("&Line of the list"), QKeySequence(u"Ctrl+Shift+C"_s), &MainWindow::copySummary);
    const auto addCopy = [this, copy](const QString &text, CopyFormat format, const QKeySequence &key = {}) {
        QAction *action = copy->addAction(text);
        action->setShortcut(key);
        connect(action, &QAction::triggered, this, [this, format] { copyAs(format); });
    };
    addCopy(tr("Bytes as &hex"), CopyFormat::Hex, QKeySequence::Copy);
    addCopy(tr("Bytes as hex &dump"), CopyFormat::HexDump);
    addCopy(tr("Bytes as escaped &text"), CopyFormat::EscapedText);
    addCopy(tr("Bytes as &C array"), CopyFormat::CArray);
    addCopy(tr("Fields as &JSON"), CopyFormat::Json);
    menu->addSeparator();
    addAction(menu, tr("&Find in bytes…"), QKeySequence::Find, &MainWindow::openFind);
    addAction(menu, tr("Find &next"), QKeySequence(u"Ctrl+N"_s), &MainWindow::findNext);
    addAction(menu, tr("Find &previous"), QKeySequence(u"Ctrl+B"_s), &MainWindow::findPrevious);
    menu->addSeparator();
    addAction(menu, tr("&Mark or unmark"), QKeySequence(u"Ctrl+M"_s), &MainWindow::markFrames);
    addAction(menu, tr("Next mark"), QKeySequence(u"Ctrl+Shift+N"_s), &MainWindow::nextMark);
    addAction(menu, tr("Previous mark"), QKeySequence(u"Ctrl+Shift+B"_s), &MainWindow::previousMark);
    addAction(menu, tr("&Comment…"), QKeySequence(u"Ctrl+Alt+C"_s), &MainWindow::commentFrame);
}

void MainWindow::buildViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    QAction *filter = menu->addAction(tr("Go to the &filter"));
    filter->setShortcut(QKeySequence(u"Ctrl+/"_s));
    connect(filter, &QAction::triggered, this, [this] {
        showWork();
        m_filter->focusInput();
    });
    addAction(
        menu, tr("Filter by the &chosen cell"), QKeySequence(u"Ctrl+Shift+F"_s), &MainWindow::filterByCell);
    menu->addSeparator();
    menu->QWidget::addAction(m_connectionDock->toggleViewAction());
    menu->QWidget::addAction(m_sendDock->toggleViewAction());
    menu->QWidget::addAction(m_endpointDock->toggleViewAction());
    menu->addSeparator();

    QMenu *times = menu->addMenu(tr("&Time"));
    auto *timeGroup = new QActionGroup(this);
    const QStringList timeNames {
        tr("&Date and time"), tr("Since the &first frame"), tr("Since the &previous frame")};
    const QStringList timeKeys {u"Ctrl+Alt+1"_s, u"Ctrl+Alt+4"_s, u"Ctrl+Alt+5"_s};
    for (int display = 0; display < int(timeNames.size()); ++display) {
        QAction *action = times->addAction(timeNames[display]);
        action->setCheckable(true);
        action->setShortcut(QKeySequence(timeKeys[display]));
        action->setChecked(display == int(m_preferences.timeDisplay()));
        timeGroup->addAction(action);
        connect(action, &QAction::triggered, this, [this, display] {
            m_workspace.frames()->setTimeDisplay(TimeDisplay(display));
            m_frames->fitTimes(TimeDisplay(display));
            m_preferences.setTimeDisplay(TimeDisplay(display));
        });
    }
    QMenu *themes = menu->addMenu(tr("&Colours"));
    m_themes = new QActionGroup(this);
    const QStringList themeNames {tr("As the &system"), tr("&Light"), tr("&Dark")};
    for (int theme = 0; theme < int(themeNames.size()); ++theme) {
        QAction *action = themes->addAction(themeNames[theme]);
        action->setCheckable(true);
        m_themes->addAction(action);
        connect(action, &QAction::triggered, this, [this, theme] { setTheme(ColourTheme(theme)); });
    }
}

void MainWindow::buildGoMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Go"));
    addAction(menu, tr("&Back"), QKeySequence(u"Alt+Left"_s), &MainWindow::goBack);
    addAction(menu, tr("For&ward"), QKeySequence(u"Alt+Right"_s), &MainWindow::goForward);
    addAction(menu, tr("&Go to frame…"), QKeySequence(u"Ctrl+G"_s), &MainWindow::goToNumber);
    addAction(menu, tr("To &request or answer"), QKeySequence(u"Ctrl+J"_s), &MainWindow::goToPartner);
    menu->addSeparator();
    addAction(menu, tr("&Next frame"), QKeySequence(u"Ctrl+Down"_s), &MainWindow::nextFrame)
        ->setShortcuts({QKeySequence(u"Ctrl+Down"_s), QKeySequence(u"F8"_s)});
    addAction(menu, tr("&Previous frame"), QKeySequence(u"Ctrl+Up"_s), &MainWindow::previousFrame)
        ->setShortcuts({QKeySequence(u"Ctrl+Up"_s), QKeySequence(u"F7"_s)});
    addAction(menu, tr("F&irst frame"), QKeySequence(u"Ctrl+Home"_s), &MainWindow::firstFrame);
    addAction(menu, tr("&Last frame"), QKeySequence(u"Ctrl+End"_s), &MainWindow::lastFrame);
    addAction(menu, tr("Next in the connection"), QKeySequence(u"Ctrl+."_s), &MainWindow::nextInConversation);
    addAction(menu, tr("Previous in the connection"), QKeySequence(u"Ctrl+,"_s),
        &MainWindow::previousInConversation);
    addAction(menu, tr("Next pro&blem"), QKeySequence(u"Ctrl+P"_s), &MainWindow::nextProblem);
    menu->addSeparator();
    m_follow = menu->addAction(tr("&Follow the newest frame"));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setShortcut(QKeySequence(u"Ctrl+Shift+End"_s));
    connect(
        m_follow, &QAction::triggered, this, [this](bool following) { m_frames->setFollowing(following); });
}

void MainWindow::buildCaptureMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Capture"));
    addAction(menu, tr("&Connect…"), QKeySequence(u"Ctrl+K"_s), &MainWindow::askConnect);
    addAction(menu, tr("&Listen…"), QKeySequence(u"Ctrl+Shift+K"_s), &MainWindow::askListen);
    addAction(menu, tr("Stand &between…"), QKeySequence(u"Ctrl+Alt+K"_s), &MainWindow::askBetween);
    addAction(menu, tr("The built-in &sample"), {}, &MainWindow::startSample);
    menu->addSeparator();
    m_pause = menu->addAction(tr("&Pause the list"));
    m_pause->setObjectName(u"pause"_s);
    m_pause->setCheckable(true);
    m_pause->setShortcut(QKeySequence(u"Ctrl+E"_s));
    connect(m_pause, &QAction::toggled, this, &MainWindow::togglePause);
    addAction(menu, tr("C&lear"), QKeySequence(u"Ctrl+L"_s), &MainWindow::clearFrames)
        ->setObjectName(u"clear"_s);
    m_stop = addAction(menu, tr("&Disconnect everything"), QKeySequence(u"Ctrl+D"_s), &MainWindow::stopAll);
    menu->addSeparator();
    addAction(menu, tr("&Write a message"), QKeySequence(u"Ctrl+T"_s), &MainWindow::writeMessage);
    addAction(
        menu, tr("&Edit this frame and send it"), QKeySequence(u"Ctrl+Shift+E"_s), &MainWindow::editAndSend);
    addAction(menu, tr("Send this frame &again"), QKeySequence(u"Ctrl+Shift+A"_s), &MainWindow::sendAgain);
}

void MainWindow::buildHelpMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    addAction(menu, tr("&Filter and keys"), QKeySequence::HelpContents, &MainWindow::showKeys);
    addAction(menu, tr("&About"), {}, &MainWindow::about);
}

void MainWindow::buildToolBar()
{
    QToolBar *bar = addToolBar(tr("Tools"));
    bar->setObjectName(u"tools"_s);
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    bar->setIconSize({20, 20});
    const auto add
        = [this, bar](ToolIcon icon, const QString &text, const QString &tip, void (MainWindow::*slot)()) {
              QAction *action = bar->addAction(toolIcon(icon), text);
              action->setToolTip(tip);
              connect(action, &QAction::triggered, this, slot);
              return action;
          };
    const auto share = [this, bar](QAction *action, ToolIcon icon, const QString &text) {
        action->setIcon(toolIcon(icon));
        action->setIconText(text);
        bar->QWidget::addAction(action);
        m_workActions << action;
    };
    add(ToolIcon::Connect, tr("Connect"), tr("Connect to a server (Ctrl+K)"), &MainWindow::askConnect);
    add(ToolIcon::Listen, tr("Listen"), tr("Be a server (Ctrl+Shift+K)"), &MainWindow::askListen);
    add(ToolIcon::Between, tr("Between"), tr("Stand between clients and a server (Ctrl+Alt+K)"),
        &MainWindow::askBetween);
    bar->addSeparator();
    add(ToolIcon::Open, tr("Open"), tr("Open a capture (Ctrl+O)"), &MainWindow::askOpen);
    m_workActions << add(
        ToolIcon::Save, tr("Save"), tr("Save the frames that are shown (Ctrl+S)"), &MainWindow::askSave);
    bar->addSeparator();
    share(m_pause, ToolIcon::Pause, tr("Pause"));
    share(m_follow, ToolIcon::Follow, tr("Follow"));
    m_workActions << add(ToolIcon::Clear, tr("Clear"), tr("Clear the list (Ctrl+L, undo with Ctrl+Z)"),
        &MainWindow::clearFrames);
    share(m_stop, ToolIcon::Stop, tr("Disconnect"));
    bar->addSeparator();
    m_workActions << add(ToolIcon::Find, tr("Find"), tr("Find in bytes (Ctrl+F)"), &MainWindow::openFind)
                  << add(ToolIcon::Partner, tr("Partner"), tr("To the request or answer (Ctrl+J)"),
                         &MainWindow::goToPartner)
                  << add(ToolIcon::Mark, tr("Mark"), tr("Mark or unmark (Ctrl+M)"), &MainWindow::markFrames)
                  << add(ToolIcon::Send, tr("Send"), tr("Write a message (Ctrl+T)"),
                         &MainWindow::writeMessage);
}

} // namespace Halyard::Inspector
