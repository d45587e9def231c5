// SPDX-License-Identifier: MIT
#include "decode/editableline.h"

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

/// Reads the escape at `at`, which is its backslash, and steps behind it.
std::optional<QString> escapeAt(QStringView line, qsizetype &at)
{
    const QStringView rest = line.mid(at + 1);
    const QChar kind = rest.isEmpty() ? QChar() : rest[0];
    at += 2;
    if (kind == u'\\')
        return QStringLiteral("\\");
    if (kind == u'n')
        return QStringLiteral("\n");
    if (kind == u'r')
        return QStringLiteral("\r");
    if (kind == u't')
        return QStringLiteral("\t");
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
    return QStringView(QChar::fromUcs4(*character)).toString();
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
    const auto number = [](QChar c) { return QStringLiteral("\\u{%1}").arg(uint(c.unicode()), 0, 16); };
    QString line;
    qsizetype plainFrom = 0;
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text[at];
        const bool lost
            = c == NoBreakSpace || (c.category() == QChar::Separator_Space && (at < first || at >= end));
        if (c != u'\\' && !lost)
            continue;
        line += safeText(text.mid(plainFrom, at - plainFrom), text.size());
        line += lost ? number(c) : QStringLiteral("\\\\");
        plainFrom = at + 1;
    }
    return line + safeText(text.mid(plainFrom), text.size());
}

std::optional<QString> fromEditableLine(QStringView line, qsizetype *wrongAt)
{
    QString text;
    for (qsizetype at = 0; at < line.size();) {
        if (line[at] != u'\\') {
            text += line[at++];
            continue;
        }
        const qsizetype begin = at;
        const auto escape = escapeAt(line, at);
        if (!escape) {
            if (wrongAt)
                *wrongAt = begin;
            return std::nullopt;
        }
        text += *escape;
    }
    return text;
}

} // namespace Halyard::Inspector
