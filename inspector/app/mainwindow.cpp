// SPDX-License-Identifier: MIT
#include "app/mainwindow.h"

#include <chrono>

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QVBoxLayout>

#include "decode/safetext.h"
#include "views/banner.h"
#include "views/connectionview.h"
#include "views/endpointview.h"
#include "views/filterbar.h"
#include "views/findbar.h"
#include "views/framedetails.h"
#include "views/frameview.h"
#include "views/sendbox.h"
#include "views/startpage.h"

/// They are part of a static library, which a linker would leave out otherwise. Must not be in a namespace.
// NOLINTNEXTLINE(misc-use-anonymous-namespace)
static void initialiseResources() { Q_INIT_RESOURCE(inspector); }

namespace Halyard::Inspector {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto StatusInterval = 200ms;
constexpr QSize FirstSize(1280, 860);
constexpr int FirstDockHeight = 150;
constexpr int FirstDetailsHeight = 260;
/// Saved layouts of other arrangements of docks are not restored.
constexpr int LayoutVersion = 1;

} // namespace

MainWindow::MainWindow(const CaptureLimits &limits, const QString &settingsFile, QWidget *parent)
    : QMainWindow(parent)
    , m_preferences(settingsFile)
    , m_workspace(limits)
    , m_systemPalette(QApplication::palette())
    , m_statusTimer(this)
{
    setObjectName(u"inspector"_s);
    setWindowTitle(tr("Halyard Inspector"));
    initialiseResources();
    QApplication::setWindowIcon(QIcon(u":/org.halyard.Inspector.png"_s));
    setAcceptDrops(true);
    resize(FirstSize);
    buildWidgets();
    buildActions();
    connectWidgets();
    restoreLayout();
    setTheme(m_preferences.theme());
    m_workspace.frames()->setTimeDisplay(m_preferences.timeDisplay());
    m_frames->fitTimes(m_preferences.timeDisplay());
    m_start->setRecent(m_preferences.recent());
    updateTargets();
    updateStatus();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildWidgets()
{
    m_filter = new FilterBar;
    m_find = new FindBar;
    m_find->hide();
    m_banner = new Banner;
    m_frames = new FrameView(m_workspace.filtered());
    m_details = new FrameDetails;
    m_splitter = new QSplitter(Qt::Vertical);
    m_splitter->addWidget(m_frames);
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setSizes({FirstSize.height() - FirstDockHeight - FirstDetailsHeight, FirstDetailsHeight});
    m_splitter->setChildrenCollapsible(false);

    auto *work = new QWidget;
    auto *workLayout = new QVBoxLayout(work);
    workLayout->setContentsMargins(0, 0, 0, 0);
    workLayout->setSpacing(0);
    workLayout->addWidget(m_filter);
    workLayout->addWidget(m_find);
    workLayout->addWidget(m_splitter, 1);

    m_start = new StartPage;
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_start);
    m_pages->addWidget(work);
    auto *centre = new QWidget;
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_pages, 1);
    setCentralWidget(centre);

    m_connections = new ConnectionView(m_workspace.connections());
    m_connectionDock = new QDockWidget(tr("Connections"));
    m_connectionDock->setObjectName(u"connectionDock"_s);
    m_connectionDock->setWidget(m_connections);
    addDockWidget(Qt::BottomDockWidgetArea, m_connectionDock);
    m_endpoints = new EndpointView(m_workspace.endpoints());
    m_endpointDock = new QDockWidget(tr("Waiting for clients"));
    m_endpointDock->setObjectName(u"endpointDock"_s);
    m_endpointDock->setWidget(m_endpoints);
    addDockWidget(Qt::TopDockWidgetArea, m_endpointDock);
    m_endpointDock->hide(); // until something waits
    m_send = new SendBox;
    m_sendDock = new QDockWidget(tr("Send"));
    m_sendDock->setObjectName(u"sendDock"_s);
    m_sendDock->setWidget(m_send);
    addDockWidget(Qt::BottomDockWidgetArea, m_sendDock);
    tabifyDockWidget(m_connectionDock, m_sendDock);
    m_connectionDock->raise();
    m_connectionDock->hide();
    m_sendDock->hide();

    m_described = new QLabel;
    m_described->setTextFormat(Qt::PlainText);
    m_described->setContentsMargins(6, 0, 6, 0);
    m_described->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // long texts widen no window
    m_counters = new StatusCounters;
    statusBar()->addWidget(m_described, 1);
    statusBar()->addPermanentWidget(m_counters);
}

