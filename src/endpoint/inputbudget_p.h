// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <QString>

#include "endpoint/error.h"

namespace Halyard {

/// The input that all connections of an endpoint hold and that is no complete frame yet. Where it is too
/// much, the one that holds most has to go.
template <class Holder>
class InputBudget
{
public:
    explicit InputBudget(qsizetype most)
        : m_most(most)
    { }

    void add(Holder *holder) { m_held.try_emplace(holder); }
    void remove(Holder *holder)
    {
        const auto found = m_held.find(holder);
        if (found == m_held.end())
            return;
        m_total -= found->second.bytes;
        m_held.erase(found);
    }
    [[nodiscard]] bool isEmpty() const { return m_held.empty(); }
    /// Any of them.
    [[nodiscard]] Holder *first() const { return m_held.begin()->first; }

    /// So much this one holds now. Returns who has to go for it and why; nullptr where there is room. Who was
    /// told once is not told again, and what it still holds does not make others go too.
    [[nodiscard]] std::pair<Holder *, Error> setHeld(Holder *holder, qsizetype bytes)
    {
        const auto found = m_held.find(holder);
        if (found == m_held.end() || found->second.condemned)
            return {};
        m_total += bytes - found->second.bytes;
        found->second.bytes = bytes;
        if (m_total <= m_most)
            return {};
        const auto largest = std::max_element(m_held.begin(), m_held.end(),
            [](const auto &a, const auto &b) { return a.second.bytes < b.second.bytes; });
        Holding &victim = largest->second;
        const QString detail
            = QStringLiteral("%1 bytes of unfinished input on all connections, %2 of them here")
                  .arg(m_total)
                  .arg(victim.bytes);
        m_total -= victim.bytes;
        victim = {0, true};
        return {largest->first, Error(ErrorCode::InputBudgetExceeded, ErrorOrigin::Peer, detail)};
    }

private:
    struct Holding {
        qsizetype bytes = 0;
        bool condemned = false;
    };

    std::unordered_map<Holder *, Holding> m_held;
    qsizetype m_total = 0;
    const qsizetype m_most;
};

} // namespace Halyard
