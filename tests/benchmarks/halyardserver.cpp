// SPDX-License-Identifier: MIT
// Our side of the comparison: an ordinary application of Halyard::Server. What comes without a route goes
// back from the slot of messageReceived, `echo` is a handler.
#include <cstdio>
#include <string_view>

#include <malloc.h>

#include <QCoreApplication>

#include "endpoint/server.h"
#include "loopback.h"
#include "transport/epolleventdispatcher.h"

namespace {

Halyard::ServerOptions benchmarkOptions()
{
    Halyard::ServerOptions options;
    options.maxConnectionsPerAddress = options.maxConnections; // all clients are on this machine
    return options;
}

} // namespace

int main(int argc, char **argv)
{
    using namespace Halyard;
    bool ownDispatcher = true;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "qt" || argument == "epoll") {
            ownDispatcher = argument == "epoll";
        } else if (argument != "--dispatcher") {
            std::fprintf(stderr, "usage: halyardserver [--dispatcher epoll|qt]\n");
            return 2;
        }
    }
    Bench::raiseDescriptorLimit();
    // As the program `halyard` does, and any server with large payloads should: src/cli/main.cpp says why.
    ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
    if (ownDispatcher)
        QCoreApplication::setEventDispatcher(new EpollEventDispatcher);
    const QCoreApplication application(argc, argv);

    Server server(benchmarkOptions());
    server.handle(QStringLiteral("echo"), [](const Request &request) { return Reply(request.payload()); });
    QObject::connect(&server, &Server::messageReceived, &server,
        [](Connection *connection, const Message &message) { connection->send(message); });
    const auto address = server.listen(QUrl(QStringLiteral("tcp://127.0.0.1:0")));
    if (!address) {
        std::fprintf(stderr, "halyardserver: %s\n", qPrintable(address.error().toString()));
        return 3;
    }
    std::printf("listening %u\n", unsigned(server.serverPort()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
