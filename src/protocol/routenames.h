// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/export.h"

namespace Halyard::Wire {

/// The requests that an endpoint has handlers for, at one moment: what a session needs whose wire asks for
/// routes by number or by the type of what is sent. A value; an endpoint hands out its present one through
/// EngineSetup::routes and never changes it afterwards.
class HALYARD_EXPORT RouteNames
{
public:
    struct Route {
        std::string name;              ///< UTF-8
        std::set<std::uint64_t> types; ///< numbers of the payloads' types that it takes; empty: all
        bool isServed = true;          ///< false once its handler was taken away
        bool mayHandOff = false;       ///< its handler may take the whole connection
    };

    /// Numbers are given in the order in which routes are first named here, from 0, and never to another
    /// route. What is there already is served again.
    void add(std::string_view name);
    /// The number stays taken.
    void remove(std::string_view name);
    /// For a route that may get its handler later.
    void setTypes(std::string_view name, std::set<std::uint64_t> types);
    /// Likewise.
    void setMayHandOff(std::string_view name, bool mayHandOff);

    /// The number of a route that is served.
    [[nodiscard]] std::optional<std::uint64_t> numberOf(std::string_view name) const;
    /// A route that is served; lives as long as this value is not changed.
    [[nodiscard]] const Route *find(std::uint64_t number) const;
    /// The name of a route that is served: the longest, the first of several; empty where none is.
    [[nodiscard]] std::string_view longestName() const;

private:
    [[nodiscard]] std::uint64_t place(std::string_view name, bool isServed);

    std::vector<Route> m_routes; // by number
    std::map<std::string, std::uint64_t, std::less<>> m_numbers;
};

/// The present routes of an endpoint. May be empty, and may give nullptr: there are none.
using RouteSource = std::function<std::shared_ptr<const RouteNames>()>;

} // namespace Halyard::Wire
