// SPDX-License-Identifier: MIT
#include <QAction>
#include <QCoreApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMessageBox>

#include "app/endpointdialog.h"
#include "app/mainwindow.h"
#include "decode/safetext.h"
#include "views/banner.h"
#include "views/frameview.h"
#include "views/sendbox.h"
#include "views/startpage.h"

namespace Halyard::Inspector {

using namespace Qt::StringLiterals;
using Way = EndpointRequest::Way;

void MainWindow::askConnect() { ask(Way::Connect); }
void MainWindow::askListen() { ask(Way::Listen); }
void MainWindow::askBetween() { ask(Way::Between); }

void MainWindow::ask(Way way)
{
    EndpointRequest proposed;
    proposed.way = way;
    for (const QString &text : m_preferences.recent()) {
        const EndpointRequest used = Preferences::parseRecent(text);
        if (used.way == way) {
            proposed = used;
            break;
        }
    }
    auto *dialog = new EndpointDialog(proposed, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { startEndpoint(dialog->request()); });
    dialog->open();
}

void MainWindow::startSample()
{
    EndpointRequest request;
    request.way = Way::Sample;
    startEndpoint(request);
}

void MainWindow::startEndpoint(const EndpointRequest &request)
{
    m_banner->hide();
    m_preferences.addRecent(request);
    m_start->setRecent(m_preferences.recent());
    showWork();
    m_workspace.sessions()->start(request);
    if (request.way == Way::Connect)
        say(tr("Connecting to %1…").arg(safeText(Preferences::withoutPassword(request.address), 255)));
}

void MainWindow::openFile(const QString &fileName)
{
    if (fileName.isEmpty())
        return;
    m_banner->hide();
    showWork();
    m_frames->setFollowing(false);
    m_workspace.sessions()->openFile(fileName);
}

void MainWindow::askOpen()
{
    openFile(QFileDialog::getOpenFileName(
        this, tr("Open a capture"), {}, tr("Captures (*.pcapng);;All files (*)")));
}

void MainWindow::askSave()
{
    if (m_workspace.filtered()->rowCount() == 0) {
        say(tr("There is nothing to save."));
        return;
    }
    const QString plain = tr("Capture that other programs follow, as TCP (*.pcapng)");
    const QString own = tr("Capture of whole frames, link type USER0 (*.pcapng)");
    QString chosen = plain;
    QString name = QFileDialog::getSaveFileName(
        this, tr("Save the frames that are shown"), u"capture.pcapng"_s, plain + u";;"_s + own, &chosen);
    if (name.isEmpty())
        return;
    if (QFileInfo(name).suffix().isEmpty())
        name += u".pcapng"_s;
    saveFile(name, chosen == own ? CaptureFormat::HalyardFrames : CaptureFormat::TcpPayload);
}

void MainWindow::saveFile(const QString &fileName, CaptureFormat format)
{
    QList<RowNumber> rows;
    const auto *frames = m_workspace.filtered();
    rows.reserve(frames->rowCount());
    for (int row = 0; row < frames->rowCount(); ++row)
        rows << frames->rowNumber(row);
    say(tr("Saving…"));
    m_workspace.saver()->save(fileName, format, rows);
}

void MainWindow::onSaved(const QString &fileName, qint64 frames, const Error &error)
{
    say({});
    const QString name = QFileInfo(fileName).fileName();
    if (error)
        m_banner->showMessage(Wire::Severity::Error, fileErrorText(error, name).toLines());
    else
        say(tr("Saved in %1 (frames: %2). It holds what TLS had protected: keep it safe.")
                .arg(safeText(name, 255), QLocale().toString(frames)));
}

void MainWindow::onSession(const EndpointState &state)
{
    const QString address
        = state.address.isEmpty() ? Preferences::withoutPassword(state.request.address) : state.address;
    const bool isFile = state.request.way == Way::Connect && QFileInfo(state.request.address).isFile();
    const QString place = isFile ? QFileInfo(state.request.address).fileName() : address;
    if (state.error) {
        say({});
        const ErrorText text = isFile ? fileErrorText(state.error, place) : errorText(state.error, place);
        m_banner->showMessage(Wire::Severity::Error, text.toLines());
        return;
    }
    if (!state.active) {
        say(isFile ? tr("%1 was read.").arg(safeText(place, 255))
                   : tr("%1 has ended.").arg(safeText(place, 255)));
        return;
    }
    switch (state.request.way) {
    case Way::Listen:
    case Way::Between:
        say(tr("Clients connect to %1.").arg(safeText(state.clientAddress, 512)));
        break;
    case Way::Sample:
        say(tr("The sample runs in memory; you can send messages to it (Ctrl+T)."));
        break;
    case Way::Connect:
        say(isFile ? tr("Reading %1…").arg(safeText(place, 255))
                   : tr("Connected to %1.").arg(safeText(address, 255)));
        break;
    }
}

void MainWindow::onNotSent(quint32 conversation, const Error &error)
{
    const auto *entry = m_workspace.store()->conversation(conversation);
    const ErrorText text = errorText(error, entry ? entry->info.peer : tr("this connection"));
    m_send->setResult(text.toLines(), true);
    say(text.what);
}

void MainWindow::onStopped(const Wire::Error &error)
{
    const QString reason = error.code == Wire::ErrorCode::FileFailed
        ? tr("no more frames can be put aside on disk")
        : tr("the list holds as many frames as it may");
    m_banner->showMessage(Wire::Severity::Error,
        tr("The capture has stopped: %1.\nFrames still pass and are counted as not shown. Free space or "
           "clear the list (Ctrl+L), which goes on with the capture.")
                .arg(reason)
            + u"\n\n"_s + safeText(QString::fromStdString(error.detail), 512));
}

void MainWindow::updateTargets()
{
    QList<SendBox::Target> targets;
    const auto &sendable = m_workspace.sessions()->sendable();
    for (auto target = sendable.begin(); target != sendable.end(); ++target)
        targets.append({target.key(), tr("Connection %1, %2").arg(target.key()).arg(target.value())});
    m_send->setTargets(targets);
}

void MainWindow::stopAll()
{
    for (const quint32 session : m_workspace.sessions()->all().keys())
        m_workspace.sessions()->stop(session);
}

void MainWindow::clearFrames()
{
    m_workspace.clear();
    m_banner->hide();
    m_frames->setFollowing(true);
    say(tr("Cleared. Ctrl+Z brings the frames back."));
}

void MainWindow::togglePause(bool paused)
{
    m_workspace.frames()->setPaused(paused);
    updateStatus();
}

void MainWindow::about()
{
    QMessageBox::about(this, tr("About Halyard Inspector"),
        tr("<p><b>Halyard Inspector %1</b></p><p>Shows the frames of a connection as they pass.</p>"
           "<p>MIT licence.</p>")
            .arg(QCoreApplication::applicationVersion()));
}

void MainWindow::showKeys()
{
    QString text = tr("<p>A filter compares fields: <code>type == ping</code>, <code>route ~ \"sum\"</code>, "
                      "<code>size &gt; 1000</code>, <code>dir == out</code>, joined by <code>and</code>, "
                      "<code>or</code>, <code>not</code> and brackets. Any field of the tree can be named: "
                      "<code>field.flags</code>.</p><table>");
    for (const FilterField &field : filterFields())
        text += u"<tr><td><code>%1</code>&nbsp;&nbsp;</td><td>%2</td></tr>"_s.arg(
            field.name, field.description.toHtmlEscaped());
    text += u"</table>"_s;
    text
        += tr("<p>Keys: Ctrl+/ filter, Ctrl+F find, Ctrl+N and Ctrl+B next and previous find, Ctrl+G go to a "
              "frame, "
              "Ctrl+J request or answer, Ctrl+. and Ctrl+, next and previous in the connection, Ctrl+M mark, "
              "Ctrl+Alt+C comment, Ctrl+E pause, Ctrl+L clear, Ctrl+Z undo.</p>");
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Filter and keys"), text, QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::RichText);
    box->open();
}

} // namespace Halyard::Inspector
