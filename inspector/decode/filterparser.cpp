// SPDX-License-Identifier: MIT
#include <QCoreApplication>

#include "decode/copyformats.h"
#include "decode/filternodes_p.h"

namespace Halyard::Inspector {

using namespace FilterNodes;
using namespace Qt::StringLiterals;
using Type = FilterField::Type;
using Kind = FilterToken::Kind;

namespace {

constexpr int MaxDepth = 64;

QString message(const char *text) { return QCoreApplication::translate("Filter", text); }

class Parser
{
public:
    Parser(const QList<FilterToken> &tokens, FilterError &error)
        : m_tokens(tokens)
        , m_error(error)
    { }

    Pointer whole()
    {
        Pointer root = disjunction(0);
        if (root && peek().kind != Kind::End) {
            return fail(peek(),
                peek().kind == Kind::Close
                    ? message(QT_TRANSLATE_NOOP("Filter", "This bracket was never opened."))
                    : message(QT_TRANSLATE_NOOP("Filter", "Here “and” or “or” is missing.")));
        }
        return root;
    }
    [[nodiscard]] bool needsRecord() const { return m_needsRecord; }
    [[nodiscard]] quint32 used() const { return m_used; }

private:
    [[nodiscard]] const FilterToken &peek() const { return m_tokens[m_at]; }
    const FilterToken &take() { return m_tokens[peek().kind == Kind::End ? m_at : m_at++]; }
    Pointer fail(const FilterToken &where, const QString &why)
    {
        if (m_error.isEmpty())
            m_error = {where.position, where.length, why};
        return nullptr;
    }

    Pointer disjunction(int depth)
    {
        Pointer left = conjunction(depth);
        while (left && peek().isWord("or"_L1)) {
            take();
            Pointer right = conjunction(depth);
            left = right ? either(std::move(left), std::move(right)) : nullptr;
        }
        return left;
    }

    Pointer conjunction(int depth)
    {
        Pointer left = negation(depth);
        while (left && peek().isWord("and"_L1)) {
            take();
            Pointer right = negation(depth);
            left = right ? both(std::move(left), std::move(right)) : nullptr;
        }
        return left;
    }

    Pointer negation(int depth)
    {
        if (depth == MaxDepth)
            return fail(peek(), message(QT_TRANSLATE_NOOP("Filter", "Too many brackets inside each other.")));
        if (peek().isWord("not"_L1)) {
            take();
            Pointer inner = negation(depth + 1);
            return inner ? negated(std::move(inner)) : nullptr;
        }
        if (peek().kind != Kind::Open)
            return term();
        const FilterToken open = take();
        Pointer inner = disjunction(depth + 1);
        if (inner && peek().kind != Kind::Close)
            return fail(peek().kind == Kind::End ? open : peek(),
                peek().kind == Kind::End
                    ? message(QT_TRANSLATE_NOOP("Filter", "This bracket is never closed."))
                    : message(
                        QT_TRANSLATE_NOOP("Filter", "Here “and”, “or” or a closing bracket is missing.")));
        take();
        return inner;
    }

    Pointer term()
    {
        const FilterToken name = take();
        if (name.kind == Kind::End)
            return fail(name,
                message(QT_TRANSLATE_NOOP("Filter", "Here a field is missing, for example type or size.")));
        const FilterField *field = name.kind == Kind::Word ? findFilterField(name.text) : nullptr;
        if (!field)
            return unknownField(name);
        m_used |= 1U << unsigned(field->id);
        m_needsRecord |= field->needsRecord;
        const QString treeName = field->type == Type::Any ? name.text.mid(TreeFieldPrefix.size()) : QString();

        if (peek().isWord("in"_L1) || peek().isWord("not"_L1)) {
            const bool negative = take().isWord("not"_L1);
            if (negative && !peek().isWord("in"_L1))
                return fail(
                    peek(), message(QT_TRANSLATE_NOOP("Filter", "After “not” here, “in (…)” is missing.")));
            if (negative)
                take();
            Pointer found = oneOf(*field, treeName);
            return found && negative ? negated(std::move(found)) : found;
        }
        if (peek().kind == Kind::Operator || peek().isWord("matches"_L1) || peek().isWord("contains"_L1))
            return compare(*field, treeName, take());
        if (field->type == Type::Choice)
            return fail(peek().kind == Kind::End ? name : peek(),
                message(QT_TRANSLATE_NOOP("Filter", "“%1” wants a comparison, for example %1 == %2."))
                    .arg(field->name, field->choices.last()));
        return field->type == Type::Flag ? flag(field->id) : present(*field, treeName);
    }

    Pointer unknownField(const FilterToken &name)
    {
        if (name.kind != Kind::Word)
            return fail(name,
                message(QT_TRANSLATE_NOOP(
                    "Filter", "A comparison begins with a field, for example type or size.")));
        const QString nearest = nearestFilterField(name.text);
        if (nearest.isEmpty())
            return fail(name,
                message(QT_TRANSLATE_NOOP(
                            "Filter", "There is no field “%1”. Fields of the tree are written field.%1."))
                    .arg(name.text));
        return fail(name,
            message(QT_TRANSLATE_NOOP("Filter", "There is no field “%1”. Did you mean “%2”?"))
                .arg(name.text, nearest));
    }

    Pointer oneOf(const FilterField &field, const QString &treeName)
    {
        if (take().kind != Kind::Open)
            return fail(m_tokens[m_at - 1],
                message(QT_TRANSLATE_NOOP("Filter", "After “in” follow values in brackets: (a, b).")));
        Pointer any;
        for (;;) {
            Pointer one = value(field, treeName, Compare::Equal, take());
            if (!one)
                return nullptr;
            any = any ? either(std::move(any), std::move(one)) : std::move(one);
            const FilterToken &next = take();
            if (next.kind == Kind::Close)
                return any;
            if (next.kind != Kind::Comma)
                return fail(next,
                    message(QT_TRANSLATE_NOOP("Filter", "Here a comma or a closing bracket is missing.")));
        }
    }

