// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QString>

#include "endpoint/options.h"
#include "wire/time.h"

namespace Halyard {

/// Counts wrong passwords, by the user that was named and by the address they came from. One who has reached
/// a limit is turned away, whatever the password, until the window since the first of them is over. Attempts
/// that are on their way when a limit is reached are still judged: as many as there may be handshakes.
class GuessLimiter
{
public:
    /// Users and addresses remembered, each; beyond it the one that began longest ago is forgotten.
    static constexpr qsizetype MaxRemembered = 10'000;

    [[nodiscard]] bool mayTry(const QString &user, const QHostAddress &address, const GuessLimits &limits,
        Wire::TimePoint now) const;
    void failed(
        const QString &user, const QHostAddress &address, const GuessLimits &limits, Wire::TimePoint now);

private:
    struct Count {
        int wrong = 0;
        Wire::TimePoint began {};
    };

    template <class Key>
    static void count(
        QHash<Key, Count> &counts, const Key &key, const GuessLimits &limits, Wire::TimePoint now);

    QHash<QString, Count> m_users;
    QHash<QHostAddress, Count> m_addresses;
};

} // namespace Halyard
