// SPDX-License-Identifier: MIT
#include "protocol/routenames.h"

#include <utility>

namespace Halyard::Wire {

std::uint64_t RouteNames::place(std::string_view name, bool isServed)
{
    const auto [entry, isNew] = m_numbers.try_emplace(std::string(name), m_routes.size());
    if (isNew)
        m_routes.push_back({std::string(name), {}, isServed, false});
    return entry->second;
}

void RouteNames::add(std::string_view name) { m_routes[place(name, true)].isServed = true; }

void RouteNames::remove(std::string_view name)
{
    if (const auto found = m_numbers.find(name); found != m_numbers.end())
        m_routes[found->second].isServed = false;
}

void RouteNames::setTypes(std::string_view name, std::set<std::uint64_t> types)
{
    m_routes[place(name, false)].types = std::move(types);
}

void RouteNames::setMayHandOff(std::string_view name, bool mayHandOff)
{
    m_routes[place(name, false)].mayHandOff = mayHandOff;
}

std::optional<std::uint64_t> RouteNames::numberOf(std::string_view name) const
{
    const auto found = m_numbers.find(name);
    if (found == m_numbers.end() || !m_routes[found->second].isServed)
        return std::nullopt;
    return found->second;
}

const RouteNames::Route *RouteNames::find(std::uint64_t number) const
{
    return number < m_routes.size() && m_routes[number].isServed ? &m_routes[number] : nullptr;
}

std::string_view RouteNames::longestName() const
{
    std::string_view longest;
    for (const Route &route : m_routes) {
        if (route.isServed && route.name.size() > longest.size())
            longest = route.name;
    }
    return longest;
}

} // namespace Halyard::Wire
