// SPDX-License-Identifier: MIT
#include <QAction>
#include <QDockWidget>
#include <QInputDialog>
#include <QMenu>
#include <QScopedValueRollback>

#include "app/mainwindow.h"
#include "decode/safetext.h"
#include "views/filterbar.h"
#include "views/findbar.h"
#include "views/framedetails.h"
#include "views/frameview.h"
#include "views/sendbox.h"

namespace Halyard::Inspector {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxHistory = 200;
/// Rows that a jump looks at before it gives up; a filter looks at all of them without blocking.
constexpr int MaxJump = 200'000;
/// More at a time is no clipboard text but a file.
constexpr qsizetype MaxCopiedBytes = 4 * 1024 * 1024;

} // namespace

void MainWindow::showFrame(RowNumber number)
{
    if (number == NoRow)
        return;
    const auto frame = m_workspace.explained(number);
    if (!frame) {
        m_wanted = number;
        m_details->setMessage(tr("This frame is being prepared…"));
        return;
    }
    m_wanted = NoRow;
    m_details->setFrame(*frame);
    if (m_inHistory || m_history.value(m_historyAt, NoRow) == number)
        return;
    m_history.resize(m_historyAt + 1);
    m_history << number;
    if (m_history.size() > MaxHistory)
        m_history.removeFirst();
    m_historyAt = m_history.size() - 1;
}

void MainWindow::goBack()
{
    const QScopedValueRollback inHistory(m_inHistory, true);
    while (m_historyAt > 0) {
        if (m_frames->goTo(m_history[--m_historyAt]))
            return;
    }
}

void MainWindow::goForward()
{
    const QScopedValueRollback inHistory(m_inHistory, true);
    while (m_historyAt + 1 < m_history.size()) {
        if (m_frames->goTo(m_history[++m_historyAt]))
            return;
    }
}

void MainWindow::frameMenu(QPoint where)
{
    QMenu menu(this);
    menu.QWidget::addAction(m_pause);
    menu.addSeparator();
    addAction(&menu, tr("Filter by this cell"), {}, &MainWindow::filterByCell);
    addAction(&menu, tr("Go to request or answer"), {}, &MainWindow::goToPartner);
    addAction(&menu, tr("Mark or unmark"), {}, &MainWindow::markFrames);
    addAction(&menu, tr("Comment…"), {}, &MainWindow::commentFrame);
    menu.addSeparator();
    addAction(&menu, tr("Copy the line"), {}, &MainWindow::copySummary);
    addAction(&menu, tr("Edit and send"), {}, &MainWindow::editAndSend);
    addAction(&menu, tr("Send again"), {}, &MainWindow::sendAgain);
    menu.exec(m_frames->viewport()->mapToGlobal(where));
}

void MainWindow::copyAs(CopyFormat format)
{
    if (m_details->frame().isEmpty())
        return;
    if (format == CopyFormat::Json) {
        const ExplainedFrame frame = m_details->frame();
        const int node = m_details->chosenNode();
        m_clipboard.write(qsizetype(frame.dissection().bytes.size()), [frame, node] {
            return node <= 0 ? formatDissection(frame.dissection())
                             : formatField(frame.dissection(), *frame.nodes()[std::size_t(node)].field);
        });
        return;
    }
    const QByteArray bytes = m_details->chosenBytes().left(MaxCopiedBytes);
    m_clipboard.write(bytes.size(), [bytes, format] { return formatBytes(bytes, format); });
    if (m_details->chosenBytes().size() > MaxCopiedBytes)
        say(tr("Only the first %1 bytes are copied.").arg(MaxCopiedBytes));
}

QList<RowNumber> MainWindow::selectedFrames()
{
    QList<RowNumber> frames = m_frames->selectedFrames();
    if (frames.size() == FrameView::MaxSelected)
        say(tr("Only the first %1 frames are taken.").arg(FrameView::MaxSelected));
    return frames;
}

