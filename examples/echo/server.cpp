// SPDX-License-Identifier: MIT
// echo-server [URL]: answers every request to "echo" with its own payload, and returns every event to its
// sender.
#include <cstdio>

#include <QCoreApplication>

#include "endpoint/server.h"

using namespace Halyard;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QString url = QCoreApplication::arguments().value(1, QStringLiteral("tcp://localhost:6969"));

    Server server;
    server.handle(QStringLiteral("echo"),
        [](const Request &request) { return Reply(request.payload(), request.headers()); });
    QObject::connect(
        &server, &Server::messageReceived, &server, [](Connection *connection, const Message &message) {
            if (message.kind() == MessageKind::Event)
                connection->send(message);
        });

    const auto address = server.listen(QUrl(url));
    if (!address) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(address.error().toString()));
        return 1;
    }
    // Whoever started us learns the real port, also where it asked for port 0.
    std::printf("listening %s\n", qUtf8Printable(address->toString()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
