// SPDX-License-Identifier: MIT
#include "cli/servecommand.h"

#include <CLI/App.hpp>

#include "cli/builtinroutes.h"
#include "cli/console.h"
#include "cli/serverrun.h"

namespace Halyard::Cli {
namespace {

/// Whoever does not read what comes back is not read any more either, until there is room again.
void echo(Server &server)
{
    QObject::connect(&server, &Server::connectionOpened, &server, [](Connection *connection) {
        QObject::connect(connection, &Connection::writableChanged, connection,
            [connection](bool writable) { connection->setReceivingPaused(!writable); });
    });
    QObject::connect(
        &server, &Server::messageReceived, &server, [](Connection *connection, const Message &message) {
            if (message.kind() != MessageKind::Event || !message.routeUtf8().isEmpty())
                return;
            const auto outcome = connection->send(message);
            if (outcome == SendResult::Backpressured)
                connection->setReceivingPaused(true);
            else if (!outcome)
                complain(outcome.error(), false);
        });
}

void report(Server &server, bool json)
{
    QObject::connect(&server, &Server::connectionOpened, &server, [](const Connection *connection) {
        const auto transport = connection->transportInfo();
        announce(
            QStringLiteral("open %1 %2 %3").arg(transport.peerName, transport.name, connection->protocol()));
    });
    QObject::connect(&server, &Server::connectionClosed, &server, [](const Connection *connection) {
        const auto error = connection->error();
        announce(QStringLiteral("closed %1%2")
                     .arg(connection->transportInfo().peerName,
                         error ? QStringLiteral(": ") + error.toString() : QString()));
    });
    QObject::connect(
        &server, &Server::connectionRefused, &server, [json](const QString &peer, const Error &error) {
            complain(Error(error.code(), error.origin(), QStringLiteral("%1: %2").arg(peer, error.detail())),
                json);
        });
}

} // namespace

void ServeCommand::declare(CLI::App &program)
{
    auto &app = subcommand(
        program, "serve", "Serve routes to try things with: echo, sum, ticks, blob, fail and sleep");
    app.add_option("URL", m_url, "Address to listen at; without a certificate tls makes one")->required();
    m_tls.declareCertificate(app);
    m_users.declare(app);
    app.add_flag("--echo", m_echo, "Send every message without a route back to its sender");
    app.add_option("--max-connections", m_options.maxConnections, "Accepting pauses there")
        ->type_name("N")
        ->capture_default_str();
    app.add_option("--max-per-address", m_options.maxConnectionsPerAddress, "More of one address are refused")
        ->type_name("N")
        ->capture_default_str();
    app.add_flag("--verbose", m_verbose, "Tell of connections that come and go");
    app.add_flag("--json", m_json, "Errors as JSON");
}

ExitStatus ServeCommand::run()
{
    const auto setup = prepareListening(m_url, m_tls);
    if (!setup) {
        complain(setup.error(), m_json);
        return exitStatusFor(setup.error());
    }
    auto users = m_users.load();
    if (!users) {
        complain(users.error(), m_json);
        return ExitStatus::Usage;
    }
    m_options.transport = setup->transport;
    m_options.credentials = std::move(*users);
    Server server(m_options);
    addBuiltinRoutes(server);
    if (m_echo)
        echo(server);
    if (m_verbose)
        report(server, m_json);
    return serve(server, *setup, m_json);
}

} // namespace Halyard::Cli
