// SPDX-License-Identifier: MIT
// With Qt: server and client of the library talk over a protocol that it has never heard of.
#include <QCoreApplication>

#include <halyard/endpoint/client.h>
#include <halyard/endpoint/server.h>
#include <halyard/transport/memorynetwork.h>

#include "linefactory.h"

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const auto network = std::make_shared<Halyard::MemoryNetwork>();

    Halyard::ServerOptions serverOptions;
    serverOptions.registry.add(lineProtocol());
    serverOptions.transport.memoryNetwork = network;
    Halyard::Server server(serverOptions);
    server.handle("shout", [](const Halyard::Request &request) { return request.payload().toUpper(); });
    if (const auto address = server.listen(QUrl("line+memory://harbour")); !address)
        qFatal("cannot listen: %s", qPrintable(address.error().detail()));

    Halyard::ClientOptions clientOptions;
    clientOptions.registry.add(lineProtocol());
    clientOptions.transport.memoryNetwork = network;
    clientOptions.reconnect.enabled = false;
    Halyard::Client client(clientOptions);
    QObject::connect(&client, &Halyard::Client::opened, [&client] {
        client.request("shout", "ahoy").then(&client, [](const Halyard::Result<Halyard::Reply> &reply) {
            if (!reply)
                qFatal("no reply: %s", qPrintable(reply.error().detail()));
            qInfo("spoken with Qt: %s", reply->payload().constData());
            QCoreApplication::exit(reply->payload() == "AHOY" ? 0 : 1);
        });
    });
    QObject::connect(&client, &Halyard::Client::errorOccurred,
        [](const Halyard::Error &error) { qFatal("%s", qPrintable(error.detail())); });
    if (const auto opening = client.open(QUrl("line+memory://harbour")); !opening)
        qFatal("cannot open: %s", qPrintable(opening.error().detail()));
    return QCoreApplication::exec();
}
