// SPDX-License-Identifier: MIT
#pragma once

#include <QMainWindow>
#include <QPalette>
#include <QTimer>

#include "app/clipboardwriter.h"
#include "app/preferences.h"
#include "app/workspace.h"
#include "decode/copyformats.h"
#include "decode/errortext.h"

class QActionGroup;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace Halyard::Inspector {

class Banner;
class ConnectionView;
class EndpointView;
class FilterBar;
class FindBar;
class FrameDetails;
class FrameView;
class SendBox;
class StartPage;

/// The window. Looks after widgets only; what they show is the workspace's.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// `settingsFile` empty: the user's own settings.
    explicit MainWindow(
        const CaptureLimits &limits = {}, const QString &settingsFile = {}, QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] Workspace *workspace() noexcept { return &m_workspace; }
    [[nodiscard]] FrameView *frameView() const noexcept { return m_frames; }
    [[nodiscard]] FrameDetails *details() const noexcept { return m_details; }
    [[nodiscard]] FilterBar *filterBar() const noexcept { return m_filter; }
    [[nodiscard]] FindBar *findBar() const noexcept { return m_find; }
    [[nodiscard]] SendBox *sendBox() const noexcept { return m_send; }
    [[nodiscard]] ConnectionView *connectionView() const noexcept { return m_connections; }
    [[nodiscard]] EndpointView *endpointView() const noexcept { return m_endpoints; }
    [[nodiscard]] Banner *banner() const noexcept { return m_banner; }
    [[nodiscard]] bool showsStartPage() const;

    void startEndpoint(const EndpointRequest &request);
    void openFile(const QString &fileName);
    void saveFile(const QString &fileName, CaptureFormat format);
    void setTheme(ColourTheme theme);
    /// For this run only.
    void applyTheme(ColourTheme theme);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // mainwindow.cpp
    void buildWidgets();
    void connectWidgets();
    void restoreLayout();
    void setDockTabsFocusable(bool focusable);
    void updateStatus();
    /// The last thing said stands in the status bar.
    void say(const QString &text);
    void showWork();

    // mainwindowactions.cpp
    void buildActions();
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildGoMenu();
    void buildCaptureMenu();
    void buildHelpMenu();
    void buildToolBar();
    QAction *addAction(QMenu *menu, const QString &text, const QKeySequence &key, void (MainWindow::*slot)());

    // mainwindowframes.cpp
    void showFrame(RowNumber number);
    void frameMenu(QPoint where);
    void copyAs(CopyFormat format);
    void copySummary();
    [[nodiscard]] QList<RowNumber> selectedFrames();
    void markFrames();
    void commentFrame();
    void nextMark();
    void previousMark();
    void goToMark(bool forwards);
    void goToNumber();
    void goToPartner();
    void nextInConversation();
    void previousInConversation();
    void goInConversation(bool forwards);
    void nextFrame();
    void previousFrame();
    void firstFrame();
    void lastFrame();
    void nextProblem();
    void goBack();
    void goForward();
    void stepRow(int step);
    void filterByCell();
    void openFind();
    void findNext();
    void findPrevious();
    void onFound(const ByteFinder::Place &place, bool wrapped);
    void writeMessage();
    void editAndSend();
    void sendAgain();

    // mainwindowsessions.cpp
    void askConnect();
    void askListen();
    void askBetween();
    void ask(EndpointRequest::Way way);
    void startSample();
    void askOpen();
    void askSave();
    void stopAll();
    void onSession(const EndpointState &state);
    void onNotSent(quint32 conversation, const Error &error);
    void onSaved(const QString &fileName, qint64 frames, const Error &error);
    void onStopped(const Wire::Error &error);
    void updateTargets();
    void clearFrames();
    void togglePause(bool paused);
    void about();
    void showKeys();

    Preferences m_preferences;
    Workspace m_workspace;
    QPalette m_systemPalette;
    QStackedWidget *m_pages = nullptr;
    StartPage *m_start = nullptr;
    FilterBar *m_filter = nullptr;
    FindBar *m_find = nullptr;
    Banner *m_banner = nullptr;
    FrameView *m_frames = nullptr;
    FrameDetails *m_details = nullptr;
    QSplitter *m_splitter = nullptr;
    ConnectionView *m_connections = nullptr;
    QDockWidget *m_connectionDock = nullptr;
    EndpointView *m_endpoints = nullptr;
    QDockWidget *m_endpointDock = nullptr;
    SendBox *m_send = nullptr;
    QDockWidget *m_sendDock = nullptr;
    StatusCounters *m_counters = nullptr;
    QLabel *m_described = nullptr;
    QList<QAction *> m_workActions; ///< of the tool bar, for what the start page has nothing of
    bool m_hasLayout = false;       ///< one from last time
    QAction *m_pause = nullptr;
    QAction *m_follow = nullptr;
    QAction *m_stop = nullptr;
    QActionGroup *m_themes = nullptr;
    QTimer m_statusTimer;
    ClipboardWriter m_clipboard;
    ByteFinder::Place m_lastFound;
    RowNumber m_wanted = NoRow; ///< chosen, but not there yet
    QList<RowNumber> m_history; ///< frames that were looked at
    qsizetype m_historyAt = -1;
    bool m_inHistory = false;
};

} // namespace Halyard::Inspector
