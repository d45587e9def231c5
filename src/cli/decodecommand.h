// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/dissectionprinter.h"
#include "endpoint/result.h"
#include "protocol/protocolfactory.h"

class QFile;

namespace Halyard::Cli {

/// `halyard decode --protocol NAME [FILE]`: the field trees of raw bytes, hexadecimal text or a capture.
class DecodeCommand final : public Command
{
public:
    void declare(CLI::App &program) override;
    [[nodiscard]] ExitStatus run() override;

private:
    [[nodiscard]] Result<void> decode(QFile &input);
    [[nodiscard]] Result<void> decodeBytes(QFile &input, bool asHex);
    [[nodiscard]] Result<void> decodeCapture(QFile &input);

    std::string m_protocol = "vstp";
    std::vector<std::string> m_options;
    std::string m_file = "-";
    std::string m_format = "auto";
    std::string m_from = "client";
    DissectionPrinter::Style m_style;

    std::shared_ptr<const Wire::ProtocolFactory> m_factory;
    DissectionPrinter m_printer {{}};
};

} // namespace Halyard::Cli
