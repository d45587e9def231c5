// SPDX-License-Identifier: MIT
#include "app/report.h"

#include <chrono>

#include <QPixmap>

#include "app/mainwindow.h"
#include "views/framedetails.h"
#include "views/frameview.h"
#include "wire/dissectiontext.h"

namespace Halyard::Inspector {

using namespace std::chrono_literals;

namespace {

/// So long nothing new means that what there was to see has been seen.
constexpr auto QuietTime = 700ms;

} // namespace

Report::Report(MainWindow *window, const QString &picture, quint32 minFrames)
    : QObject(window)
    , m_window(window)
    , m_picture(picture)
    , m_minFrames(std::max(1U, minFrames))
{
    connect(&m_timer, &QTimer::timeout, this, &Report::look);
    connect(window->workspace(), &Workspace::explanationsArrived, this, &Report::print);
    m_timer.start(QuietTime);
}

void Report::look()
{
    const RowNumber frames = m_window->workspace()->store()->endRow();
    if (frames < m_minFrames || std::exchange(m_seen, frames) != frames)
        return;
    m_timer.stop();
    print();
}

/// As far as the records are at hand; the others bring us back when they are.
void Report::print()
{
    if (m_timer.isActive())
        return;
    Workspace *workspace = m_window->workspace();
    for (; m_printed < m_seen; ++m_printed) {
        const auto frame = workspace->explained(m_printed);
        if (!frame)
            return;
        m_out << QString::fromStdString(Wire::toText(frame->dissection()));
    }
    m_out.flush();
    disconnect(workspace, nullptr, this, nullptr);
    choose();
    takePicture();
}

/// The newest answer that holds most: there is most to see in it.
void Report::choose()
{
    const auto *store = m_window->workspace()->store();
    RowNumber best = 0;
    for (RowNumber row = 0; row < m_seen; ++row) {
        if (store->facts(row).partner != NoRow && store->facts(row).size >= store->facts(best).size)
            best = row;
    }
    m_window->frameView()->goTo(best);
    const auto &frame = m_window->details()->frame();
    if (const int node = frame.payloadNode(); node != ExplainedFrame::NoNode)
        m_window->details()->chooseField(node);
}

void Report::takePicture()
{
    // What was asked for just now is laid out and painted in the next turns of the loop.
    QTimer::singleShot(QuietTime, this, [this] {
        const bool saved = m_window->grab().save(m_picture);
        if (!saved)
            QTextStream(stderr) << tr("The picture %1 cannot be written.").arg(m_picture) << '\n';
        Q_EMIT finished(saved ? 0 : 1);
    });
}

} // namespace Halyard::Inspector
