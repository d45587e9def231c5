// SPDX-License-Identifier: MIT
#include "cli/payloadsource.h"

#include <cstdio>

#include <CLI/App.hpp>

#include <QFile>

#include "cli/hexinput.h"

namespace Halyard::Cli {
namespace {

Result<QByteArray> fromHex(const std::string &text)
{
    HexInput hex;
    auto bytes = hex.feed(text);
    const auto finished = bytes ? hex.finish() : failure(bytes.error());
    if (finished)
        return bytes;
    const auto &error = finished.error();
    return failure(error.code(), error.origin(), QStringLiteral("--hex: %1").arg(error.detail()));
}

Result<QByteArray> fromFile(const std::string &path, qsizetype maxBytes)
{
    QFile file(QString::fromStdString(path));
    const bool open = path == "-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    const auto failed = [&file, &path] {
        return failure(ErrorCode::FileFailed, ErrorOrigin::Local,
            QStringLiteral("%1: %2").arg(QString::fromStdString(path), file.errorString()));
    };
    if (!open)
        return failed();
    // One byte more than may be sent shows that it is too much; a file without end is not read to its end.
    QByteArray bytes;
    while (bytes.size() <= maxBytes) {
        const auto chunk = file.read(maxBytes + 1 - bytes.size());
        if (chunk.isEmpty())
            break;
        bytes += chunk;
    }
    if (file.error() != QFileDevice::NoError)
        return failed();
    return bytes;
}

} // namespace

void PayloadSource::declare(CLI::App &command)
{
    auto *data = command.add_option("--data", m_data, "Payload as text")->type_name("TEXT");
    auto *hex = command.add_option("--hex", m_hex, "Payload as hexadecimal digits")->type_name("HEX");
    auto *file
        = command.add_option("--file", m_file, "Payload from a file; - is standard input")->type_name("FILE");
    auto *input = command.add_option("INPUT", m_positional, "- takes the payload from standard input")
                      ->type_name("")
                      ->check(CLI::IsMember({"-"}).description(""));
    for (auto *one : {data, hex, file, input}) {
        for (auto *other : {data, hex, file, input}) {
            if (one != other)
                one->excludes(other);
        }
    }
}

Result<QByteArray> PayloadSource::read(qsizetype maxBytes) const
{
    auto payload = !m_hex.empty() ? fromHex(m_hex)
        : !m_file.empty()         ? fromFile(m_file, maxBytes)
        : !m_positional.empty()   ? fromFile(m_positional, maxBytes)
                                  : Result<QByteArray>(QByteArray::fromStdString(m_data));
    if (payload && payload->size() > maxBytes)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            QStringLiteral("the payload has more than %1 bytes").arg(maxBytes));
    return payload;
}

} // namespace Halyard::Cli