void MainWindow::copySummary()
{
    QStringList lines;
    for (const RowNumber number : selectedFrames()) {
        const int row = m_workspace.filtered()->rowOf(number);
        QStringList cells;
        for (int column = 0; column < m_workspace.filtered()->columnCount(); ++column)
            cells << m_workspace.filtered()->index(row, column).data().toString();
        lines << cells.join(u'\t');
    }
    m_clipboard.write(lines.join(u'\n'));
}

void MainWindow::markFrames()
{
    for (const RowNumber number : selectedFrames()) {
        FrameRemark remark = m_workspace.store()->remark(number);
        remark.marked = !remark.marked;
        m_workspace.setRemark(number, remark);
    }
}

void MainWindow::commentFrame()
{
    const RowNumber number = m_frames->currentFrame();
    if (!m_workspace.store()->contains(number))
        return;
    FrameRemark remark = m_workspace.store()->remark(number);
    bool ok = false;
    const QString shown = safeLines(remark.comment);
    const QString comment = QInputDialog::getMultiLineText(
        this, tr("Comment"), tr("Comment on frame %1:").arg(number + 1), shown, &ok);
    if (!ok || comment == shown)
        return;
    remark.comment = comment;
    m_workspace.setRemark(number, remark);
}

void MainWindow::goToMark(bool forwards)
{
    const RowNumber current = m_frames->currentFrame();
    RowNumber best = NoRow;
    const auto &remarks = m_workspace.store()->remarks();
    for (auto remark = remarks.begin(); remark != remarks.end(); ++remark) {
        const bool beyond = current == NoRow || (forwards ? remark.key() > current : remark.key() < current);
        const bool nearer = best == NoRow || (forwards ? remark.key() < best : remark.key() > best);
        if (remark->marked && beyond && nearer && m_workspace.filtered()->rowOf(remark.key()) >= 0)
            best = remark.key();
    }
    if (best == NoRow || !m_frames->goTo(best))
        say(forwards ? tr("No mark behind this frame.") : tr("No mark before this frame."));
}

void MainWindow::nextMark() { goToMark(true); }
void MainWindow::previousMark() { goToMark(false); }

void MainWindow::goToNumber()
{
    const auto *frames = m_workspace.filtered();
    if (frames->rowCount() == 0)
        return;
    bool ok = false;
    const int last = int(frames->rowNumber(frames->rowCount() - 1)) + 1;
    const int number = QInputDialog::getInt(this, tr("Go to frame"), tr("Number of the frame:"),
        int(std::min(m_frames->currentFrame(), RowNumber(last - 1))) + 1, 1, last, 1, &ok);
    if (ok && !m_frames->goTo(RowNumber(number) - 1))
        say(tr("Frame %1 is not shown: the filter hides it, or it was cleared.").arg(number));
}

void MainWindow::goToPartner()
{
    const RowNumber current = m_frames->currentFrame();
    if (!m_workspace.store()->contains(current))
        return;
    const FrameFacts &facts = m_workspace.store()->facts(current);
    if (facts.partner == NoRow)
        say(facts.kind == FrameKind::Request ? tr("Not answered so far.")
                                             : tr("This frame answers no request."));
    else if (!m_frames->goTo(facts.partner))
        say(tr("Frame %1 is not shown: the filter hides it, or it was cleared.").arg(facts.partner + 1));
}

void MainWindow::goInConversation(bool forwards)
{
    const auto *frames = m_workspace.filtered();
    const RowNumber current = m_frames->currentFrame();
    if (!m_workspace.store()->contains(current))
        return;
    const quint32 conversation = m_workspace.store()->facts(current).conversation;
    const int step = forwards ? 1 : -1;
    int row = frames->rowOf(current) + step;
    for (int looked = 0; looked < MaxJump && row >= 0 && row < frames->rowCount(); ++looked, row += step) {
        const RowNumber number = frames->rowNumber(row);
        if (m_workspace.store()->facts(number).conversation == conversation) {
            m_frames->goTo(number);
            return;
        }
    }
    say(tr("No more frames of this connection near by."));
}

void MainWindow::nextInConversation() { goInConversation(true); }
void MainWindow::previousInConversation() { goInConversation(false); }

