// SPDX-License-Identifier: MIT
#include "cli/console.h"
#include "cli/exitstatus.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

#include <unistd.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QMetaEnum>

#include "wire/escape.h"

namespace Halyard::Cli {
namespace {

// What stands on the terminal can be asked of nobody else.
bool statusShown = false;

void write(std::FILE *stream, QByteArrayView bytes)
{
    if (statusShown && (stream == stderr || isOutputTerminal()))
        clearStatus();
    const auto size = std::size_t(bytes.size());
    if (std::fwrite(bytes.data(), 1, size, stream) == size && std::fflush(stream) == 0)
        return;
    if (errno == EPIPE) { // sockets have made Qt ignore the signal
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
    }
    std::perror("halyard: output");
    std::_Exit(int(ExitStatus::Usage));
}

QByteArray escaped(QByteArrayView text)
{
    return QByteArray::fromStdString(Wire::escapeText({text.data(), std::size_t(text.size())}));
}

} // namespace

void print(QByteArrayView bytes) { write(stdout, bytes); }

void printLine(QByteArrayView bytes) { write(stdout, bytes.toByteArray() + '\n'); }

void printPayload(QByteArrayView payload, bool several)
{
    if (!isOutputTerminal()) {
        print(several ? payload.toByteArray() + '\n' : payload.toByteArray());
        return;
    }
    // Lines stay lines; what else a terminal would obey is made visible.
    const auto text = payload.endsWith('\n') ? payload.chopped(1) : payload;
    QByteArray shown;
    for (const auto &line : text.toByteArray().split('\n'))
        shown += escaped(line) + '\n';
    print(shown);
}

void complain(const QString &text) { write(stderr, "halyard: " + escaped(text.toUtf8()) + '\n'); }

void complain(const Error &error, bool asJson)
{
    if (!asJson) {
        complain(error.toString());
        return;
    }
    const auto origins = QMetaEnum::fromType<ErrorOrigin>();
    const QJsonObject object {
        {QStringLiteral("error"), QString(error.name())},
        {QStringLiteral("number"), error.number()},
        {QStringLiteral("origin"), QString::fromLatin1(origins.valueToKey(int(error.origin()))).toLower()},
        {QStringLiteral("detail"), error.detail()},
    };
    write(stderr, QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void announce(const QString &line) { write(stderr, line.toUtf8() + '\n'); }

void showStatus(const QString &line)
{
    clearStatus();
    write(stderr, line.toUtf8());
    statusShown = true;
}

void clearStatus()
{
    if (std::exchange(statusShown, false))
        write(stderr, "\r\x1b[K");
}

bool isOutputTerminal() { return ::isatty(STDOUT_FILENO) == 1; }

bool isErrorTerminal() { return ::isatty(STDERR_FILENO) == 1; }

} // namespace Halyard::Cli
