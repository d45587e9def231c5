// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// Changes the plain bodies of frames of one connection. One value per connection, made by a factory, run
/// where the engine runs.
class HALYARD_EXPORT Filter
{
public:
    Filter() = default;
    Filter(const Filter &) = delete;
    Filter &operator=(const Filter &) = delete;
    virtual ~Filter();
    /// Bodies in the order in which they leave. One that is too large afterwards, or that a filter behind
    /// this one refuses, does not leave, nor do those that were to go with it.
    [[nodiscard]] virtual Result<void> outgoing(Bytes &body) = 0;
    [[nodiscard]] virtual Result<void> incoming(Bytes &body) = 0;
};

using FilterFactory = std::function<std::unique_ptr<Filter>()>;

/// Outgoing bodies pass in list order. Incoming ones too, unless mirrored.
enum class FilterOrder : std::uint8_t { Listed, Mirrored };

struct Filters {
    std::vector<FilterFactory> factories;
    FilterOrder order = FilterOrder::Listed;
};

} // namespace Halyard::Wire
