// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTemporaryFile>
#include <QTest>
#include <QThreadPool>
#include <QTimer>

#include "socketpair.h"
#include "transport/epolleventdispatcher.h"

using namespace Halyard;

class tst_EpollNotifiers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void activatesReadersAndWriters();
    void tellsAHangUpToAnExceptionNotifier();
    void aNotifierIsDeletedWhileActive();
    void aNotifierIsDeletedByAnother();
    void aDescriptorIsUsedAgainWithinATurn();
    void aCopyOfAClosedDescriptorIsForgotten();
    void plainFilesAreAlwaysReady();
    void aClosedDescriptorIsRefused();
    void socketsCanBeExcluded();
    void anInnerLoopOutdatesWhatTheOuterSaw();
    void twoThousandSockets();
};

void tst_EpollNotifiers::activatesReadersAndWriters()
{
    const Sockets sockets;
    QVERIFY(sockets.valid);
    QSocketNotifier reader(sockets.ends[0], QSocketNotifier::Read);
    QSocketNotifier writer(sockets.ends[0], QSocketNotifier::Write);
    writer.setEnabled(false);
    QSignalSpy writable(&writer, &QSocketNotifier::activated);
    QByteArray received;
    connect(&reader, &QSocketNotifier::activated, this, [&] { received += sockets.receive(); });
    QVERIFY(sockets.send('a') && sockets.send('b'));
    QTRY_COMPARE(received, "ab");
    QVERIFY(writable.isEmpty());
    writer.setEnabled(true);
    QTRY_VERIFY(writable.size() > 2); // level-triggered
    writer.setEnabled(false);
    const auto count = writable.size();
    reader.setEnabled(false);
    QVERIFY(sockets.send('c'));
    QCoreApplication::processEvents();
    QCOMPARE(received, "ab");
    reader.setEnabled(true);
    QTRY_COMPARE(received, "abc");
    QCOMPARE(writable.size(), count);
}

void tst_EpollNotifiers::tellsAHangUpToAnExceptionNotifier()
{
    Sockets sockets;
    QSocketNotifier watch(sockets.ends[0], QSocketNotifier::Exception);
    QSignalSpy fired(&watch, &QSocketNotifier::activated);
    QVERIFY(sockets.send('x'));
    QCoreApplication::processEvents();
    QVERIFY(fired.isEmpty());
    ::close(std::exchange(sockets.ends[1], -1));
    QTRY_VERIFY(!fired.isEmpty());
}

void tst_EpollNotifiers::aNotifierIsDeletedWhileActive()
{
    const Sockets sockets;
    auto reader = std::make_unique<QSocketNotifier>(sockets.ends[0], QSocketNotifier::Read);
    QSocketNotifier writer(sockets.ends[0], QSocketNotifier::Write);
    int written = 0;
    connect(&writer, &QSocketNotifier::activated, this, [&] { ++written; });
    connect(reader.get(), &QSocketNotifier::activated, this, [&] { reader.reset(); });
    QVERIFY(sockets.send('x'));
    QTRY_VERIFY(!reader);
    QTRY_VERIFY(written > 3);
}

void tst_EpollNotifiers::aNotifierIsDeletedByAnother()
{
    const Sockets one;
    const Sockets two;
    auto first = std::make_unique<QSocketNotifier>(one.ends[0], QSocketNotifier::Read);
    auto second = std::make_unique<QSocketNotifier>(two.ends[0], QSocketNotifier::Read);
    int activations = 0;
    connect(first.get(), &QSocketNotifier::activated, this, [&] { ++activations, second.reset(); });
    connect(second.get(), &QSocketNotifier::activated, this, [&] { ++activations, first.reset(); });
    QVERIFY(one.send('x') && two.send('x'));
    QCoreApplication::processEvents();
    QCOMPARE(activations, 1);
    QVERIFY(bool(first) != bool(second));
}

void tst_EpollNotifiers::aDescriptorIsUsedAgainWithinATurn()
{
    // Two ready sockets; whoever comes first closes both and opens another with the number of the second:
    // what was reported of the old one must not reach the new one.
    auto one = std::make_unique<Sockets>();
    auto two = std::make_unique<Sockets>();
    std::unique_ptr<Sockets> fresh;
    std::unique_ptr<QSocketNotifier> freshNotifier;
    int spurious = 0;
    auto first = std::make_unique<QSocketNotifier>(one->ends[0], QSocketNotifier::Read);
    auto second = std::make_unique<QSocketNotifier>(two->ends[0], QSocketNotifier::Read);
    const auto swap = [&] {
        first.reset();
        second.reset();
        one.reset();
        two.reset();
        fresh = std::make_unique<Sockets>(); // takes the lowest numbers, those of `one`
        freshNotifier = std::make_unique<QSocketNotifier>(fresh->ends[0], QSocketNotifier::Read);
        connect(freshNotifier.get(), &QSocketNotifier::activated, this,
            [&] { spurious += fresh->receive() == '\0' ? 1 : 0; });
    };
    connect(second.get(), &QSocketNotifier::activated, this, swap);
    connect(first.get(), &QSocketNotifier::activated, this, swap);
    QVERIFY(two->send('x') && one->send('x'));
    QCoreApplication::processEvents();
    QVERIFY(fresh);
    QCoreApplication::processEvents();
    QCOMPARE(spurious, 0);

    QSignalSpy heard(freshNotifier.get(), &QSocketNotifier::activated);
    QVERIFY(fresh->send('y'));
    QTRY_VERIFY(!heard.isEmpty());
    QCOMPARE(spurious, 0);
}

