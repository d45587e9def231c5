// SPDX-License-Identifier: MIT
#include "cli/proxycommand.h"

#include <CLI/App.hpp>

#include <QCoreApplication>
#include <QUrl>

#include "cli/console.h"
#include "cli/framewatch.h"
#include "cli/interruption.h"
#include "cli/listening.h"
#include "cli/passwordprompt.h"
#include "endpoint/proxy.h"

namespace Halyard::Cli {

void ProxyCommand::declare(CLI::App &program)
{
    auto &app = subcommand(program, "proxy",
        "Stand between two endpoints and print every frame that passes; where users or a way of sealing are "
        "named, frames are sealed anew for each side");
    app.add_option("LISTEN", m_listen, "Address for the clients")->required();
    app.add_option("TARGET", m_target, "Address of the server")->required();
    m_tls.declareCertificate(app);
    m_tls.declareTrust(app);
    m_users.declare(app);
    m_watch.declare(app);
}

ExitStatus ProxyCommand::run()
{
    const auto refuse = [this](const Error &error) {
        complain(error, m_watch.json());
        return exitStatusFor(error);
    };
    const auto setup = prepareListening(m_listen, m_tls);
    if (!setup)
        return refuse(setup.error());
    const auto target = EndpointAddress::parse(
        QString::fromStdString(m_target), EndpointAddress::Use::Connect, Wire::ProtocolRegistry::standard());
    if (!target)
        return refuse(target.error());
    const QUrl targetUrl(QString::fromStdString(m_target));
    // One that does not name the protocol takes that of the other.
    const EndpointAddress &named
        = setup->address.namesProtocol() && !target->namesProtocol() ? setup->address : *target;
    auto protocol = WatchArguments::protocol(named);
    if (!protocol)
        return refuse(protocol.error());
    auto trust = m_tls.load();
    if (!trust)
        return refuse(trust.error());
    auto users = m_users.load();
    if (!users) {
        complain(users.error(), m_watch.json());
        return ExitStatus::Usage;
    }
    const auto capture = m_watch.capture(named);
    if (!capture)
        return refuse(capture.error());

    FrameWatch watch(std::move(*protocol), m_watch.style(), capture->get());
    ProxyOptions options;
    options.listening = setup->transport;
    // The certificate is for clients of ours; the server behind us sees none.
    trust->certificateChain.clear();
    trust->privateKey = {};
    options.connecting.tls = std::move(*trust);
    options.users = std::move(*users);
    options.credentials = passwordLeftOpen(targetUrl);
    options.tap = watch.tap();
    Proxy proxy(options);
    const Interruption interruption;
    QObject::connect(&interruption, &Interruption::requested, &proxy, &Proxy::close);
    QObject::connect(&proxy, &Proxy::closed, qApp, &QCoreApplication::quit);
    QObject::connect(&proxy, &Proxy::acceptFailed, qApp, refuse);
    QObject::connect(&proxy, &Proxy::connectionClosed, qApp, [this](const QString &peer, const Error &error) {
        if (error)
            complain(Error(error.code(), error.origin(), QStringLiteral("%1: %2").arg(peer, error.detail())),
                m_watch.json());
    });
    const auto bound = proxy.start(QUrl(setup->address.toString()), targetUrl);
    if (!bound)
        return refuse(bound.error());
    announceListening(*bound, setup->pin);
    QCoreApplication::exec();
    watch.finish();
    return ExitStatus::Done;
}

} // namespace Halyard::Cli
