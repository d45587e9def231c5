// SPDX-License-Identifier: MIT
// filetransfer serve FOLDER [URL]         shares the files below FOLDER
// filetransfer get URL NAME [TARGET]      fetches one; goes on where an earlier try broke off
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QSocketNotifier>

#include "endpoint/server.h"
#include "filereceiver.h"
#include "filesender.h"
#include "sharedfolder.h"

using namespace Halyard;

namespace {

int usage()
{
    std::fprintf(
        stderr, "usage: filetransfer serve FOLDER [URL]\n       filetransfer get URL NAME [TARGET]\n");
    return 2;
}

int complain(const QString &reason)
{
    std::fprintf(stderr, "%s\n", qUtf8Printable(reason));
    return 1;
}

int serve(const QString &path, const QString &url)
{
    const SharedFolder folder(path);
    if (!folder.exists())
        return complain(path + QLatin1String(" is no folder"));
    Server server;
    share(server, folder);
    const auto address = server.listen(QUrl(url));
    if (!address)
        return complain(address.error().toString());
    std::printf("listening %s\n", qUtf8Printable(address->toString()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}

int interruptionPipe[2]; // a signal handler may write to a pipe, and little else

int get(const QString &url, const QString &name, const QString &target)
{
    ClientOptions options;
    options.reconnect.enabled = false;
    Client client(options);
    FileReceiver receiver(client, name, target);
    QString failure;
    QObject::connect(&client, &Client::opened, &receiver, &FileReceiver::start);
    QObject::connect(&client, &Client::errorOccurred, &client, [&](const Error &error) {
        if (failure.isEmpty())
            failure = error.toString();
    });
    QObject::connect(&client, &Client::closed, &client, [] { QCoreApplication::quit(); });
    QObject::connect(&receiver, &FileReceiver::progressed, &receiver, [](qint64 received, qint64 size) {
        if (isatty(STDERR_FILENO) == 1)
            std::fprintf(
                stderr, "\r%3lld %%", size > 0 ? static_cast<long long>(received * 100 / size) : 100LL);
    });
    QObject::connect(&receiver, &FileReceiver::finished, &client, &Client::close);
    QObject::connect(&receiver, &FileReceiver::failed, &client, [&](const QString &reason) {
        failure = reason;
        client.close();
    });

    if (pipe2(interruptionPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return complain(QStringLiteral("no pipe for interruptions"));
    std::signal(SIGINT, [](int) { [[maybe_unused]] const auto written = write(interruptionPipe[1], "", 1); });
    const QSocketNotifier interrupted(interruptionPipe[0], QSocketNotifier::Read);
    QObject::connect(&interrupted, &QSocketNotifier::activated, &client, [&] {
        failure = QStringLiteral("interrupted");
        receiver.cancel();
        client.close();
    });

    if (const auto started = client.open(QUrl(url)); !started)
        return complain(started.error().toString());
    QCoreApplication::exec();
    if (isatty(STDERR_FILENO) == 1)
        std::fputc('\n', stderr);
    return failure.isEmpty() ? 0 : complain(failure);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments().mid(1);
    if (words.value(0) == u"serve" && (words.size() == 2 || words.size() == 3))
        return serve(words.at(1), words.value(2, QStringLiteral("tcp://localhost:6969")));
    if (words.value(0) == u"get" && (words.size() == 3 || words.size() == 4))
        return get(words.at(1), words.at(2), words.value(3, QFileInfo(words.at(2)).fileName()));
    return usage();
}
