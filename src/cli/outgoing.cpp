// SPDX-License-Identifier: MIT
#include "cli/outgoing.h"

#include "cli/clientarguments.h"
#include "cli/console.h"
#include "cli/keyvalue.h"
#include "cli/payloadsource.h"

namespace Halyard::Cli {

std::optional<Outgoing> loadOutgoing(
    const ClientArguments &client, const std::vector<std::string> &headers, const PayloadSource &payload)
{
    auto options = client.load();
    auto parsed = headersOf(headers);
    const auto maxBytes = options ? qsizetype(options->connection.engine.maxFrameBytesOut) : 0;
    auto bytes = payload.read(maxBytes);
    for (const auto *error : {options ? nullptr : &options.error(), parsed ? nullptr : &parsed.error(),
             bytes ? nullptr : &bytes.error()}) {
        if (error) {
            complain(*error, client.json());
            return std::nullopt;
        }
    }
    return Outgoing {std::move(*options), std::move(*parsed), std::move(*bytes)};
}

} // namespace Halyard::Cli
