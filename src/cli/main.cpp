// SPDX-License-Identifier: MIT
#include <malloc.h>
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

/// Payloads come and go by the thousand. Unless told otherwise glibc returns what is free at the end of its
/// heap beyond 128 KiB, only to fault it in again in the next turn: half of the time where payloads are
/// large.
void keepFreedMemory()
{
#ifdef __GLIBC__
    ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
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
    keepFreedMemory();
    setUpLogging();
    QCoreApplication::setEventDispatcher(new Halyard::EpollEventDispatcher);
    const QCoreApplication application(argc, argv); // before any of Qt's TLS values, which the commands hold
    CommandLine commandLine;
    ExitStatus status = ExitStatus::Done;
    Command *const command = commandLine.parse(argc, argv, status);
    return int(command ? command->run() : status);
}
