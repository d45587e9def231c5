// SPDX-License-Identifier: MIT
// chat-server [URL]: one room for everybody who connects.
#include <cstdio>

#include <QCoreApplication>

#include "chatroom.h"

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QString url = QCoreApplication::arguments().value(1, QStringLiteral("tcp://localhost:6969"));
    Halyard::ServerOptions options;
    options.connection.overflow = Halyard::OverflowPolicy::DropOldestEvent; // the latest words count
    Halyard::Server server(options);
    const ChatRoom room(server);
    const auto address = server.listen(QUrl(url));
    if (!address) {
        std::fprintf(stderr, "%s\n", qUtf8Printable(address.error().toString()));
        return 1;
    }
    std::printf("listening %s\n", qUtf8Printable(address->toString()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
