// SPDX-License-Identifier: MIT
#include "cli/benchcommand.h"

#include <CLI/App.hpp>

#include <QJsonDocument>
#include <QJsonObject>

#include "cli/console.h"
#include "cli/loadrun.h"
#include "cli/validators.h"

namespace Halyard::Cli {
namespace {

double milliseconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

double rate(const LoadResult &result)
{
    const auto seconds = std::chrono::duration<double>(result.time).count();
    return seconds > 0 ? double(result.replies) / seconds : 0;
}

QByteArray asJson(const LoadResult &result)
{
    const QJsonObject object {
        {QStringLiteral("connections"), result.connected},
        {QStringLiteral("replies"), qint64(result.replies)},
        {QStringLiteral("failures"), qint64(result.failures)},
        {QStringLiteral("seconds"), milliseconds(result.time) / 1'000},
        {QStringLiteral("repliesPerSecond"), rate(result)},
        {QStringLiteral("p50Milliseconds"), milliseconds(result.latency.percentile(0.5))},
        {QStringLiteral("p99Milliseconds"), milliseconds(result.latency.percentile(0.99))},
    };
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray asText(const LoadResult &result)
{
    return QStringLiteral("%1 replies/s, p50 %2 ms, p99 %3 ms, %4 replies, %5 failures")
        .arg(rate(result), 0, 'f', 0)
        .arg(milliseconds(result.latency.percentile(0.5)), 0, 'f', 3)
        .arg(milliseconds(result.latency.percentile(0.99)), 0, 'f', 3)
        .arg(result.replies)
        .arg(result.failures)
        .toUtf8();
}

} // namespace

void BenchCommand::declare(CLI::App &program)
{
    auto &app = subcommand(program, "bench", "Put load on a server and print rate and latency");
    m_client.declare(app, "How long to wait for each answer");
    app.add_option("--connections", m_connections, "Connections at the same time")
        ->type_name("N")
        ->check(within(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--seconds", m_seconds, "How long")
        ->type_name("SECONDS")
        ->check(within(0.01, 1'000'000.0))
        ->capture_default_str();
    app.add_option("--size", m_size, "Bytes of each payload")
        ->type_name("BYTES")
        ->check(within(0, 1'000'000'000))
        ->capture_default_str();
    app.add_option("--in-flight", m_inFlight, "Requests waiting for an answer, on each connection")
        ->type_name("N")
        ->check(within(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--route", m_route, "What to ask for")->type_name("ROUTE")->capture_default_str();
}

ExitStatus BenchCommand::run()
{
    const auto refuse = [this](const Error &error) {
        complain(error, m_client.json());
        return exitStatusFor(error);
    };
    const auto options = m_client.load();
    if (!options)
        return refuse(options.error());
    const auto address = EndpointAddress::parse(
        QString::fromStdString(m_client.url()), EndpointAddress::Use::Connect, options->registry);
    if (!address)
        return refuse(address.error());
    LoadRun load(*options,
        {*address, QString::fromStdString(m_route), QByteArray(m_size, 'x'), m_connections, m_inFlight,
            std::chrono::milliseconds(qint64(m_seconds * 1'000))});
    load.run();
    const auto &result = load.result();
    if (result.connected == m_connections)
        printLine(m_client.json() ? asJson(result) : asText(result));
    if (result.firstError)
        return refuse(result.firstError);
    return ExitStatus::Done;
}

} // namespace Halyard::Cli
