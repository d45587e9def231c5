// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include "wire/dissection.h"

namespace Halyard::Cli {

/// Prints frames as field trees and remembers the worst of what it printed.
class DissectionPrinter
{
public:
    struct Style {
        bool json = false; ///< one object per line
        bool dump = false; ///< hexadecimal dump behind each tree
    };

    explicit DissectionPrinter(Style style) noexcept
        : m_style(style)
    { }

    /// Prints all that the dissector has ready. `conversation` stands with each frame, unless it is 0: there
    /// is only one.
    void printAll(Wire::Dissector &dissector, quint64 conversation = 0);
    [[nodiscard]] Wire::Severity worst() const noexcept { return m_worst; }

private:
    Style m_style;
    Wire::Severity m_worst = Wire::Severity::None;
};

} // namespace Halyard::Cli