void MainWindow::connectWidgets()
{
    connect(m_filter, &FilterBar::filterChanged, m_workspace.filtered(), &FrameFilterModel::setFilter);
    m_filter->setVocabulary([this] { return m_workspace.vocabulary(); });
    connect(m_frames, &FrameView::currentFrameChanged, this, &MainWindow::showFrame);
    connect(m_frames, &QWidget::customContextMenuRequested, this, &MainWindow::frameMenu);
    connect(m_frames, &QAbstractItemView::doubleClicked, this, [this] { m_details->tree()->setFocus(); });
    connect(m_frames, &FrameView::followingChanged, m_follow, &QAction::setChecked);
    connect(&m_workspace, &Workspace::explanationsArrived, this, [this] {
        if (m_wanted != NoRow)
            showFrame(m_wanted);
    });
    connect(
        m_workspace.store(), &FrameStore::recordFailed, this, [this](RowNumber row, const QString &reason) {
            if (row == m_wanted)
                m_details->setMessage(tr("This frame cannot be read back: %1").arg(reason));
        });
    connect(m_workspace.store(), &FrameStore::stopped, this, &MainWindow::onStopped);
    connect(m_details, &FrameDetails::described, this, &MainWindow::say);
    connect(m_find, &FindBar::wanted, this, [this](const BytePattern &pattern, bool forwards) {
        ByteFinder::Place from = m_lastFound;
        if (from.frame == NoRow || from.frame != m_frames->currentFrame())
            from = {m_frames->currentFrame(), forwards ? -1 : 0, 0};
        m_workspace.finder()->find(pattern, from, forwards);
    });
    connect(m_find, &FindBar::closed, this, [this] {
        m_find->hide();
        m_frames->setFocus();
    });
    connect(&m_clipboard, &ClipboardWriter::begun, this, [this] { say(tr("Copying…")); });
    connect(&m_clipboard, &ClipboardWriter::written, this, [this] { say(tr("Copied.")); });
    connect(m_workspace.finder(), &ByteFinder::found, this, &MainWindow::onFound);
    connect(
        m_workspace.finder(), &ByteFinder::notFound, this, [this] { m_find->setResult(tr("Not found.")); });
    connect(m_workspace.store(), &FrameStore::conversationsForgotten, this, [this] {
        m_connectionDock->setWindowTitle(
            tr("Connections (older ones that are not listed any more: %1)")
                .arg(QLocale().toString(m_workspace.store()->forgottenConversations())));
    });
    connect(m_workspace.endpoints(), &QAbstractItemModel::rowsInserted, m_endpointDock, &QWidget::show);
    connect(m_workspace.endpoints(), &QAbstractItemModel::rowsRemoved, this,
        [this] { m_endpointDock->setVisible(m_workspace.endpoints()->rowCount() > 0); });
    connect(m_endpoints, &EndpointView::stopWanted, m_workspace.sessions(), &Sessions::stop);
    connect(
        m_endpoints, &EndpointView::copyWanted, this, [this](const QString &text, const QString &whatItIs) {
            m_clipboard.write(text);
            say(whatItIs);
        });
    connect(m_send, &SendBox::send, m_workspace.sessions(), &Sessions::send);
    connect(m_workspace.sessions(), &Sessions::sent, this, [this](quint32, const QString &what) {
        m_send->setResult(what, false);
        say(what);
    });
    connect(m_workspace.sessions(), &Sessions::notSent, this, &MainWindow::onNotSent);
    connect(m_workspace.sessions(), &Sessions::sendableChanged, this, &MainWindow::updateTargets);
    connect(m_workspace.sessions(), &Sessions::stateChanged, this, &MainWindow::onSession);
    connect(m_workspace.saver(), &CaptureSaver::finished, this, &MainWindow::onSaved);
    connect(m_connections, &ConnectionView::conversationActivated, this,
        [this](quint32 conversation) { m_filter->setFilter(u"connection == %1"_s.arg(conversation)); });
    connect(m_counters, &StatusCounters::errorsClicked, this,
        [this] { m_filter->setFilter(u"severity == error"_s); });
    connect(m_counters, &StatusCounters::warningsClicked, this,
        [this] { m_filter->setFilter(u"severity == warning"_s); });
    connect(m_start, &StartPage::connectWanted, this, &MainWindow::askConnect);
    connect(m_start, &StartPage::listenWanted, this, &MainWindow::askListen);
    connect(m_start, &StartPage::proxyWanted, this, &MainWindow::askBetween);
    connect(m_start, &StartPage::openWanted, this, &MainWindow::askOpen);
    connect(m_start, &StartPage::sampleWanted, this, &MainWindow::startSample);
    connect(m_start, &StartPage::recentChosen, this,
        [this](const QString &text) { startEndpoint(Preferences::parseRecent(text)); });
    m_statusTimer.setInterval(StatusInterval);
    connect(&m_statusTimer, &QTimer::timeout, this, &MainWindow::updateStatus);
    m_statusTimer.start();
}

