// SPDX-License-Identifier: MIT
#include "cli/protocolscommand.h"

#include <CLI/App.hpp>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

#include "cli/console.h"
#include "protocol/protocolfactory.h"

namespace Halyard::Cli {
namespace {

QString text(const std::string &value) { return QString::fromStdString(value); }

QStringList abilities(const Wire::ProtocolDescription &protocol)
{
    const auto &can = protocol.capabilities;
    QStringList names;
    const auto add = [&names](bool has, const char *name) {
        if (has)
            names.append(QString::fromLatin1(name));
    };
    add(can.routes, "routes");
    add(can.headers, "headers");
    add(can.requests, "requests");
    add(can.streams, "streams");
    add(can.cancel, "cancel");
    add(can.events, "events");
    add(can.heartbeat, "heartbeat");
    add(protocol.authenticates, "users");
    return names;
}

QByteArray asJson(const Wire::ProtocolDescription &protocol)
{
    QJsonArray options;
    for (const auto &option : protocol.options) {
        options.append(QJsonObject {
            {QStringLiteral("name"), text(option.name)},
            {QStringLiteral("values"), text(option.values)},
            {QStringLiteral("default"), text(option.defaultValue)},
            {QStringLiteral("text"), text(option.text)},
        });
    }
    const QJsonObject object {
        {QStringLiteral("name"), text(protocol.name)},
        {QStringLiteral("summary"), text(protocol.summary)},
        {QStringLiteral("capabilities"), QJsonArray::fromStringList(abilities(protocol))},
        {QStringLiteral("maxFrameBytes"), qint64(protocol.defaultMaxFrameBytes)},
        {QStringLiteral("options"), options},
    };
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString asText(const Wire::ProtocolDescription &protocol)
{
    auto lines = QStringLiteral("%1  %2\n").arg(text(protocol.name), text(protocol.summary));
    lines += QStringLiteral("  can: %1\n").arg(abilities(protocol).join(QLatin1Char(' ')));
    lines += QStringLiteral("  frames up to %L1 bytes\n").arg(qint64(protocol.defaultMaxFrameBytes));
    for (const auto &option : protocol.options)
        lines
            += QStringLiteral("  ?%1=%2  (%3)  %4\n")
                   .arg(text(option.name), text(option.values), text(option.defaultValue), text(option.text));
    return lines;
}

} // namespace

void ProtocolsCommand::declare(CLI::App &program)
{
    auto &app = subcommand(program, "protocols", "Show what each protocol can do, and its options");
    app.add_flag("--json", m_json, "One JSON object per line");
}

ExitStatus ProtocolsCommand::run()
{
    const auto registry = Wire::ProtocolRegistry::standard();
    for (const auto &protocol : registry.all()) {
        if (m_json)
            printLine(asJson(protocol));
        else
            print(asText(protocol).toUtf8());
    }
    return ExitStatus::Done;
}

} // namespace Halyard::Cli
