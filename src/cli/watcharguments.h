// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "cli/capturefile.h"
#include "cli/dissectionprinter.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/result.h"
#include "protocol/engine.h"
#include "protocol/protocolfactory.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// What watch and proxy have in common: how frames are shown and where they are kept.
class WatchArguments
{
public:
    void declare(CLI::App &command);

    [[nodiscard]] bool json() const { return m_style.json; }
    [[nodiscard]] DissectionPrinter::Style style() const { return m_style; }
    /// The protocol that the address names, with its options.
    [[nodiscard]] static Result<std::shared_ptr<const Wire::ProtocolFactory>> protocol(
        const EndpointAddress &address);
    /// The capture file, open; nullptr where none was asked for.
    [[nodiscard]] Result<std::unique_ptr<CaptureFile>> capture(const EndpointAddress &address) const;

private:
    DissectionPrinter::Style m_style;
    std::string m_capture;
};

} // namespace Halyard::Cli
