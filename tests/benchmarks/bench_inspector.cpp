// SPDX-License-Identifier: MIT
// What a million frames cost the Inspector, and how long its user interface's thread is busy while frames
// pour in: prints bytes per frame, the longest turns of the event loop, and what was not shown. With --frames
// and
// --rate smaller runs.
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include <QAbstractEventDispatcher>
#include <QApplication>
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
#include "views/frameview.h"
#include "wire/vstp/frame.h"

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

/// How long the event loop was awake, each time it was.
class TurnClock
{
public:
    TurnClock()
    {
        auto *dispatcher = QAbstractEventDispatcher::instance();
        QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, dispatcher, [this] {
            if (!m_running)
                m_clock.start();
            m_running = true;
        });
        QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher, [this] { end(); });
    }
    void reset() { m_turns.clear(); }
    [[nodiscard]] QString result()
    {
        if (m_turns.empty())
            return u"no turns"_s;
        std::sort(m_turns.begin(), m_turns.end());
        const auto at = [this](double share) {
            return double(m_turns[std::size_t(double(m_turns.size() - 1) * share)]) / 1e6;
        };
        const auto late
            = std::count_if(m_turns.begin(), m_turns.end(), [](qint64 turn) { return turn > 16'000'000; });
        return u"turns %1, p50 %2 ms, p99 %3 ms, max %4 ms, above 16 ms: %5"_s.arg(m_turns.size())
            .arg(at(0.5), 0, 'f', 2)
            .arg(at(0.99), 0, 'f', 2)
            .arg(at(1.0), 0, 'f', 2)
            .arg(late);
    }

private:
    void end()
    {
        if (std::exchange(m_running, false))
            m_turns.push_back(m_clock.nsecsElapsed());
    }
    QElapsedTimer m_clock;
    bool m_running = false;
    std::vector<qint64> m_turns;
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
