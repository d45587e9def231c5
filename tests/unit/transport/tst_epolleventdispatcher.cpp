// SPDX-License-Identifier: MIT
#include <functional>

#include <QCoreApplication>
#include <QEventLoop>
#include <QFutureWatcher>
#include <QProcess>
#include <QPromise>
#include <QSignalSpy>
#include <QSocketNotifier>
#include <QTest>
#include <QThread>
#include <QThreadPool>
#include <QTimer>

#include "socketpair.h"
#include "transport/epolleventdispatcher.h"

using namespace Halyard;

class tst_EpollEventDispatcher : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatASlotPostsLeavesInTheSameTurn();
    void loopsNest();
    void deferredDeletesWaitForTheirLoop();
    void otherThreadsWakeIt();
    void itIsInterruptedFromAnotherThread();
    void itRunsAThread();
    void threadsPostIntoEachOther();
    void futuresArrive();
    void processesRun();
};

void tst_EpollEventDispatcher::whatASlotPostsLeavesInTheSameTurn()
{
    const Sockets sockets;
    QSocketNotifier reader(sockets.ends[0], QSocketNotifier::Read);
    int delivered = 0;
    connect(&reader, &QSocketNotifier::activated, this, [&] {
        (void)sockets.receive();
        for (int i = 0; i < 10; ++i)
            QMetaObject::invokeMethod(
                this, [&] { ++delivered; }, Qt::QueuedConnection);
    });
    QVERIFY(sockets.send('x'));
    QVERIFY(QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents));
    QCOMPARE(delivered, 10);
}

void tst_EpollEventDispatcher::loopsNest()
{
    QStringList steps;
    QEventLoop outer;
    QTimer::singleShot(0, this, [&] {
        QEventLoop middle;
        QTimer::singleShot(0, this, [&] {
            QEventLoop inner;
            QTimer::singleShot(1, this, [&] {
                steps << "inner";
                inner.quit();
            });
            inner.exec();
            steps << "middle";
            middle.quit();
        });
        middle.exec();
        steps << "outer";
        outer.quit();
    });
    outer.exec();
    QCOMPARE(steps, QStringList({"inner", "middle", "outer"}));

    // Quitting the outer one from inside ends both, from the inside out.
    steps.clear();
    QTimer::singleShot(0, this, [&] {
        QEventLoop inner;
        QTimer::singleShot(0, this, [&] {
            outer.quit();
            inner.quit();
        });
        inner.exec();
        steps << "inner";
    });
    outer.exec();
    QCOMPARE(steps, QStringList({"inner"}));
}

void tst_EpollEventDispatcher::deferredDeletesWaitForTheirLoop()
{
    auto *object = new QObject;
    QSignalSpy died(object, &QObject::destroyed);
    QEventLoop outer;
    bool diedInside = true;
    QTimer::singleShot(0, this, [&] {
        object->deleteLater();
        QEventLoop inner;
        QTimer::singleShot(2, this, [&] { inner.quit(); });
        inner.exec();
        diedInside = !died.isEmpty();
        QTimer::singleShot(1, this, [&] { outer.quit(); });
    });
    outer.exec();
    QVERIFY(!diedInside);
    QCOMPARE(died.size(), 1);
}

void tst_EpollEventDispatcher::otherThreadsWakeIt()
{
    QThreadPool pool;
    pool.setMaxThreadCount(4);
    constexpr int PerThread = 5'000;
    int arrived = 0;
    for (int i = 0; i < 4; ++i) {
        pool.start([&] {
            for (int n = 0; n < PerThread; ++n)
                QMetaObject::invokeMethod(
                    this, [&] { ++arrived; }, Qt::QueuedConnection);
        });
    }
    while (arrived < 4 * PerThread) // sleeps in between; a lost wake-up would sleep for ever
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    pool.waitForDone();
    QCOMPARE(arrived, 4 * PerThread);
}

