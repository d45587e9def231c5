// SPDX-License-Identifier: MIT
#include "cli/builtinroutes.h"

#include <QByteArrayList>
#include <QLocale>
#include <QTimer>

#include "cli/ticker.h"
#include "endpoint/connection.h"
#include "endpoint/routes.h"

namespace Halyard::Cli {
namespace {

constexpr qint64 LongestSleepMilliseconds = 3'600'000;
constexpr qint64 LargestBlobBytes = 8'388'608 - 1'024; // fits into a frame of the default limit

Error invalid(const QString &detail) { return {ErrorCode::InvalidArgument, ErrorOrigin::Local, detail}; }

QByteArrayList words(const QByteArray &text)
{
    const auto simple = text.simplified();
    return simple.isEmpty() ? QByteArrayList() : simple.split(' ');
}

Result<qint64> number(const QByteArray &text, const char *what, qint64 most)
{
    bool ok = false;
    const auto value = text.trimmed().toLongLong(&ok);
    if (ok && value >= 0 && value <= most)
        return value;
    return tl::unexpected(
        invalid(QStringLiteral("expected %1 from 0 to %2").arg(QString::fromLatin1(what)).arg(most)));
}

/// Exact as long as all are integers and so is the sum; floating point otherwise.
Result<Reply> sum(const Request &request)
{
    qint64 integers = 0;
    double numbers = 0;
    bool exact = true;
    int position = 0;
    for (const auto &word : words(request.payload())) {
        ++position;
        bool ok = false;
        const auto integer = word.toLongLong(&ok);
        exact = exact && ok && !__builtin_add_overflow(integers, integer, &integers);
        numbers += word.toDouble(&ok);
        if (!ok)
            return tl::unexpected(invalid(QStringLiteral("word %1 is no decimal number").arg(position)));
    }
    return Reply(exact ? QByteArray::number(integers)
                       : QByteArray::number(numbers, 'g', QLocale::FloatingPointShortest));
}

Result<Reply> blob(const Request &request)
{
    const auto bytes = number(request.payload(), "a number of bytes", LargestBlobBytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    QByteArray payload(*bytes, Qt::Uninitialized);
    for (qsizetype i = 0; i < payload.size(); ++i)
        payload[i] = char('a' + i % 26);
    return Reply(payload);
}

void ticks(const Request &request, const ReplyStream &stream)
{
    const auto arguments = words(request.payload());
    const auto count = number(arguments.value(0), "a count", 1'000'000'000);
    const auto interval = arguments.size() > 1
        ? number(arguments.at(1), "milliseconds", LongestSleepMilliseconds)
        : Result<qint64>(0);
    if (arguments.size() > 2)
        stream.fail(invalid(QStringLiteral("expected a count, or a count and milliseconds")));
    else if (!count || !interval)
        stream.fail(count ? interval.error() : count.error());
    else
        new Ticker(stream, *count, std::chrono::milliseconds(*interval), request.connection());
}

void sleep(const Request &request)
{
    const auto milliseconds = number(request.payload(), "milliseconds", LongestSleepMilliseconds);
    if (!milliseconds) {
        request.respond(Reply::error(milliseconds.error()));
        return;
    }
    // With the connection goes its timer, and with that the request.
    QTimer::singleShot(std::chrono::milliseconds(*milliseconds), request.connection(),
        [request] { request.respond(Reply(request.payload())); });
}

} // namespace

void addBuiltinRoutes(Routes &routes)
{
    routes.handle(QStringLiteral("echo"), [](const Request &request) {
        const Connection *from = request.connection();
        const bool headersToo = from && from->capabilities().headers;
        return Reply(request.payload(), headersToo ? request.headers() : Headers());
    });
    routes.handle(QStringLiteral("sum"), sum);
    routes.handleStream(QStringLiteral("ticks"), ticks);
    routes.handle(QStringLiteral("blob"), blob);
    routes.handle(QStringLiteral("fail"),
        [](const Request &request) { return Reply::error(1'000, QString::fromUtf8(request.payload())); });
    routes.handle(QStringLiteral("sleep"), sleep);
}

} // namespace Halyard::Cli
