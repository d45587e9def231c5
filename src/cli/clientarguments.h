// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "cli/tlsarguments.h"
#include "endpoint/options.h"
#include "endpoint/result.h"

namespace CLI {
class App;
}

namespace Halyard::Cli {

/// What all commands that connect have in common: the address, TLS, time-out and JSON.
class ClientArguments
{
public:
    void declare(CLI::App &command, const char *timeoutText);

    [[nodiscard]] const std::string &url() const { return m_url; }
    [[nodiscard]] bool json() const { return m_json; }
    /// Zero: wait for ever.
    [[nodiscard]] std::chrono::milliseconds timeout() const;
    /// Where the address names a user without a password, that comes from HALYARD_PASSWORD or is asked for on
    /// the terminal. Fails as TlsArguments::load() does.
    [[nodiscard]] Result<ClientOptions> load() const;

private:
    std::string m_url;
    double m_timeoutSeconds = 30;
    bool m_json = false;
    TlsArguments m_tls;
};

} // namespace Halyard::Cli