void tst_EpollEventDispatcher::itIsInterruptedFromAnotherThread()
{
    auto *dispatcher = QAbstractEventDispatcher::instance();
    QThreadPool pool;
    for (int i = 0; i < 100; ++i) {
        QAtomicInt called = 0;
        pool.start([&] {
            dispatcher->interrupt();
            called.storeRelease(1);
            dispatcher->wakeUp();
        });
        while (called.loadAcquire() == 0)
            dispatcher->processEvents(QEventLoop::WaitForMoreEvents);
        pool.waitForDone();
    }
}

void tst_EpollEventDispatcher::itRunsAThread()
{
    QThread thread;
    auto *dispatcher = new EpollEventDispatcher;
    QSignalSpy died(dispatcher, &QObject::destroyed);
    thread.setEventDispatcher(dispatcher);
    thread.start();
    auto *worker = new QObject;
    worker->moveToThread(&thread);
    connect(&thread, &QThread::finished, worker, &QObject::deleteLater);
    const Sockets sockets;
    QAtomicInt heard;
    QMetaObject::invokeMethod(worker, [&, worker] {
        auto *notifier = new QSocketNotifier(sockets.ends[0], QSocketNotifier::Read, worker);
        connect(
            notifier, &QSocketNotifier::activated, worker, [&] { heard.storeRelease(sockets.receive()); });
    });
    QVERIFY(sockets.send('t'));
    QTRY_COMPARE(heard.loadAcquire(), int('t'));
    thread.quit();
    QVERIFY(thread.wait());
    QTRY_COMPARE(died.size(), 1);
}

void tst_EpollEventDispatcher::threadsPostIntoEachOther()
{
    QThread thread;
    thread.setEventDispatcher(new EpollEventDispatcher);
    thread.start();
    auto *there = new QObject;
    there->moveToThread(&thread);
    connect(&thread, &QThread::finished, there, &QObject::deleteLater);
    int rounds = 0;
    QEventLoop loop;
    std::function<void()> ping = [&] {
        QMetaObject::invokeMethod(there, [&] {
            QMetaObject::invokeMethod(this, [&] {
                if (++rounds < 2'000)
                    ping();
                else
                    loop.quit();
            });
        });
    };
    ping();
    loop.exec();
    QCOMPARE(rounds, 2'000);
    thread.quit();
    QVERIFY(thread.wait());
}

void tst_EpollEventDispatcher::futuresArrive()
{
    QPromise<int> promise;
    QFutureWatcher<int> watcher;
    QThreadPool pool; // goes first: its thread may still be inside finish()
    QSignalSpy finished(&watcher, &QFutureWatcher<int>::finished);
    watcher.setFuture(promise.future());
    bool continued = false;
    promise.future().then(this, [&](int value) { continued = value == 42; });
    promise.start();
    pool.start([&] {
        promise.addResult(42);
        promise.finish();
    });
    QVERIFY(!finished.isEmpty() || finished.wait());
    QCOMPARE(watcher.result(), 42);
    QTRY_VERIFY(continued);
}

void tst_EpollEventDispatcher::processesRun()
{
    QProcess process;
    QSignalSpy finished(&process, &QProcess::finished);
    process.start(QStringLiteral("cat"), {});
    const QByteArray bytes(1'000'000, 'c');
    process.write(bytes);
    process.closeWriteChannel();
    QByteArray received;
    connect(&process, &QProcess::readyReadStandardOutput, this, [&] { received += process.readAll(); });
    QVERIFY(finished.wait(30'000));
    received += process.readAll();
    QCOMPARE(received.size(), bytes.size());
    QCOMPARE(process.exitCode(), 0);

    QProcess missing;
    QSignalSpy failed(&missing, &QProcess::errorOccurred);
    missing.start(QStringLiteral("/nowhere/at/all"), {});
    QTRY_COMPARE(failed.size(), 1);
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
    const QCoreApplication application(argc, argv);
    tst_EpollEventDispatcher test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_epolleventdispatcher.moc"
