// SPDX-License-Identifier: MIT
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <QTimer>
#include <QTimerEvent>

#include "transport/epolleventdispatcher.h"

using namespace Halyard;

namespace {

/// Counts its timer events and does something in each.
class Ticker : public QObject
{
public:
    int id = 0;
    int ticks = 0;
    std::function<void()> onTick = [] {};

protected:
    void timerEvent(QTimerEvent *event) override
    {
        if (event->timerId() == id)
            ++ticks;
        const auto act = onTick; // the slot may delete this
        act();
    }
};

} // namespace

class tst_EpollTimers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firesOnceAndRepeatedly();
    void isNeverEarly_data();
    void isNeverEarly();
    void keepsTheOrderOfDeadlines();
    void zeroTimersLeaveRoomForOthers();
    void isStoppedRestartedAndDeletedByItsSlot();
    void innerLoopsDoNotFireATimerOnTheStack();
    void tellsOfItsTimers();
    void movesToAnotherThread();
    void manyAreStartedAndStopped();
};

void tst_EpollTimers::firesOnceAndRepeatedly()
{
    QTimer repeating;
    QSignalSpy ticks(&repeating, &QTimer::timeout);
    repeating.start(2);
    bool once = false;
    QTimer::singleShot(1, this, [&] { once = true; });
    QTRY_VERIFY(ticks.size() >= 5 && once);
    repeating.stop();
    const auto count = ticks.size();
    QTimer::singleShot(10, this, [&] { once = false; });
    QTRY_VERIFY(!once);
    QCOMPARE(ticks.size(), count);
}

void tst_EpollTimers::isNeverEarly_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    QTest::newRow("precise") << Qt::PreciseTimer << 25;
    QTest::newRow("coarse, short") << Qt::CoarseTimer << 7;
    QTest::newRow("coarse, rounded") << Qt::CoarseTimer << 173;
}

void tst_EpollTimers::isNeverEarly()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    QTimer timer;
    timer.setTimerType(type);
    QSignalSpy fired(&timer, &QTimer::timeout);
    timer.setSingleShot(true);
    QElapsedTimer clock;
    clock.start();
    timer.start(interval);
    QVERIFY(fired.wait());
    QVERIFY(clock.nsecsElapsed() >= qint64(interval) * 1'000'000);
}

