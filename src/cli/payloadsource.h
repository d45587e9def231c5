// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <QByteArray>

#include "endpoint/result.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// Where a command's payload comes from: --data TEXT, --hex HEX, --file PATH or standard input (-). At most
/// one of them; none is an empty payload.
class PayloadSource
{
public:
    /// Declares the options and the positional "-".
    void declare(CLI::App &command);
    /// `positional` is what stands where "-" may stand. Fails with InvalidArgument, FileFailed, and with
    /// PayloadTooLarge beyond `maxBytes`.
    [[nodiscard]] Result<QByteArray> read(qsizetype maxBytes) const;
    /// The same as a "-" at the end of the command line.
    void useStandardInput() { m_positional = "-"; }

private:
    std::string m_data;
    std::string m_hex;
    std::string m_file;
    std::string m_positional;
};

} // namespace Halyard::Cli
