// SPDX-License-Identifier: MIT
#include "endpoint/guesslimiter_p.h"

#include <algorithm>

namespace Halyard {

bool GuessLimiter::mayTry(
    const QString &user, const QHostAddress &address, const GuessLimits &limits, Wire::TimePoint now) const
{
    const auto isBelow = [&](const auto &counts, const auto &key, int limit) {
        const auto found = counts.constFind(key);
        return found == counts.cend() || found->wrong < limit || now - found->began >= limits.window;
    };
    return isBelow(m_users, user, limits.perUser) && isBelow(m_addresses, address, limits.perAddress);
}

void GuessLimiter::failed(
    const QString &user, const QHostAddress &address, const GuessLimits &limits, Wire::TimePoint now)
{
    count(m_users, user, limits, now);
    count(m_addresses, address, limits, now);
}

template <class Key>
void GuessLimiter::count(
    QHash<Key, Count> &counts, const Key &key, const GuessLimits &limits, Wire::TimePoint now)
{
    auto found = counts.find(key);
    if (found == counts.end()) {
        if (counts.size() >= MaxRemembered)
            counts.removeIf([&](const auto &entry) { return now - entry.value().began >= limits.window; });
        if (counts.size() >= MaxRemembered) {
            counts.erase(std::min_element(counts.begin(), counts.end(),
                [](const Count &one, const Count &other) { return one.began < other.began; }));
        }
        found = counts.insert(key, {});
    }
    if (found->wrong == 0 || now - found->began >= limits.window)
        *found = {0, now};
    ++found->wrong;
}

} // namespace Halyard