void MainWindow::stepRow(int step)
{
    const auto *frames = m_workspace.filtered();
    const int row
        = std::clamp(frames->rowOf(m_frames->currentFrame()) + step, 0, std::max(0, frames->rowCount() - 1));
    if (row < frames->rowCount())
        m_frames->goTo(frames->rowNumber(row));
}

void MainWindow::nextFrame() { stepRow(1); }
void MainWindow::previousFrame() { stepRow(-1); }

void MainWindow::firstFrame()
{
    if (m_workspace.filtered()->rowCount() > 0)
        m_frames->goTo(m_workspace.filtered()->rowNumber(0));
    m_frames->setFollowing(false);
}

void MainWindow::lastFrame()
{
    if (const int rows = m_workspace.filtered()->rowCount(); rows > 0)
        m_frames->goTo(m_workspace.filtered()->rowNumber(rows - 1));
    m_frames->setFollowing(true);
}

void MainWindow::nextProblem()
{
    const auto *frames = m_workspace.filtered();
    int row = m_frames->currentFrame() == NoRow ? 0 : frames->rowOf(m_frames->currentFrame()) + 1;
    for (int looked = 0; looked < MaxJump && row < frames->rowCount(); ++looked, ++row) {
        const RowNumber number = frames->rowNumber(row);
        if (m_workspace.store()->facts(number).severity >= Wire::Severity::Warning) {
            m_frames->goTo(number);
            return;
        }
    }
    say(tr("No problem behind this frame."));
}

void MainWindow::filterByCell()
{
    const QModelIndex index = m_frames->currentIndex();
    const RowNumber number = m_frames->currentFrame();
    if (!index.isValid() || !m_workspace.store()->contains(number))
        return;
    const FrameFacts &facts = m_workspace.store()->facts(number);
    const auto quoted
        = [](QString text) { return u'"' + text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s) + u'"'; };
    switch (FrameColumn(index.column())) {
    case FrameColumn::Direction:
        return m_filter->narrow(facts.outgoing ? u"dir == out"_s : u"dir == in"_s);
    case FrameColumn::Connection:
        return m_filter->narrow(u"connection == %1"_s.arg(facts.conversation));
    case FrameColumn::Route:
        return m_filter->narrow(u"route == "_s + quoted(m_workspace.store()->routeName(facts.route)));
    case FrameColumn::Id:
        return m_filter->narrow(u"(id == %1 or re == %1)"_s.arg(facts.call));
    case FrameColumn::Size:
        return m_filter->narrow(u"size == %1"_s.arg(facts.size));
    default:
        return m_filter->narrow(u"type == "_s + quoted(m_workspace.store()->typeName(facts.type)));
    }
}

void MainWindow::openFind()
{
    showWork();
    m_find->open();
}

void MainWindow::findNext() { m_find->findNext(); }
void MainWindow::findPrevious() { m_find->findPrevious(); }

void MainWindow::onFound(const ByteFinder::Place &place, bool wrapped)
{
    m_lastFound = place;
    if (!m_frames->goTo(place.frame))
        return;
    m_details->showBytes({0, std::size_t(place.offset), std::size_t(place.length)});
    m_find->setResult(wrapped ? tr("Frame %1, from the other end").arg(place.frame + 1)
                              : tr("Frame %1").arg(place.frame + 1));
}

void MainWindow::writeMessage()
{
    showWork();
    m_sendDock->show();
    m_sendDock->raise();
    m_send->focusInput();
}

void MainWindow::editAndSend()
{
    const auto draft = m_workspace.draftFrom(m_frames->currentFrame());
    if (!draft.message)
        return say(draft.why);
    m_send->setDraft(*draft.message);
    writeMessage();
}

void MainWindow::sendAgain()
{
    const auto draft = m_workspace.draftFrom(m_frames->currentFrame());
    if (!draft.message)
        return say(draft.why);
    if (!m_workspace.sessions()->sendable().contains(draft.message->conversation)) {
        say(tr("That connection is not open for sending; choose another one in the send box."));
        return editAndSend();
    }
    m_workspace.sessions()->send(*draft.message);
}

} // namespace Halyard::Inspector
