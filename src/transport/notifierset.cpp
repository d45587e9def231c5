// SPDX-License-Identifier: MIT
#include "transport/notifierset_p.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <QCoreApplication>

#include "transport/logging_p.h"
#include "transport/socketerror_p.h"

namespace Halyard {

namespace {

/// What wakes a notifier of each type; errors wake all, as in Qt's own dispatchers.
constexpr std::array<std::uint32_t, 3> Reported {
    EPOLLIN | EPOLLHUP | EPOLLERR, EPOLLOUT | EPOLLHUP | EPOLLERR, EPOLLPRI | EPOLLHUP | EPOLLERR};
/// What is asked for; the kernel adds errors by itself.
constexpr std::array<std::uint32_t, 3> Asked {EPOLLIN, EPOLLOUT, EPOLLPRI};

epoll_event eventFor(int descriptor, std::uint32_t generation, std::uint32_t events)
{
    epoll_event event {};
    event.events = events;
    event.data.u64 = std::uint64_t(generation) << 32U | std::uint32_t(descriptor);
    return event;
}

} // namespace

void NotifierSet::add(QSocketNotifier *notifier)
{
    const auto descriptor = int(notifier->socket());
    if (std::size_t(descriptor) >= m_watches.size())
        m_watches.resize(std::max(std::size_t(descriptor) + 1, 2 * m_watches.size()));
    QSocketNotifier *&place = m_watches[std::size_t(descriptor)].notifiers[std::size_t(notifier->type())];
    if (place && place != notifier)
        qCWarning(transportLog) << "two socket notifiers of one type for descriptor" << descriptor;
    place = notifier;
    markChanged(descriptor);
}

void NotifierSet::remove(QSocketNotifier *notifier)
{
    const auto descriptor = int(notifier->socket());
    if (descriptor < 0 || std::size_t(descriptor) >= m_watches.size())
        return;
    Watch &watch = m_watches[std::size_t(descriptor)];
    QSocketNotifier *&place = watch.notifiers[std::size_t(notifier->type())];
    if (place != notifier)
        return;
    place = nullptr;
    if (wantedEvents(watch) != 0) {
        markChanged(descriptor);
        return;
    }
    // At once: the descriptor is probably about to be closed. Its number may come back in this very turn, and
    // where a copy of it lives on, the kernel would go on reporting it with nobody left to ask for.
    if (watch.registered != 0)
        ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    watch.registered = 0;
    ++watch.generation;
    if (std::exchange(watch.alwaysReady, false))
        std::erase(m_alwaysReady, descriptor);
}

std::uint32_t NotifierSet::wantedEvents(const Watch &watch)
{
    std::uint32_t events = 0;
    for (std::size_t type = 0; type < Types; ++type) {
        if (watch.notifiers[type])
            events |= Asked[type];
    }
    return events;
}

void NotifierSet::markChanged(int descriptor)
{
    if (!std::exchange(m_watches[std::size_t(descriptor)].changed, true))
        m_changed.push_back(descriptor);
}

void NotifierSet::applyChanges()
{
    // Not by a range: it may grow, because a refused notifier is switched off.
    for (std::size_t i = 0; i < m_changed.size(); ++i) { // NOLINT(modernize-loop-convert)
        m_watches[std::size_t(m_changed[i])].changed = false;
        apply(m_changed[i]);
    }
    m_changed.clear();
}

void NotifierSet::apply(int descriptor)
{
    Watch &watch = m_watches[std::size_t(descriptor)];
    const std::uint32_t wanted = wantedEvents(watch);
    if (wanted == watch.registered || wanted == 0 || watch.alwaysReady)
        return;
    epoll_event event = eventFor(descriptor, watch.generation, wanted);
    int result
        = ::epoll_ctl(m_epoll, watch.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
    // Somebody has closed the descriptor under its notifiers, and the number is in use again (or was never
    // away).
    if (result < 0 && errno == ENOENT)
        result = ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
    else if (result < 0 && errno == EEXIST)
        result = ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
    if (result == 0) {
        watch.registered = wanted;
    } else if (errno == EPERM) {
        watch.alwaysReady = true;
        m_alwaysReady.push_back(descriptor);
    } else {
        refuse(descriptor, errno);
    }
}

void NotifierSet::refuse(int descriptor, int error)
{
    qCWarning(transportLog) << "descriptor" << descriptor
                            << "cannot be watched:" << systemError("epoll", error).detail.c_str();
    for (std::size_t type = 0; type < Types; ++type) {
        if (QSocketNotifier *notifier = m_watches[std::size_t(descriptor)].notifiers[type])
            notifier->setEnabled(false); // comes back as remove()
    }
}

int NotifierSet::activate(const epoll_event *events, int count)
{
    const std::uint64_t wait = m_waits;
    int activated = 0;
    for (int i = 0; i < count && wait == m_waits; ++i) {
        const std::uint64_t data = events[i].data.u64;
        if (data != WakeUpData)
            activated += activateOne(int(data & UINT32_MAX), std::uint32_t(data >> 32U), events[i].events);
    }
    if (m_alwaysReady.empty())
        return activated;
    const std::vector<int> files = m_alwaysReady;
    for (std::size_t i = 0; i < files.size() && wait == m_waits; ++i) {
        const Watch &watch = m_watches[std::size_t(files[i])];
        if (watch.alwaysReady)
            activated += activateOne(files[i], watch.generation, EPOLLIN | EPOLLOUT);
    }
    return activated;
}

int NotifierSet::activateOne(int descriptor, std::uint32_t generation, std::uint32_t events)
{
    const std::uint64_t wait = m_waits;
    int activated = 0;
    for (std::size_t type = 0; type < Types && wait == m_waits; ++type) {
        const Watch &watch = m_watches[std::size_t(descriptor)]; // anew each time: the table may have moved
        if (watch.generation != generation)
            break; // a slot has closed the descriptor, and what has the number now is something else
        QSocketNotifier *notifier = watch.notifiers[type];
        if (!notifier || (events & Reported[type]) == 0)
            continue;
        QEvent event(QEvent::SockAct);
        ++activated;
        QCoreApplication::sendEvent(notifier, &event);
    }
    return activated;
}

} // namespace Halyard
