// SPDX-License-Identifier: MIT
#include "cli/clientarguments.h"

#include <algorithm>
#include <cmath>

#include <CLI/App.hpp>
#include <QUrl>

#include "cli/passwordprompt.h"
#include "cli/validators.h"

namespace Halyard::Cli {
namespace {

constexpr double LongestSeconds = 30'000'000; // a little less than a year

} // namespace

void ClientArguments::declare(CLI::App &command, const char *timeoutText)
{
    command.add_option("URL", m_url, "Address to connect to")->required();
    command.add_option("--timeout", m_timeoutSeconds, timeoutText)
        ->type_name("SECONDS")
        ->check(within(0.0, LongestSeconds))
        ->capture_default_str();
    m_tls.declareTrust(command);
    m_tls.declareCertificate(command);
    command.add_flag("--json", m_json, "One JSON object per line");
}

std::chrono::milliseconds ClientArguments::timeout() const
{
    // What is asked for at all shall not become "for ever".
    return std::chrono::milliseconds(qint64(std::ceil(m_timeoutSeconds * 1'000)));
}

Result<ClientOptions> ClientArguments::load() const
{
    ClientOptions options;
    auto tls = m_tls.load();
    if (!tls)
        return failure(tls.error());
    options.transport.tls = std::move(*tls);
    options.connection.requestTimeout = timeout();
    if (const auto most = timeout(); most.count() > 0) { // who is in a hurry does not wait for handshakes
        auto &transport = options.transport;
        transport.connectTimeout = std::min(transport.connectTimeout, most);
        transport.handshakeTimeout = std::min(transport.handshakeTimeout, most);
        auto &engine = options.connection.engine;
        engine.handshakeTimeout = std::min(engine.handshakeTimeout, most);
    }
    options.credentials = passwordLeftOpen(QUrl(QString::fromStdString(m_url)));
    return options;
}

} // namespace Halyard::Cli
