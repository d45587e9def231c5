// SPDX-License-Identifier: MIT
#include "cli/serverrun.h"

#include <QCoreApplication>
#include <QUrl>

#include "cli/console.h"
#include "cli/interruption.h"

namespace Halyard::Cli {

ExitStatus serve(Server &server, const ListenSetup &setup, bool json)
{
    const Interruption interruption;
    QObject::connect(&interruption, &Interruption::requested, &server, &Server::close);
    QObject::connect(&server, &Server::closed, qApp, &QCoreApplication::quit);
    QObject::connect(
        &server, &Server::acceptFailed, &server, [json](const Error &error) { complain(error, json); });
    const auto bound = server.listen(QUrl(setup.address.toString()));
    if (!bound) {
        complain(bound.error(), json);
        return exitStatusFor(bound.error());
    }
    announceListening(*bound, setup.pin);
    QCoreApplication::exec();
    return ExitStatus::Done;
}

} // namespace Halyard::Cli
