// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <sys/epoll.h>

#include <QSocketNotifier>

namespace Halyard {

/// The socket notifiers of one event dispatcher and what the kernel's epoll set knows of them. One entry for
/// each descriptor, whose up to three notifiers are registered together; a notifier that is switched off and
/// on again within one turn costs no system call. Belongs to the dispatcher's thread.
class NotifierSet
{
public:
    /// What epoll reports for the dispatcher's own wake-up descriptor.
    static constexpr std::uint64_t WakeUpData = UINT64_MAX;

    /// `epoll` belongs to the caller.
    explicit NotifierSet(int epoll)
        : m_epoll(epoll)
    { }

    [[nodiscard]] int epoll() const { return m_epoll; }
    void add(QSocketNotifier *notifier);
    void remove(QSocketNotifier *notifier);
    /// Tells the kernel what has changed; before each wait.
    void applyChanges();
    /// Descriptors that epoll does not know (plain files) are always ready: then nobody waits.
    [[nodiscard]] bool hasAlwaysReady() const { return !m_alwaysReady.empty(); }
    /// Another wait has begun: what an outer one has reported is outdated, and will be reported again.
    void beginWait() { ++m_waits; }
    /// Activates the notifiers that `events` speak of, then those that are always ready; returns how many.
    int activate(const epoll_event *events, int count);

private:
    static constexpr std::size_t Types = 3;

    struct Watch {
        std::array<QSocketNotifier *, Types> notifiers {}; ///< by QSocketNotifier::Type
        std::uint32_t registered = 0;                      ///< what epoll knows
        std::uint32_t generation = 0;                      ///< grows when epoll forgets the descriptor
        bool changed = false;                              ///< is in m_changed
        bool alwaysReady = false;
    };

    [[nodiscard]] static std::uint32_t wantedEvents(const Watch &watch);
    void markChanged(int descriptor);
    void apply(int descriptor);
    void refuse(int descriptor, int error);
    int activateOne(int descriptor, std::uint32_t generation, std::uint32_t events);

    const int m_epoll;
    std::vector<Watch> m_watches; ///< by descriptor
    std::vector<int> m_changed;
    std::vector<int> m_alwaysReady;
    std::uint64_t m_waits = 0;
};

} // namespace Halyard
