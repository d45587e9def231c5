// SPDX-License-Identifier: MIT
#include "decode/editableline.h"

#include <utility>

#include <QStringDecoder>

#include "decode/safetext.h"

namespace Halyard::Inspector {

namespace {

constexpr QChar NoBreakSpace(0xA0);

/// The hexadecimal number that `digits` is, as a character.
std::optional<char32_t> characterOf(QStringView digits)
{
    constexpr qsizetype MaxDigits = 6;
    for (const QChar digit : digits) {
        if (!digit.isDigit() && !(digit.toLower() >= u'a' && digit.toLower() <= u'f'))
            return std::nullopt; // signs and spaces would pass below
    }
    bool ok = false;
    const uint number = digits.size() <= MaxDigits ? digits.toUInt(&ok, 16) : 0;
    return ok && number <= QChar::LastValidCodePoint ? std::optional(char32_t(number)) : std::nullopt;
}

struct Escape {
    char32_t character = 0;
    bool asByte = false; ///< written as \x1b
};

/// Reads the escape at `at`, which is its backslash, and steps behind it.
std::optional<Escape> escapeAt(QStringView line, qsizetype &at)
{
    const QStringView rest = line.mid(at + 1);
    const QChar kind = rest.isEmpty() ? QChar() : rest[0];
    at += 2;
    if (kind == u'\\')
        return Escape {U'\\'};
    if (kind == u'n')
        return Escape {U'\n'};
    if (kind == u'r')
        return Escape {U'\r'};
    if (kind == u't')
        return Escape {U'\t'};
    std::optional<char32_t> character;
    if (kind == u'x' && rest.size() >= 3) {
        character = characterOf(rest.mid(1, 2));
        at += 2;
    } else if (const qsizetype end = rest.indexOf(u'}'); rest.startsWith(QStringLiteral("u{")) && end > 2) {
        character = characterOf(rest.mid(2, end - 2));
        at += end;
    }
    if (!character)
        return std::nullopt;
    return Escape {*character, kind == u'x'};
}

QString numberOf(QChar c) { return QStringLiteral("\\u{%1}").arg(uint(c.unicode()), 0, 16); }

/// Calls `plain` with each character that stands for itself and `escaped` with each escape.
template <class Plain, class Escaped>
bool readLine(QStringView line, qsizetype *wrongAt, const Plain &plain, const Escaped &escaped)
{
    for (qsizetype at = 0; at < line.size();) {
        if (line[at] != u'\\') {
            const qsizetype end = line.indexOf(u'\\', at);
            const QStringView run = line.mid(at, end < 0 ? -1 : end - at);
            plain(run);
            at += run.size();
            continue;
        }
        const qsizetype begin = at;
        const auto escape = escapeAt(line, at);
        if (!escape) {
            if (wrongAt)
                *wrongAt = begin;
            return false;
        }
        escaped(*escape);
    }
    return true;
}

} // namespace

QString editableLine(QStringView text)
{
    qsizetype first = 0;
    while (first < text.size() && text[first].isSpace())
        ++first;
    qsizetype end = text.size();
    while (end > first && text[end - 1].isSpace())
        --end;
    QString line;
    qsizetype plainFrom = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        const bool lost
            = c == NoBreakSpace || (c.category() == QChar::Separator_Space && (at < first || at >= end));
        if (c != u'\\' && !lost)
            continue;
        line += safeText(text.mid(plainFrom, at - plainFrom), text.size());
        line += lost ? numberOf(c) : QStringLiteral("\\\\");
        plainFrom = at + 1;
    }
    return line + safeText(text.mid(plainFrom), text.size());
}

std::optional<QString> fromEditableLine(QStringView line, qsizetype *wrongAt)
{
    QString text;
    const bool read = readLine(
        line, wrongAt, [&text](QStringView run) { text += run; },
        [&text](const Escape &escape) { text += QStringView(QChar::fromUcs4(escape.character)); });
    return read ? std::optional(text) : std::nullopt;
}

QString editableBytes(QByteArrayView bytes)
{
    QString line;
    qsizetype at = 0;
    QString run;
    const auto endRun = [&] { line += editableLine(std::exchange(run, {})); };
    while (at < bytes.size()) {
        // Of one character at most; what does not decode as a whole is taken byte by byte.
        QString character;
        qsizetype length = 1;
        for (; length <= 4 && at + length <= bytes.size(); ++length) {
            QStringDecoder decoder(QStringDecoder::Utf8,
                QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
            character = decoder(bytes.sliced(at, length));
            if (!decoder.hasError())
                break;
        }
        if (length > 4 || at + length > bytes.size()) {
            endRun();
            line += QStringLiteral("\\x%1").arg(uint(quint8(bytes[at++])), 2, 16, QLatin1Char('0'));
            continue;
        }
        at += length;
        const bool looksLikeByte
            = character.size() == 1 && character[0] >= QChar(0x80) && character[0] <= QChar(0xFF);
        if (looksLikeByte && !isHarmless(character[0].unicode())) {
            endRun();
            line += numberOf(character[0]);
        } else {
            run += character;
        }
    }
    endRun();
    return line;
}

std::optional<QByteArray> bytesFromEditableLine(QStringView line)
{
    QByteArray bytes;
    const bool read = readLine(
        line, nullptr, [&bytes](QStringView run) { bytes += run.toUtf8(); },
        [&bytes](const Escape &escape) {
            if (escape.asByte)
                bytes += char(escape.character);
            else
                bytes += QStringView(QChar::fromUcs4(escape.character)).toUtf8();
        });
    return read ? std::optional(bytes) : std::nullopt;
}

} // namespace Halyard::Inspector