void tst_EpollTimers::keepsTheOrderOfDeadlines()
{
    QList<int> order;
    const QList<int> delays {9, 3, 6, 1, 8, 0, 2, 7, 5, 4};
    for (const int delay : delays)
        QTimer::singleShot(2 * delay, Qt::PreciseTimer, this, [&order, delay] { order.append(delay); });
    QTRY_COMPARE(order.size(), delays.size());
    QCOMPARE(order, QList<int>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

void tst_EpollTimers::zeroTimersLeaveRoomForOthers()
{
    QTimer busy;
    QTimer alsoBusy;
    int turns = 0;
    int others = 0;
    connect(&busy, &QTimer::timeout, this, [&] { ++turns; });
    connect(&alsoBusy, &QTimer::timeout, this, [&] { ++others; });
    busy.start(0);
    alsoBusy.start(0);
    bool fired = false;
    QTimer::singleShot(5, this, [&] { fired = true; });
    QTRY_VERIFY(fired);
    QVERIFY(turns > 0);
    QVERIFY(qAbs(turns - others) <= 1);
    const int before = turns;
    QCoreApplication::processEvents(QEventLoop::AllEvents);
    QVERIFY(turns > before);
}

void tst_EpollTimers::isStoppedRestartedAndDeletedByItsSlot()
{
    Ticker stopping;
    stopping.id = stopping.startTimer(1);
    stopping.onTick = [&] { stopping.killTimer(stopping.id); };

    Ticker restarting;
    restarting.id = restarting.startTimer(1);
    restarting.onTick = [&] {
        restarting.killTimer(restarting.id);
        restarting.id = restarting.ticks < 5 ? restarting.startTimer(1) : 0;
    };

    auto *dying = new Ticker;
    QSignalSpy died(dying, &QObject::destroyed);
    dying->id = dying->startTimer(1);
    dying->startTimer(1);
    dying->onTick = [dying] { delete dying; };

    QTRY_VERIFY(restarting.ticks == 5 && died.size() == 1);
    QCOMPARE(stopping.ticks, 1);
    QVERIFY(QAbstractEventDispatcher::instance()->registeredTimers(&restarting).isEmpty());
}

void tst_EpollTimers::innerLoopsDoNotFireATimerOnTheStack()
{
    Ticker outer;
    Ticker other;
    int ticksInside = -1;
    outer.onTick = [&] {
        if (ticksInside >= 0)
            return;
        const int before = outer.ticks;
        QEventLoop inner;
        other.onTick = [&] {
            if (other.ticks == 10)
                inner.quit();
        };
        other.id = other.startTimer(1);
        inner.exec();
        other.killTimer(other.id);
        ticksInside = outer.ticks - before;
    };
    outer.id = outer.startTimer(0);
    QTRY_VERIFY(ticksInside >= 0);
    QCOMPARE(ticksInside, 0);
    const int after = outer.ticks;
    QTRY_VERIFY(outer.ticks > after + 3); // and goes on
}

void tst_EpollTimers::tellsOfItsTimers()
{
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    QVERIFY(qobject_cast<EpollEventDispatcher *>(dispatcher));
    Ticker ticker;
    const int precise = ticker.startTimer(60'000, Qt::PreciseTimer);
    const int coarse = ticker.startTimer(60'000);
    const int seconds = ticker.startTimer(1'600, Qt::VeryCoarseTimer);
    QCOMPARE(dispatcher->registeredTimers(&ticker).size(), 3);
    for (const auto &info : dispatcher->registeredTimers(&ticker)) {
        const int expected = info.timerId == seconds ? 2'000 : 60'000;
        QCOMPARE(info.interval, expected);
    }
    QVERIFY(dispatcher->remainingTime(precise) > 50'000 && dispatcher->remainingTime(precise) <= 60'000);
    QVERIFY(dispatcher->remainingTime(coarse) > 50'000 && dispatcher->remainingTime(coarse) <= 63'000);
    QVERIFY(dispatcher->unregisterTimer(precise));
    QVERIFY(!dispatcher->unregisterTimer(precise));
    QCOMPARE(dispatcher->remainingTime(precise), -1);
    QVERIFY(dispatcher->unregisterTimers(&ticker));
    QVERIFY(!dispatcher->unregisterTimers(&ticker));
    QVERIFY(dispatcher->registeredTimers(&ticker).isEmpty());
}

void tst_EpollTimers::movesToAnotherThread()
{
    QThread thread;
    thread.setEventDispatcher(new EpollEventDispatcher);
    thread.start();
    auto *timer = new QTimer;
    QSignalSpy died(timer, &QObject::destroyed);
    QAtomicInt ticks;
    QAtomicPointer<QThread> seen;
    connect(timer, &QTimer::timeout, timer, [&] {
        seen.storeRelease(QThread::currentThread());
        ticks.ref();
    });
    connect(&thread, &QThread::finished, timer, &QObject::deleteLater);
    timer->start(1);
    timer->moveToThread(&thread);
    QTRY_VERIFY(ticks.loadAcquire() > 3);
    QCOMPARE(seen.loadAcquire(), &thread);
    thread.quit();
    QVERIFY(thread.wait());
    QCOMPARE(died.size(), 1);
}

void tst_EpollTimers::manyAreStartedAndStopped()
{
    Ticker ticker;
    QList<int> ids;
    for (int i = 0; i < 5'000; ++i)
        ids.append(ticker.startTimer(1 + (i * 7919) % 1'000'000));
    for (int i = 0; i < ids.size(); i += 2)
        ticker.killTimer(ids[i]);
    auto *dispatcher = QAbstractEventDispatcher::instance();
    QCOMPARE(dispatcher->registeredTimers(&ticker).size(), 2'500);
    int fired = 0;
    for (int i = 0; i < 5'000; ++i)
        QTimer::singleShot(i % 20, this, [&] { ++fired; });
    QTRY_COMPARE(fired, 5'000);
    for (int i = 1; i < ids.size(); i += 2)
        ticker.killTimer(ids[i]);
    QVERIFY(dispatcher->registeredTimers(&ticker).isEmpty());
}

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
    const QCoreApplication application(argc, argv);
    tst_EpollTimers test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_epolltimers.moc"
