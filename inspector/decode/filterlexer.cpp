// SPDX-License-Identifier: MIT
#include "decode/filterlexer.h"

#include <QCoreApplication>

namespace Halyard::Inspector {

namespace {

struct Unit {
    QLatin1StringView name;
    double factor = 1;
    bool isTime = false;
};

constexpr Unit Units[] = {{QLatin1StringView("ns"), 1e-9, true}, {QLatin1StringView("us"), 1e-6, true},
    {QLatin1StringView("ms"), 1e-3, true}, {QLatin1StringView("s"), 1, true},
    {QLatin1StringView("k"), 1e3, false}, {QLatin1StringView("m"), 1e6, false},
    {QLatin1StringView("kib"), 1024, false}, {QLatin1StringView("mib"), 1024.0 * 1024, false}};

QString message(const char *text) { return QCoreApplication::translate("Filter", text); }

class Lexer
{
public:
    Lexer(const QString &text, FilterError &error)
        : m_text(text)
        , m_error(error)
    { }

    QList<FilterToken> run()
    {
        for (;;) {
            while (m_at < m_text.size() && m_text[m_at].isSpace())
                ++m_at;
            FilterToken token;
            token.position = m_at;
            if (m_at == m_text.size() || !next(token)) {
                m_tokens << token;
                return m_tokens;
            }
            token.length = m_at - token.position;
            m_tokens << token;
        }
    }

private:
    [[nodiscard]] QChar peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : QChar();
    }
    static bool isWordPart(QChar c)
    {
        return c.isLetterOrNumber() || c == u'_' || c == u'.' || c == u'-' || c == u'/';
    }
    bool fail(qsizetype position, qsizetype length, const QString &why)
    {
        m_error = {position, length, why};
        return false;
    }

    bool next(FilterToken &token)
    {
        const QChar c = peek();
        if (c == u'"' || c == u'\'')
            return string(token);
        if (c.isDigit())
            return number(token);
        if (c.isLetter() || c == u'_' || c == u'.') {
            while (isWordPart(peek()))
                ++m_at;
            token.kind = FilterToken::Kind::Word;
            token.text = m_text.mid(token.position, m_at - token.position);
            return true;
        }
        return symbol(token);
    }

    bool symbol(FilterToken &token)
    {
        struct Symbol {
            QLatin1StringView text;
            FilterToken::Kind kind = FilterToken::Kind::Operator;
            QLatin1StringView meaning;
        };
        using Kind = FilterToken::Kind;
        static constexpr Symbol Symbols[]
            = {{QLatin1StringView("=="), Kind::Operator, QLatin1StringView("==")},
                {QLatin1StringView("!="), Kind::Operator, QLatin1StringView("!=")},
                {QLatin1StringView("<="), Kind::Operator, QLatin1StringView("<=")},
                {QLatin1StringView(">="), Kind::Operator, QLatin1StringView(">=")},
                {QLatin1StringView("!~"), Kind::Operator, QLatin1StringView("!~")},
                {QLatin1StringView("&&"), Kind::Word, QLatin1StringView("and")},
                {QLatin1StringView("||"), Kind::Word, QLatin1StringView("or")},
                {QLatin1StringView("<"), Kind::Operator, QLatin1StringView("<")},
                {QLatin1StringView(">"), Kind::Operator, QLatin1StringView(">")},
                {QLatin1StringView("~"), Kind::Operator, QLatin1StringView("~")},
                {QLatin1StringView("!"), Kind::Word, QLatin1StringView("not")},
                {QLatin1StringView("("), Kind::Open, QLatin1StringView("(")},
                {QLatin1StringView(")"), Kind::Close, QLatin1StringView(")")},
                {QLatin1StringView(","), Kind::Comma, QLatin1StringView(",")}};
        for (const Symbol &symbol : Symbols) {
            if (QStringView(m_text).sliced(m_at).startsWith(symbol.text)) {
                token.kind = symbol.kind;
                token.text = symbol.meaning;
                m_at += symbol.text.size();
                return true;
            }
        }
        if (peek() == u'=')
            return fail(m_at, 1, message(QT_TRANSLATE_NOOP("Filter", "To compare, write == (two signs).")));
        return fail(m_at, 1,
            message(QT_TRANSLATE_NOOP("Filter", "“%1” has no meaning here; put text into quotes."))
                .arg(peek()));
    }

    bool string(FilterToken &token)
    {
        const QChar quote = peek();
        token.kind = FilterToken::Kind::String;
        for (++m_at; m_at < m_text.size(); ++m_at) {
            QChar c = m_text[m_at];
            if (c == quote) {
                ++m_at;
                return true;
            }
            if (c == u'\\' && m_at + 1 < m_text.size()) {
                c = m_text[++m_at];
                c = c == u'n' ? u'\n' : c == u't' ? u'\t' : c == u'r' ? u'\r' : c;
            }
            token.text += c;
        }
        return fail(token.position, m_text.size() - token.position,
            message(QT_TRANSLATE_NOOP("Filter", "The text that begins here has no closing quote.")));
    }

    bool number(FilterToken &token)
    {
        token.kind = FilterToken::Kind::Number;
        if (peek() == u'0' && (peek(1) == u'x' || peek(1) == u'X')) {
            m_at += 2;
            const qsizetype begin = m_at;
            while (peek().isDigit() || (peek().toLower() >= u'a' && peek().toLower() <= u'f'))
                ++m_at;
            token.text = m_text.mid(token.position, m_at - token.position);
            token.number = double(m_text.mid(begin, m_at - begin).toULongLong(nullptr, 16));
            if (m_at == begin || isWordPart(peek()))
                return failNumber(token);
            return true;
        }
        while (peek().isDigit() || (peek() == u'.' && peek(1).isDigit()))
            ++m_at;
        bool ok = false;
        token.number = m_text.mid(token.position, m_at - token.position).toDouble(&ok);
        const qsizetype unitAt = m_at;
        while (isWordPart(peek()))
            ++m_at;
        const QString unit = m_text.mid(unitAt, m_at - unitAt);
        token.text = m_text.mid(token.position, m_at - token.position);
        if (unit.isEmpty())
            return ok || failNumber(token);
        for (const Unit &known : Units) {
            if (ok && unit.compare(known.name, Qt::CaseInsensitive) == 0) {
                token.number *= known.factor;
                token.isTime = known.isTime;
                return true;
            }
        }
        return failNumber(token);
    }

    bool failNumber(const FilterToken &token)
    {
        return fail(token.position, m_at - token.position,
            message(QT_TRANSLATE_NOOP("Filter",
                        "“%1” is no number. Numbers may end with k, M, KiB, MiB, ns, us, ms or s; text that "
                        "begins with a digit needs quotes."))
                .arg(m_text.mid(token.position, m_at - token.position)));
    }

    const QString &m_text;
    FilterError &m_error;
    qsizetype m_at = 0;
    QList<FilterToken> m_tokens;
};

} // namespace

QList<FilterToken> lexFilter(const QString &text, FilterError &error) { return Lexer(text, error).run(); }

} // namespace Halyard::Inspector
