// SPDX-License-Identifier: MIT
#include "decode/safetext.h"

#include <QChar>

namespace Halyard::Inspector {

namespace {

void appendEscaped(QString &out, char32_t character)
{
    switch (character) {
    case U'\n':
        out += QStringLiteral("\\n");
        return;
    case U'\r':
        out += QStringLiteral("\\r");
        return;
    case U'\t':
        out += QStringLiteral("\\t");
        return;
    default:
        break;
    }
    if (character < 0x100)
        out += QStringLiteral("\\x%1").arg(uint(character), 2, 16, QLatin1Char('0'));
    else
        out += QStringLiteral("\\u{%1}").arg(uint(character), 4, 16, QLatin1Char('0'));
}

QString escaped(QStringView text, qsizetype maxCharacters, bool keepLines)
{
    QString out;
    out.reserve(std::min(text.size(), maxCharacters) + 8);
    qsizetype count = 0;
    for (qsizetype at = 0; at < text.size(); ++at, ++count) {
        if (count == maxCharacters) {
            out += QChar(0x2026);
            break;
        }
        char32_t character = text[at].unicode();
        if (text[at].isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate())
            character = QChar::surrogateToUcs4(text[at], text[at + 1]);
        at += character > 0xFFFF ? 1 : 0;
        if (isHarmless(character) || (keepLines && (character == U'\n' || character == U'\t')))
            out += QStringView(QChar::fromUcs4(character));
        else
            appendEscaped(out, character);
    }
    return out;
}

} // namespace

bool isHarmless(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format: // bidi marks, zero-width joiners, byte order marks
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        // Hangul fillers are letters by category and show as nothing.
        return character != 0x115F && character != 0x1160 && character != 0x3164 && character != 0xFFA0;
    }
}

QString safeText(QStringView text, qsizetype maxCharacters) { return escaped(text, maxCharacters, false); }

QString safeLines(QStringView text, qsizetype maxCharacters) { return escaped(text, maxCharacters, true); }

QString asToolTip(const QString &safe)
{
    if (!safe.contains(u'<') && !safe.contains(u'&'))
        return safe;
    QString html = safe.toHtmlEscaped();
    return QStringLiteral("<qt>") + html.replace(u'\n', QStringLiteral("<br>")) + QStringLiteral("</qt>");
}

} // namespace Halyard::Inspector