void tst_EpollNotifiers::aCopyOfAClosedDescriptorIsForgotten()
{
    Sockets sockets;
    auto reader = std::make_unique<QSocketNotifier>(sockets.ends[0], QSocketNotifier::Read);
    QSignalSpy heard(reader.get(), &QSocketNotifier::activated);
    QCoreApplication::processEvents(); // now the kernel knows it
    const int copy = ::dup(sockets.ends[0]);
    reader.reset();
    ::close(sockets.ends[0]);
    QVERIFY(sockets.send('x')); // the copy is readable for ever
    sockets.ends[0] = -1;

    const Sockets fresh; // with the number of the closed one
    QSocketNotifier freshReader(fresh.ends[0], QSocketNotifier::Read);
    QSignalSpy spurious(&freshReader, &QSocketNotifier::activated);
    QCoreApplication::processEvents();
    QCoreApplication::processEvents();
    QVERIFY(spurious.isEmpty());
    ::close(copy);
}

void tst_EpollNotifiers::plainFilesAreAlwaysReady()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    auto notifier = std::make_unique<QSocketNotifier>(file.handle(), QSocketNotifier::Read);
    int activated = 0;
    connect(notifier.get(), &QSocketNotifier::activated, this, [&] {
        if (++activated == 3)
            notifier.reset();
    });
    QTRY_VERIFY(!notifier);
    QCOMPARE(activated, 3);
}

void tst_EpollNotifiers::aClosedDescriptorIsRefused()
{
    auto sockets = std::make_unique<Sockets>();
    QSocketNotifier reader(sockets->ends[0], QSocketNotifier::Read);
    QSocketNotifier writer(sockets->ends[0], QSocketNotifier::Write);
    sockets.reset();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be watched")));
    QCoreApplication::processEvents();
    QVERIFY(!reader.isEnabled() && !writer.isEnabled());
}

void tst_EpollNotifiers::socketsCanBeExcluded()
{
    const Sockets sockets;
    QSocketNotifier reader(sockets.ends[0], QSocketNotifier::Read);
    QSignalSpy heard(&reader, &QSocketNotifier::activated);
    QVERIFY(sockets.send('x'));
    bool fired = false;
    QTimer::singleShot(5, this, [&] { fired = true; });
    while (!fired) // a dispatcher that spun here would only be slow; one that slept for ever would not end
        QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers | QEventLoop::WaitForMoreEvents);
    QVERIFY(heard.isEmpty());
    QTRY_VERIFY(!heard.isEmpty());

    QThreadPool pool;
    bool posted = false;
    pool.start([&] {
        QMetaObject::invokeMethod(
            this, [&] { posted = true; }, Qt::QueuedConnection);
    });
    while (!posted)
        QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers | QEventLoop::WaitForMoreEvents);
}

void tst_EpollNotifiers::anInnerLoopOutdatesWhatTheOuterSaw()
{
    const Sockets one;
    const Sockets two;
    QSocketNotifier first(one.ends[0], QSocketNotifier::Read);
    QSocketNotifier second(two.ends[0], QSocketNotifier::Read);
    QByteArray received;
    int spurious = 0;
    const auto receive = [&](const Sockets &sockets) {
        const char byte = sockets.receive();
        if (byte == '\0') {
            ++spurious;
            return;
        }
        received += byte;
        if (received.size() == 1) { // the other one is ready, too, and is served in here
            while (received.size() < 2)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
    };
    connect(&first, &QSocketNotifier::activated, this, [&] { receive(one); });
    connect(&second, &QSocketNotifier::activated, this, [&] { receive(two); });
    QVERIFY(one.send('x') && two.send('y'));
    QTRY_COMPARE(received.size(), 2);
    QCoreApplication::processEvents();
    QCOMPARE(spurious, 0);
}

void tst_EpollNotifiers::twoThousandSockets()
{
    constexpr int Count = 2'000;
    std::vector<std::unique_ptr<Sockets>> all;
    std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
    std::vector<int> heard(Count, 0);
    for (int i = 0; i < Count; ++i) {
        all.push_back(std::make_unique<Sockets>());
        QVERIFY(all.back()->valid);
        notifiers.push_back(std::make_unique<QSocketNotifier>(all.back()->ends[0], QSocketNotifier::Read));
        connect(notifiers.back().get(), &QSocketNotifier::activated, this,
            [&, i] { heard[std::size_t(i)] += all[std::size_t(i)]->receive() == 'n' ? 1 : 1'000; });
    }
    for (int round = 1; round <= 3; ++round) {
        for (const auto &sockets : all)
            QVERIFY(sockets->send('n'));
        QTRY_COMPARE(std::count(heard.begin(), heard.end(), round), Count);
    }
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
    const QCoreApplication application(argc, argv);
    tst_EpollNotifiers test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_epollnotifiers.moc"
