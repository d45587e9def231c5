// SPDX-License-Identifier: MIT
#include "cli/decodecommand.h"

#include <cstdio>
#include <map>

#include <CLI/App.hpp>

#include <QFile>

#include "cli/console.h"
#include "cli/hexinput.h"
#include "cli/keyvalue.h"
#include "endpoint/pcapng.h"

namespace Halyard::Cli {
namespace {

constexpr qsizetype ChunkBytes = 65'536;
constexpr qsizetype FirstBytes = 4'096; // what "auto" looks at

Wire::ByteView view(const QByteArray &bytes)
{
    return Wire::asBytes(std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

Error readingFailed(const QFile &input)
{
    return {ErrorCode::FileFailed, ErrorOrigin::Local,
        QStringLiteral("%1: %2").arg(input.fileName(), input.errorString())};
}

} // namespace

void DecodeCommand::declare(CLI::App &program)
{
    auto &app = subcommand(program, "decode", "Print the field tree of recorded bytes");
    app.add_option("FILE", m_file, "What to decode; - is standard input")->capture_default_str();
    app.add_option("--protocol", m_protocol, "Name of the protocol, see halyard protocols")
        ->type_name("NAME")
        ->capture_default_str();
    app.add_option("--option", m_options, "Option of the protocol, as in an address; repeatable")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    app.add_option("--format", m_format, "How the bytes are written down")
        ->check(CLI::IsMember({"auto", "raw", "hex", "pcapng"}))
        ->capture_default_str();
    app.add_option("--from", m_from, "Who sent them; captures know it themselves")
        ->check(CLI::IsMember({"client", "server"}))
        ->capture_default_str();
    app.add_flag("--json", m_style.json, "One JSON object per line and frame");
    app.add_flag("--dump", m_style.dump, "Add the hexadecimal dump of each frame");
}

ExitStatus DecodeCommand::run()
{
    auto options = optionsOf(m_options);
    if (!options) {
        complain(options.error(), m_style.json);
        return ExitStatus::Usage;
    }
    auto factory = Wire::ProtocolRegistry::standard().make(m_protocol, *options);
    if (!factory) {
        complain(Error(factory.error()), m_style.json);
        return ExitStatus::Usage;
    }
    m_factory = std::move(*factory);
    m_printer = DissectionPrinter(m_style);
    QFile input(QString::fromStdString(m_file));
    const bool open
        = m_file == "-" ? input.open(stdin, QIODevice::ReadOnly) : input.open(QIODevice::ReadOnly);
    const auto result = open ? decode(input) : failure(readingFailed(input));
    if (!result) {
        complain(result.error(), m_style.json);
        return ExitStatus::Usage;
    }
    return m_printer.worst() == Wire::Severity::Error ? ExitStatus::BrokenProtocol : ExitStatus::Done;
}

Result<void> DecodeCommand::decode(QFile &input)
{
    if (m_format != "auto")
        return m_format == "pcapng" ? decodeCapture(input) : decodeBytes(input, m_format == "hex");
    const auto first = input.peek(FirstBytes);
    if (first.startsWith(QByteArrayView("\x0a\x0d\x0d\x0a")))
        return decodeCapture(input);
    return decodeBytes(input, looksLikeHex(first));
}

Result<void> DecodeCommand::decodeBytes(QFile &input, bool asHex)
{
    const auto dissector = m_factory->makeDissector();
    const auto direction
        = m_from == "client" ? Wire::Direction::ClientToServer : Wire::Direction::ServerToClient;
    HexInput hex;
    for (;;) {
        QByteArray bytes(ChunkBytes, Qt::Uninitialized);
        const auto count = input.read(bytes.data(), bytes.size());
        if (count < 0)
            return failure(readingFailed(input));
        if (count == 0)
            break;
        bytes.truncate(count);
        if (asHex) {
            auto decoded = hex.feed(bytes);
            if (!decoded)
                return failure(decoded.error());
            bytes = std::move(*decoded);
        }
        dissector->feed(direction, view(bytes), {});
        m_printer.printAll(*dissector);
    }
    dissector->finish(direction, {});
    m_printer.printAll(*dissector);
    return asHex ? hex.finish() : Result<void>();
}

Result<void> DecodeCommand::decodeCapture(QFile &input)
{
    PcapngReader reader(&input);
    std::map<quint32, std::unique_ptr<Wire::Dissector>> dissectors;
    const auto dissectorOf = [&](quint32 conversation) -> Wire::Dissector & {
        auto &dissector = dissectors[conversation];
        if (!dissector)
            dissector = m_factory->makeDissector();
        return *dissector;
    };
    for (;;) {
        auto item = reader.next();
        if (!item)
            return failure(item.error());
        if (!*item)
            break;
        if (const auto *bytes = std::get_if<CapturedBytes>(&**item)) {
            auto &dissector = dissectorOf(bytes->conversation);
            dissector.feed(bytes->direction, view(bytes->bytes), {{}, bytes->time});
            m_printer.printAll(dissector, bytes->conversation);
        } else if (const auto *end = std::get_if<CapturedEnd>(&**item)) {
            auto &dissector = dissectorOf(end->conversation);
            dissector.finish(end->direction, {{}, end->time});
            m_printer.printAll(dissector, end->conversation);
        }
    }
    for (auto &[conversation, dissector] : dissectors) {
        dissector->finish(Wire::Direction::ClientToServer, {});
        dissector->finish(Wire::Direction::ServerToClient, {});
        m_printer.printAll(*dissector, conversation);
    }
    return {};
}

} // namespace Halyard::Cli
