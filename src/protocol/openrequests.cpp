// SPDX-License-Identifier: MIT
#include "protocol/openrequests.h"

#include <utility>

namespace Halyard::Wire {

namespace {

constexpr std::size_t FirstSlots = 16;
// An empty table of more slots than this is given back.
constexpr std::size_t KeptSlots = 64;

} // namespace

std::size_t OpenRequests::home(std::uint64_t id) const noexcept
{
    // Multiplying by an odd constant and taking the upper half spreads ids that differ in few bits.
    return static_cast<std::size_t>((id * 0x9E3779B97F4A7C15ULL) >> 32) & (m_slots.size() - 1);
}

OpenRequests::Entry *OpenRequests::find(std::uint64_t id) noexcept
{
    if (m_count == 0 || id == 0)
        return nullptr;
    for (std::size_t at = home(id);; at = (at + 1) & (m_slots.size() - 1)) {
        if (m_slots[at].id == id)
            return &m_slots[at];
        if (m_slots[at].id == 0)
            return nullptr;
    }
}

void OpenRequests::insert(std::uint64_t id)
{
    if ((m_count + 1) * 2 > m_slots.size())
        grow();
    std::size_t at = home(id);
    while (m_slots[at].id != 0)
        at = (at + 1) & (m_slots.size() - 1);
    m_slots[at] = {id, false};
    ++m_count;
}

void OpenRequests::grow()
{
    std::vector<Entry> old(m_slots.empty() ? FirstSlots : m_slots.size() * 2);
    old.swap(m_slots);
    for (const Entry &entry : old) {
        if (entry.id == 0)
            continue;
        std::size_t at = home(entry.id);
        while (m_slots[at].id != 0)
            at = (at + 1) & (m_slots.size() - 1);
        m_slots[at] = entry;
    }
}

bool OpenRequests::remove(std::uint64_t id) noexcept
{
    Entry *const found = find(id);
    if (!found)
        return false;
    if (--m_count == 0 && m_slots.size() > KeptSlots) {
        std::vector<Entry>().swap(m_slots);
        return true;
    }
    // Entries behind move up, so that no search stops at a gap before what it looks for.
    const std::size_t mask = m_slots.size() - 1;
    auto gap = static_cast<std::size_t>(found - m_slots.data());
    for (std::size_t at = (gap + 1) & mask; m_slots[at].id != 0; at = (at + 1) & mask) {
        const std::size_t wanted = home(m_slots[at].id);
        if (((at - wanted) & mask) >= ((at - gap) & mask)) {
            m_slots[gap] = m_slots[at];
            gap = at;
        }
    }
    m_slots[gap] = {};
    return true;
}

} // namespace Halyard::Wire
