// SPDX-License-Identifier: MIT

#include "decode/copyformats.h"

#include <QJsonArray>
#include <QJsonDocument>

#include "wire/dissectionjson.h"
#include "wire/escape.h"

namespace Halyard::Inspector {

namespace {

constexpr qsizetype DumpColumns = 16;

QString hexDump(const QByteArray &bytes)
{
    QString out;
    for (qsizetype line = 0; line < bytes.size(); line += DumpColumns) {
        const QByteArray row = bytes.mid(line, DumpColumns);
        QString text;
        for (const char c : row)
            text += c >= 0x20 && c < 0x7F ? QChar::fromLatin1(c) : u'.';
        out += QStringLiteral("%1  %2  %3\n")
                   .arg(line, 8, 16, QLatin1Char('0'))
                   .arg(QString::fromLatin1(row.toHex(' ')), -int(DumpColumns * 3 - 1))
                   .arg(text);
    }
    return out;
}

QString cArray(const QByteArray &bytes)
{
    QString out = QStringLiteral("const unsigned char data[%1] = {").arg(bytes.size());
    for (qsizetype at = 0; at < bytes.size(); ++at) {
        out += at % DumpColumns == 0 ? QStringLiteral("\n    ") : QStringLiteral(" ");
        out += QStringLiteral("0x%1,").arg(quint8(bytes[at]), 2, 16, QLatin1Char('0'));
    }
    return out + QStringLiteral("\n};\n");
}

} // namespace

QString formatBytes(const QByteArray &bytes, CopyFormat format)
{
    switch (format) {
    case CopyFormat::Hex:
        return QString::fromLatin1(bytes.toHex(' '));
    case CopyFormat::HexDump:
        return hexDump(bytes);
    case CopyFormat::EscapedText:
        return QString::fromStdString(
            Wire::escapeText(std::string_view(bytes.constData(), std::size_t(bytes.size()))));
    case CopyFormat::CArray:
        return cArray(bytes);
    case CopyFormat::Json:
        break;
    }
    QJsonArray numbers;
    for (const char c : bytes)
        numbers.append(quint8(c));
    return QString::fromUtf8(QJsonDocument(numbers).toJson(QJsonDocument::Compact));
}

QString formatField(const Wire::Dissection &dissection, const Wire::Field &field)
{
    Wire::Dissection part = dissection;
    part.root = field;
    return formatDissection(part);
}

QString formatDissection(const Wire::Dissection &dissection)
{
    // The project's one line of JSON, spread over several for people.
    const auto json = QJsonDocument::fromJson(QByteArray::fromStdString(Wire::toJson(dissection)));
    return QString::fromUtf8(json.toJson(QJsonDocument::Indented));
}

std::optional<QByteArray> bytesFromHex(const QString &text, qsizetype *wrongAt)
{
    QByteArray bytes;
    int high = -1;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        const bool separator = c.isSpace() || c == u':' || c == u',' || c == u'-' || c == u'\\';
        const bool prefix
            = high < 0 && c == u'0' && at + 1 < text.size() && (text[at + 1] == u'x' || text[at + 1] == u'X');
        if (prefix) {
            ++at;
            continue;
        }
        if (separator && high < 0)
            continue;
        const int digit = c.unicode() < 0x80 ? QByteArray(1, c.toLatin1()).toInt(nullptr, 16) : 0;
        const bool isDigit = digit > 0 || c == u'0';
        if (!isDigit) {
            if (wrongAt)
                *wrongAt = at;
            return std::nullopt;
        }
        if (high < 0) {
            high = digit;
        } else {
            bytes.append(char(high * 16 + digit));
            high = -1;
        }
    }
    if (high >= 0) {
        if (wrongAt)
            *wrongAt = text.size() - 1;
        return std::nullopt;
    }
    return bytes;
}

} // namespace Halyard::Inspector
