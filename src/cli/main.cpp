// SPDX-License-Identifier: MIT
#include <sys/resource.h>

#include <QCoreApplication>

#include "cli/commandline.h"
#include "transport/epolleventdispatcher.h"

namespace {

/// One descriptor for each connection: the soft limit of a shell would be reached before any of ours.
void allowManyFiles()
{
    rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/// Warnings of the library look like the program's own.
void setUpLogging()
{
    qSetMessagePattern(QStringLiteral("halyard: %{if-category}%{category}: %{endif}%{message}"));
}

} // namespace

int main(int argc, char *argv[])
{
    using namespace Halyard::Cli;
    allowManyFiles();
    setUpLogging();
    QCoreApplication::setEventDispatcher(new Halyard::EpollEventDispatcher);
    const QCoreApplication application(argc, argv); // before any of Qt's TLS values, which the commands hold
    CommandLine commandLine;
    ExitStatus status = ExitStatus::Done;
    Command *const command = commandLine.parse(argc, argv, status);
    return int(command ? command->run() : status);
}
