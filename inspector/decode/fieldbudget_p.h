// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "decode/payloadunfold.h"

namespace Halyard::Inspector {

/// Puts fields into a tree until their number is used up; what follows is then read, but not kept.
class FieldBudget
{
public:
    explicit FieldBudget(const UnfoldLimits &limits)
        : m_limits(limits)
    { }

    [[nodiscard]] int maxDepth() const noexcept { return m_limits.maxDepth; }
    void add(Wire::Field &parent, Wire::Field child)
    {
        if (m_used < m_limits.maxFields) {
            ++m_used;
            parent.fields.push_back(std::move(child));
            return;
        }
        if (m_used++ == m_limits.maxFields) {
            Wire::Field more;
            more.name = "…";
            more.value = "more than " + std::to_string(m_limits.maxFields) + " values";
            more.offset = child.offset;
            more.severity = Wire::Severity::Note;
            more.note = "the rest is not shown";
            parent.fields.push_back(std::move(more));
        }
    }

private:
    const UnfoldLimits m_limits;
    std::size_t m_used = 0;
};

} // namespace Halyard::Inspector