void MainWindow::say(const QString &text)
{
    m_described->setText(text);
    m_described->setToolTip(asToolTip(text));
}

void MainWindow::updateStatus()
{
    StatusFigures figures = m_workspace.figures();
    figures.following = m_frames->isFollowing();
    m_counters->setFigures(figures);
    m_stop->setEnabled(!m_workspace.sessions()->all().isEmpty());
}

bool MainWindow::showsStartPage() const { return m_pages->currentWidget() == m_start; }

void MainWindow::showWork()
{
    if (!showsStartPage())
        return;
    m_pages->setCurrentIndex(1);
    m_counters->show();
    for (QAction *action : m_workActions)
        action->setEnabled(true);
    m_sendDock->setVisible(m_preferences.layoutFlag(u"sendShown"_s, false));
    m_connectionDock->setVisible(m_preferences.layoutFlag(u"connectionsShown"_s, true));
    (m_preferences.layoutFlag(u"sendOnTop"_s, false) ? m_sendDock : m_connectionDock)->raise();
    setDockTabsFocusable(true);
    if (!m_hasLayout)
        resizeDocks({m_connectionDock}, {FirstDockHeight}, Qt::Vertical);
    m_frames->setFocus();
}

void MainWindow::setTheme(ColourTheme theme)
{
    m_preferences.setTheme(theme);
    applyTheme(theme);
}

void MainWindow::applyTheme(ColourTheme theme)
{
    const QPalette palette = theme == ColourTheme::Dark ? darkPalette()
        : theme == ColourTheme::Light                   ? lightPalette()
                                                        : m_systemPalette;
    if (QApplication::palette() != palette)
        QApplication::setPalette(palette);
    m_themes->actions().at(int(theme))->setChecked(true);
}

void MainWindow::restoreLayout()
{
    restoreGeometry(m_preferences.layout(u"window"_s));
    m_hasLayout = restoreState(m_preferences.layout(u"docks"_s), LayoutVersion);
    m_splitter->restoreState(m_preferences.layout(u"splitter"_s));
    m_details->splitter()->restoreState(m_preferences.layout(u"details"_s));
    m_frames->horizontalHeader()->restoreState(m_preferences.layout(u"frames"_s));
    m_connections->horizontalHeader()->restoreState(m_preferences.layout(u"connections"_s));
    m_connections->setArranged(m_preferences.layoutFlag(u"connectionsArranged"_s, false));
    m_connectionDock->hide(); // until there is work, see showWork()
    m_sendDock->hide();
    setDockTabsFocusable(false);
    m_endpointDock->hide();
    m_counters->hide();
    for (QAction *action : m_workActions)
        action->setEnabled(false); // there is nothing yet that they could do
}

// Qt leaves the bar of docks that lie behind each other when all of them are hidden, and the Tab key would
// find it.
void MainWindow::setDockTabsFocusable(bool focusable)
{
    for (auto *bar : findChildren<QTabBar *>(QString(), Qt::FindDirectChildrenOnly))
        bar->setFocusPolicy(focusable ? Qt::TabFocus : Qt::NoFocus);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_preferences.setLayout(u"window"_s, saveGeometry());
    m_preferences.setLayout(u"docks"_s, saveState(LayoutVersion));
    m_preferences.setLayout(u"splitter"_s, m_splitter->saveState());
    m_preferences.setLayout(u"details"_s, m_details->splitter()->saveState());
    m_preferences.setLayout(u"frames"_s, m_frames->horizontalHeader()->saveState());
    m_preferences.setLayout(u"connections"_s, m_connections->horizontalHeader()->saveState());
    m_preferences.setLayoutFlag(u"connectionsArranged"_s, m_connections->isArranged());
    if (!showsStartPage()) { // which has none of them
        m_preferences.setLayoutFlag(u"connectionsShown"_s, !m_connectionDock->isHidden());
        m_preferences.setLayoutFlag(u"sendShown"_s, !m_sendDock->isHidden());
        m_preferences.setLayoutFlag(u"sendOnTop"_s, !m_send->visibleRegion().isEmpty());
    }
    QMainWindow::closeEvent(event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls[0].isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event) { openFile(event->mimeData()->urls().value(0).toLocalFile()); }

} // namespace Halyard::Inspector
