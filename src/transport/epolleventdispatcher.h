// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QAbstractEventDispatcher>

#include "wire/export.h"

namespace Halyard {

/// An event dispatcher on epoll: a turn costs what happens in it, not the number of sockets (Qt's own ask the
/// kernel about every socket on every turn). Install it before the application object is made,
/// `QCoreApplication::setEventDispatcher(new EpollEventDispatcher)`, or in a thread before it starts,
/// `thread.setEventDispatcher(new EpollEventDispatcher)`; Qt takes ownership. For programs without windows:
/// Qt's platform plugins bring their own.
///
/// A turn sends posted events, waits, activates socket notifiers, fires timers, and sends what was posted
/// meanwhile, so that a batch posted by a socket's slot is delivered in the same turn. wakeUp() and
/// interrupt() may be called from any thread, all else from the dispatcher's.
class HALYARD_EXPORT EpollEventDispatcher : public QAbstractEventDispatcher
{
    Q_OBJECT
public:
    explicit EpollEventDispatcher(QObject *parent = nullptr);
    ~EpollEventDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    using QAbstractEventDispatcher::registerTimer;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    [[nodiscard]] QList<TimerInfo> registeredTimers(QObject *object) const override;
    [[nodiscard]] int remainingTime(int timerId) override;

    void wakeUp() override;
    void interrupt() override;

private:
    Q_DISABLE_COPY_MOVE(EpollEventDispatcher)
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace Halyard