    Pointer compare(const FilterField &field, const QString &treeName, const FilterToken &symbol)
    {
        static const QHash<QString, Compare> meanings {{u"=="_s, Compare::Equal}, {u"!="_s, Compare::Unequal},
            {u"<"_s, Compare::Less}, {u"<="_s, Compare::LessOrEqual}, {u">"_s, Compare::Greater},
            {u">="_s, Compare::GreaterOrEqual}, {u"~"_s, Compare::Contains}, {u"!~"_s, Compare::Contains},
            {u"contains"_s, Compare::Contains}, {u"matches"_s, Compare::Matches}};
        const Compare meaning = meanings.value(symbol.text.toLower());
        if (!allows(field, meaning))
            return fail(symbol,
                message(QT_TRANSLATE_NOOP("Filter", "“%1” cannot be compared with %2."))
                    .arg(field.type == Type::Any ? u"field."_s + treeName : field.name, symbol.text));
        Pointer found = value(field, treeName, meaning, take());
        return found && symbol.text == u"!~" ? negated(std::move(found)) : found;
    }

    static bool allows(const FilterField &field, Compare compare)
    {
        const bool isSearch = compare == Compare::Contains || compare == Compare::Matches;
        const bool isEquality = compare == Compare::Equal || compare == Compare::Unequal;
        switch (field.type) {
        case Type::Number:
        case Type::Time:
            return !isSearch;
        case Type::Text:
            return isSearch || isEquality;
        case Type::Choice:
            return isEquality || (!isSearch && field.id == FilterFieldId::Severity);
        case Type::Flag:
            return isEquality;
        case Type::Bytes:
            return isEquality || compare == Compare::Contains;
        case Type::Any:
            return true;
        }
        return false;
    }

    Pointer value(
        const FilterField &field, const QString &treeName, Compare meaning, const FilterToken &token)
    {
        if (token.kind != Kind::Word && token.kind != Kind::Number && token.kind != Kind::String)
            return fail(token, message(QT_TRANSLATE_NOOP("Filter", "Here a value is missing.")));
        Operand operand;
        operand.text = token.text;
        if (token.kind == Kind::Number)
            operand.number = token.number;
        switch (field.type) {
        case Type::Number:
        case Type::Time:
            if (token.kind != Kind::Number || (token.isTime && field.type == Type::Number))
                return fail(token,
                    message(QT_TRANSLATE_NOOP("Filter", "“%1” is a number; “%2” is none."))
                        .arg(field.name, token.text));
            break;
        case Type::Choice: {
            const auto index = field.choices.indexOf(token.text.toLower());
            if (index < 0)
                return fail(token,
                    message(QT_TRANSLATE_NOOP("Filter", "“%1” is one of %2."))
                        .arg(field.name, field.choices.join(u", "_s)));
            operand.number = double(index);
            break;
        }
        case Type::Flag:
            if (!token.isWord("true"_L1) && !token.isWord("false"_L1))
                return fail(
                    token, message(QT_TRANSLATE_NOOP("Filter", "“%1” is true or false.")).arg(field.name));
            operand.number = token.isWord("true"_L1) ? 1 : 0;
            break;
        case Type::Bytes:
            operand.bytes = token.text.toUtf8();
            if (token.kind == Kind::Number && token.text.startsWith("0x"_L1)) {
                const auto bytes = bytesFromHex(token.text);
                if (!bytes)
                    return fail(token,
                        message(QT_TRANSLATE_NOOP("Filter", "Bytes have two hexadecimal digits each.")));
                operand.bytes = *bytes;
            }
            break;
        case Type::Text:
        case Type::Any:
            break;
        }
        if (meaning == Compare::Matches) {
            operand.pattern = QRegularExpression(token.text, QRegularExpression::CaseInsensitiveOption);
            if (!operand.pattern.isValid())
                return fail(token,
                    message(QT_TRANSLATE_NOOP("Filter", "This regular expression is wrong: %1."))
                        .arg(operand.pattern.errorString()));
        }
        return comparison(field, treeName, meaning, std::move(operand));
    }

    const QList<FilterToken> &m_tokens;
    FilterError &m_error;
    qsizetype m_at = 0;
    bool m_needsRecord = false;
    quint32 m_used = 0;
};

} // namespace

std::optional<FilterExpression> FilterExpression::parse(const QString &text, FilterError &error)
{
    error = {};
    if (text.size() > MaxCharacters) {
        error = {MaxCharacters, text.size() - MaxCharacters,
            message(QT_TRANSLATE_NOOP("Filter", "The filter is too long."))};
        return std::nullopt;
    }
    if (text.trimmed().isEmpty())
        return FilterExpression();
    const QList<FilterToken> tokens = lexFilter(text, error);
    if (!error.isEmpty())
        return std::nullopt;
    Parser parser(tokens, error);
    FilterExpression expression;
    expression.m_root = parser.whole();
    expression.m_needsRecord = parser.needsRecord();
    expression.m_used = parser.used();
    if (!expression.m_root)
        return std::nullopt;
    return expression;
}

bool FilterExpression::passes(const FilterSubject &subject) const
{
    return !m_root || m_root->passes(subject);
}

bool FilterExpression::uses(FilterFieldId field) const { return (m_used >> unsigned(field)) & 1; }

} // namespace Halyard::Inspector
