// SPDX-License-Identifier: MIT
// What a million frames cost the Inspector, and how long the thread of its user interface is busy while
// frames pour in: prints bytes per frame, the longest turns of the event loop, and what was not shown.
// --frames and --rate make smaller runs.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <semaphore>
#include <thread>
#include <vector>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QScrollBar>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>

#include "app/mainwindow.h"
#include "views/filterbar.h"
#include "views/framedetails.h"
#include "views/frameview.h"
#include "wire/vstp/codec.h"

using namespace Halyard;
using namespace Halyard::Inspector;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QTextStream &out()
{
    static QTextStream stream(stdout);
    return stream;
}

/// How long the thread of the user interface lets an event wait: about once a millisecond another thread
/// posts one. What it has to wait for is the turn that is going on.
class TurnClock
{
public:
    TurnClock()
        : m_thread([this] { knock(); })
    { }
    ~TurnClock()
    {
        m_stop = true;
        m_answered.release();
        m_thread.join();
    }
    TurnClock(const TurnClock &) = delete;
    TurnClock &operator=(const TurnClock &) = delete;

    void reset()
    {
        m_waits.clear();
        m_busy.clear();
    }
    [[nodiscard]] QString result()
    {
        if (m_waits.empty())
            return u"never asked"_s;
        return u"turns: %1\n    an event waits %2\n    processor time %3"_s.arg(m_waits.size())
            .arg(figures(m_waits), figures(m_busy));
    }

private:
    static QString figures(std::vector<qint64> &times)
    {
        std::sort(times.begin(), times.end());
        const auto at = [&times](double share) {
            return double(times[std::size_t(double(times.size() - 1) * share)]) / 1e6;
        };
        const auto late = std::count_if(times.begin(), times.end(), [](qint64 t) { return t > 16'000'000; });
        return u"p50 %1 ms, p99 %2 ms, max %3 ms, above 16 ms: %4"_s.arg(at(0.5), 0, 'f', 2)
            .arg(at(0.99), 0, 'f', 2)
            .arg(at(1.0), 0, 'f', 2)
            .arg(late);
    }
    /// What the calling thread has worked so far; of a wait, the rest is other programs' doing.
    static qint64 processorTime()
    {
        timespec used {};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        return qint64(used.tv_sec) * 1'000'000'000 + used.tv_nsec;
    }
    void answer(qint64 waited)
    {
        const qint64 worked = processorTime();
        m_waits.push_back(waited);
        m_busy.push_back(worked - std::exchange(m_worked, worked));
        m_answered.release();
    }
    void knock()
    {
        while (!m_stop) {
            QElapsedTimer wait;
            wait.start();
            QMetaObject::invokeMethod(
                &m_home, [this, wait] { answer(wait.nsecsElapsed()); }, Qt::QueuedConnection);
            m_answered.acquire();
            std::this_thread::sleep_for(1ms);
        }
    }
    QObject m_home; ///< events to it are handled in the measured thread
    std::vector<qint64> m_waits;
    std::vector<qint64> m_busy; ///< between two answers: one turn, seldom more
    qint64 m_worked = processorTime();
    std::counting_semaphore<> m_answered {0};
    std::atomic<bool> m_stop = false;
    std::thread m_thread; ///< last: it uses all of the others
};

qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * 4'096;
}

QByteArray frameOf(quint64 id, bool reply)
{
    Wire::HeaderBlock headers;
    (void)headers.append(reply ? "re" : "id", id);
    if (!reply)
        (void)headers.append("route", "echo");
    const std::string payload(32, 'x');
    const auto bytes = Wire::Vstp::encodeFrame(
        {Wire::Vstp::FrameType::Data, 0, headers.view(), Wire::asBytes(payload)}, Wire::Vstp::Profile::R);
    return {reinterpret_cast<const char *>(bytes->data()), qsizetype(bytes->size())};
}

