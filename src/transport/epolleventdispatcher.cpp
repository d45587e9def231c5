// SPDX-License-Identifier: MIT
#include "transport/epolleventdispatcher.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <vector>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <QCoreApplication>

#include "transport/notifierset_p.h"
#include "transport/timerqueue_p.h"

namespace Halyard {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class EpollEventDispatcher::Private
{
public:
    Private();
    ~Private();
    Q_DISABLE_COPY_MOVE(Private)

    /// Has something been posted since last asked?
    bool takeWakeUp() { return m_state.exchange(State::Awake) == State::Woken; }
    [[nodiscard]] bool isWoken() const { return m_state.load() == State::Woken; }
    void wakeUp();
    /// From the timers; -1 for ever.
    [[nodiscard]] int timeout(QEventLoop::ProcessEventsFlags flags) const;
    /// Waits, at most `timeout` milliseconds, and activates notifiers; returns how many.
    int waitForSockets(int timeout);
    void waitWithoutSockets(int timeout);

    TimerQueue timers;
    NotifierSet notifiers;
    std::atomic<bool> interrupted = false;

private:
    /// Only who finds the dispatcher asleep has to write to the descriptor: one system call for any number of
    /// posted events, and none while it is awake.
    enum class State : int { Awake, Woken, Asleep };
    /// Sleeps unless it is woken already; then it only looks.
    [[nodiscard]] int timeoutUnlessWoken(int timeout);

    const int m_epoll;
    const int m_wakeUp;
    std::atomic<State> m_state = State::Awake;
    std::vector<epoll_event> m_spare; ///< kept for its capacity
};

EpollEventDispatcher::Private::Private()
    : notifiers(::epoll_create1(EPOLL_CLOEXEC))
    , m_epoll(notifiers.epoll())
    , m_wakeUp(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    epoll_event event {};
    event.events = EPOLLIN | EPOLLET; // an edge for each write; nobody has to read the counter
    event.data.u64 = NotifierSet::WakeUpData;
    if (m_epoll < 0 || m_wakeUp < 0 || ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUp, &event) < 0)
        qFatal("EpollEventDispatcher: no descriptors left for an event loop");
}

EpollEventDispatcher::Private::~Private()
{
    ::close(m_wakeUp);
    ::close(m_epoll);
}

void EpollEventDispatcher::Private::wakeUp()
{
    if (m_state.exchange(State::Woken) != State::Asleep)
        return;
    const std::uint64_t one = 1;
    // Cannot fail but for a counter at its end, and then the descriptor is readable anyway.
    [[maybe_unused]] const ssize_t written = ::write(m_wakeUp, &one, sizeof one);
}

int EpollEventDispatcher::Private::timeout(QEventLoop::ProcessEventsFlags flags) const
{
    if (flags & QEventLoop::X11ExcludeTimers)
        return -1;
    const auto deadline = timers.nextDeadline();
    if (!deadline)
        return -1;
    // Rounded up: a timer that fires too early would spin until it is due.
    const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now()).count();
    return int(std::clamp<milliseconds::rep>(left, 0, INT_MAX));
}

int EpollEventDispatcher::Private::timeoutUnlessWoken(int timeout)
{
    if (timeout == 0)
        return 0;
    State expected = State::Awake;
    return m_state.compare_exchange_strong(expected, State::Asleep) ? timeout : 0;
}

int EpollEventDispatcher::Private::waitForSockets(int timeout)
{
    // Few, because what their slots have posted is delivered behind them, while it is still in the cache:
    // with 1000 busy connections a message costs a fifth less than with hundreds in a turn. The kernel serves
    // the rest first.
    constexpr std::size_t EventsPerTurn = 32;
    notifiers.applyChanges();
    notifiers.beginWait();
    // Out of the member, because a slot may run an event loop of its own.
    std::vector<epoll_event> events = std::exchange(m_spare, {});
    events.resize(EventsPerTurn);
    const int count = ::epoll_wait(m_epoll, events.data(), int(events.size()), timeoutUnlessWoken(timeout));
    State expected = State::Asleep;
    m_state.compare_exchange_strong(expected, State::Awake);
    const int activated = notifiers.activate(events.data(), std::max(count, 0));
    m_spare = std::move(events);
    return activated;
}

void EpollEventDispatcher::Private::waitWithoutSockets(int timeout)
{
    pollfd wait {.fd = m_wakeUp, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&wait, 1, timeoutUnlessWoken(timeout));
    State expected = State::Asleep;
    m_state.compare_exchange_strong(expected, State::Awake);
    if (ready <= 0)
        return;
    // Here the descriptor counts as long as its counter does.
    std::uint64_t counter = 0;
    [[maybe_unused]] const ssize_t got = ::read(m_wakeUp, &counter, sizeof counter);
}

EpollEventDispatcher::EpollEventDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent)
    , d(std::make_unique<Private>())
{ }

EpollEventDispatcher::~EpollEventDispatcher() = default;

bool EpollEventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    d->interrupted.store(false);
    Q_EMIT awake();
    bool handled = d->takeWakeUp();
    QCoreApplication::sendPostedEvents();

    // Posted events that were delivered are what the caller waits for, as with Qt's dispatchers.
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !handled && !d->interrupted.load()
        && !d->isWoken() && !d->notifiers.hasAlwaysReady();
    if (mayWait)
        Q_EMIT aboutToBlock();
    if (d->interrupted.load())
        return false;

    const int timeout = mayWait ? d->timeout(flags) : 0;
    if (flags.testFlag(QEventLoop::ExcludeSocketNotifiers))
        d->waitWithoutSockets(timeout);
    else
        handled |= d->waitForSockets(timeout) > 0;
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        handled |= d->timers.fire(steady_clock::now()) > 0;
    // What slots and other threads have posted meanwhile leaves in this turn.
    if (d->takeWakeUp()) {
        handled = true;
        QCoreApplication::sendPostedEvents();
    }
    return handled;
}

void EpollEventDispatcher::registerSocketNotifier(QSocketNotifier *notifier) { d->notifiers.add(notifier); }

void EpollEventDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    d->notifiers.remove(notifier);
}

void EpollEventDispatcher::registerTimer(
    int timerId, qint64 interval, Qt::TimerType timerType, QObject *object)
{
    d->timers.add(timerId, milliseconds(interval), timerType, object, steady_clock::now());
}

bool EpollEventDispatcher::unregisterTimer(int timerId) { return d->timers.remove(timerId); }

bool EpollEventDispatcher::unregisterTimers(QObject *object) { return d->timers.removeAll(object); }

QList<EpollEventDispatcher::TimerInfo> EpollEventDispatcher::registeredTimers(QObject *object) const
{
    return d->timers.timersOf(object);
}

int EpollEventDispatcher::remainingTime(int timerId)
{
    const auto left = d->timers.remaining(timerId, steady_clock::now());
    return left ? int(left->count()) : -1;
}

void EpollEventDispatcher::wakeUp() { d->wakeUp(); }

void EpollEventDispatcher::interrupt()
{
    d->interrupted.store(true);
    d->wakeUp();
}

} // namespace Halyard
