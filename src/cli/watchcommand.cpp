// SPDX-License-Identifier: MIT
#include "cli/watchcommand.h"

#include <CLI/App.hpp>

#include <QCoreApplication>

#include "cli/clientrun.h"
#include "cli/console.h"
#include "cli/framewatch.h"
#include "cli/listening.h"
#include "cli/serverrun.h"

namespace Halyard::Cli {
namespace {

class WatchRun final : public ClientRun
{
public:
    using ClientRun::ClientRun;

private:
    void opened() override { }
    void reported(const Error &) override { } // shown as the frame that it is
};

} // namespace

void WatchCommand::declare(CLI::App &program)
{
    auto &app = subcommand(program, "watch", "Connect, or listen, and print every frame of both directions");
    app.add_option("URL", m_url, "Address to connect to, or to listen at")->required();
    app.add_flag("--listen", m_listen, "Wait for others to connect");
    m_tls.declareTrust(app);
    m_tls.declareCertificate(app);
    m_users.declare(app);
    m_watch.declare(app);
}

ExitStatus WatchCommand::run() { return m_listen ? listenAndWatch() : connectAndWatch(); }

ExitStatus WatchCommand::connectAndWatch()
{
    const auto refuse = [this](const Error &error) {
        complain(error, m_watch.json());
        return exitStatusFor(error);
    };
    const auto address = EndpointAddress::parse(
        QString::fromStdString(m_url), EndpointAddress::Use::Connect, Wire::ProtocolRegistry::standard());
    if (!address)
        return refuse(address.error());
    auto protocol = WatchArguments::protocol(*address);
    if (!protocol)
        return refuse(protocol.error());
    const auto tls = m_tls.load();
    if (!tls)
        return refuse(tls.error());
    const auto capture = m_watch.capture(*address);
    if (!capture)
        return refuse(capture.error());
    FrameWatch watch(std::move(*protocol), m_watch.style(), capture->get());
    ClientOptions options;
    options.transport.tls = *tls;
    options.tap = watch.tap();
    WatchRun run(options, m_watch.json());
    const auto status = run.run(m_url);
    watch.finish();
    return status;
}

ExitStatus WatchCommand::listenAndWatch()
{
    const auto refuse = [this](const Error &error) {
        complain(error, m_watch.json());
        return exitStatusFor(error);
    };
    const auto setup = prepareListening(m_url, m_tls);
    if (!setup)
        return refuse(setup.error());
    auto protocol = WatchArguments::protocol(setup->address);
    if (!protocol)
        return refuse(protocol.error());
    auto users = m_users.load();
    if (!users) {
        complain(users.error(), m_watch.json());
        return ExitStatus::Usage;
    }
    const auto capture = m_watch.capture(setup->address);
    if (!capture)
        return refuse(capture.error());
    FrameWatch watch(std::move(*protocol), m_watch.style(), capture->get());
    ServerOptions options;
    options.transport = setup->transport;
    options.credentials = std::move(*users);
    options.tap = watch.tap();
    Server server(options);
    const auto status = serve(server, *setup, m_watch.json());
    watch.finish();
    return status;
}

} // namespace Halyard::Cli