/// Pours requests and answers into the intake, at a rate, from a thread of its own.
void pour(const std::shared_ptr<Intake> &intake, quint32 conversation, quint64 frames, quint64 perSecond)
{
    constexpr quint64 PerChunk = 50;
    const auto start = std::chrono::steady_clock::now();
    for (quint64 done = 0; done < frames; done += PerChunk) {
        CapturedBytes requests;
        CapturedBytes answers;
        requests.conversation = answers.conversation = conversation;
        answers.direction = Wire::Direction::ServerToClient;
        requests.time = answers.time = std::chrono::system_clock::now();
        for (quint64 i = done; i < done + PerChunk; i += 2) {
            requests.bytes += frameOf(i + 1, false);
            answers.bytes += frameOf(i + 1, true);
        }
        intake->put(std::move(requests));
        intake->put(std::move(answers));
        std::this_thread::sleep_until(
            start + std::chrono::nanoseconds(1'000'000'000 * (done + PerChunk) / perSecond));
    }
}

/// A frame as large as they may be, of JSON: chosen, copied in each form.
void measureLargeFrame(MainWindow &window, quint32 conversation, TurnClock &turns)
{
    Workspace *workspace = window.workspace();
    std::string json = "[";
    while (json.size() < 8'000'000)
        json += R"({"number": 12345, "text": "a few words", "list": [1, 2, 3]},)";
    json.back() = ']';
    const auto frame = Wire::Vstp::encodeFrame(
        {Wire::Vstp::FrameType::Data, 0, {}, Wire::asBytes(json)}, Wire::Vstp::Profile::R);
    CapturedBytes captured;
    captured.conversation = conversation;
    captured.time = std::chrono::system_clock::now();
    captured.bytes = QByteArray(reinterpret_cast<const char *>(frame->data()), qsizetype(frame->size()));
    const RowNumber row = workspace->store()->endRow();
    workspace->capture()->intake()->put(std::move(captured));
    while (workspace->store()->endRow() == row)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QTest::qWait(500);

    turns.reset();
    QElapsedTimer clock;
    clock.start();
    window.frameView()->goTo(row);
    while (window.details()->frame().isEmpty()
        || window.details()->frame().dissection().bytes.size() != frame->size())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    const qint64 shown = clock.elapsed();
    QTest::qWait(200);
    out() << "a frame of " << frame->size() << " bytes: shown after " << shown << " ms, "
          << window.details()->frame().nodes().size() << " fields\n  GUI thread: " << turns.result() << '\n';
    for (QAction *action : window.findChildren<QAction *>()) {
        if (!action->text().startsWith(u"Bytes as"_s) && !action->text().startsWith(u"Fields as"_s))
            continue;
        turns.reset();
        clock.restart();
        QApplication::clipboard()->clear();
        action->trigger();
        while (QApplication::clipboard()->text().isEmpty())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        out() << "  " << action->text().remove(u'&') << ": copied after " << clock.elapsed()
              << " ms\n  GUI thread: " << turns.result() << '\n';
    }
}

bool measure(quint64 frames, quint64 rate)
{
    QTemporaryDir folder;
    CaptureLimits limits;
    limits.spoolFolder = folder.path();
    MainWindow window(limits, folder.filePath(u"settings.ini"_s));
    window.show();
    Workspace *workspace = window.workspace();
    auto factory = Wire::ProtocolRegistry::standard().make("vstp", {});
    if (!factory)
        return false;
    ConversationInfo info;
    info.number = workspace->capture()->intake()->nextConversation();
    info.state = ConversationState::Open;
    info.viewpoint = Viewpoint::Client;
    info.protocol = u"vstp"_s;
    info.peer = u"benchmark"_s;
    workspace->capture()->intake()->put(ConversationOpened {info, *factory});
    window.startEndpoint({EndpointRequest::Way::Connect, u"nowhere"_s, {}}); // shows the list
    QTest::qWait(200);

    TurnClock turns;
    const qint64 before = residentBytes();
    std::thread source(pour, workspace->capture()->intake(), info.number, frames, rate);
    QElapsedTimer clock;
    clock.start();
    const auto seen = [workspace] { return workspace->store()->endRow() + workspace->store()->notShown(); };
    while (seen() < frames && !clock.hasExpired(600'000))
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    source.join();
    const double seconds = double(clock.elapsed()) / 1e3;
    const qint64 after = residentBytes();
    const auto *store = workspace->store();
    out() << "arriving: " << frames << " frames in " << seconds << " s (" << qint64(double(frames) / seconds)
          << "/s wanted " << rate << "/s)\n  listed " << store->endRow() << ", not shown "
          << store->notShown() << "\n  GUI thread: " << turns.result() << '\n';
    if (store->endRow() > 0)
        out() << "  memory per frame: " << store->memoryBytes() / store->endRow() << " B by our count, "
              << (after - before) / store->endRow() << " B resident; " << store->spooledBytes() / 1'048'576
              << " MiB on disk\n";

    turns.reset();
    clock.restart();
    window.filterBar()->setFilter(u"route == echo and size > 60"_s);
    while (workspace->filtered()->isScanning())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    out() << "filter by facts: " << clock.elapsed() << " ms, " << workspace->filtered()->rowCount()
          << " rows\n  GUI thread: " << turns.result() << '\n';
    window.filterBar()->setFilter(QString());

    turns.reset();
    auto *bar = window.frameView()->verticalScrollBar();
    for (int step = 0; step <= 50; ++step) {
        bar->setValue(bar->maximum() / 50 * step);
        QTest::qWait(5);
    }
    out() << "scrolling through all of it\n  GUI thread: " << turns.result() << '\n';
    measureLargeFrame(window, info.number, turns);
    out().flush();
    return seen() >= frames;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", qEnvironmentVariable("QT_QPA_PLATFORM", u"offscreen"_s).toUtf8());
    QApplication application(argc, argv);
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({u"frames"_s, u"How many frames arrive."_s, u"n"_s, u"1000000"_s});
    parser.addOption({u"rate"_s, u"Frames per second."_s, u"n"_s, u"50000"_s});
    parser.process(application);
    return measure(parser.value(u"frames"_s).toULongLong(), parser.value(u"rate"_s).toULongLong()) ? 0 : 1;
}
