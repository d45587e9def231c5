// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QByteArray>

#include "endpoint/headers.h"
#include "endpoint/options.h"

namespace Halyard::Cli {

class ClientArguments;
class PayloadSource;

/// What a command that sends needs beside its route.
struct Outgoing {
    ClientOptions options;
    Headers headers;
    QByteArray payload;
};

/// Nothing where one of them cannot be had; that was complained about then.
[[nodiscard]] std::optional<Outgoing> loadOutgoing(
    const ClientArguments &client, const std::vector<std::string> &headers, const PayloadSource &payload);

} // namespace Halyard::Cli
