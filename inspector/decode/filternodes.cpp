// SPDX-License-Identifier: MIT
#include "decode/filternodes_p.h"

#include <algorithm>

namespace Halyard::Inspector::FilterNodes {

using Node = FilterExpression::Node;
using Type = FilterField::Type;

namespace {

class Both final : public Node
{
public:
    Both(Pointer left, Pointer right)
        : m_left(std::move(left))
        , m_right(std::move(right))
    { }
    bool passes(const FilterSubject &subject) const override
    {
        return m_left->passes(subject) && m_right->passes(subject);
    }

private:
    const Pointer m_left;
    const Pointer m_right;
};

class Negated final : public Node
{
public:
    explicit Negated(Pointer inner)
        : m_inner(std::move(inner))
    { }
    bool passes(const FilterSubject &subject) const override { return !m_inner->passes(subject); }

private:
    const Pointer m_inner;
};

class Flag final : public Node
{
public:
    explicit Flag(FilterFieldId field)
        : m_field(field)
    { }
    bool passes(const FilterSubject &subject) const override { return subject.flag(m_field); }

private:
    const FilterFieldId m_field;
};

template <class T>
bool compareOrdered(const T &left, Compare compare, const T &right)
{
    switch (compare) {
    case Compare::Equal:
        return left == right;
    case Compare::Unequal:
        return left != right;
    case Compare::Less:
        return left < right;
    case Compare::LessOrEqual:
        return left <= right;
    case Compare::Greater:
        return left > right;
    case Compare::GreaterOrEqual:
        return left >= right;
    case Compare::Contains:
    case Compare::Matches:
        break;
    }
    return false;
}

bool compareText(const QString &text, Compare compare, const Operand &operand)
{
    switch (compare) {
    case Compare::Contains:
        return text.contains(operand.text, Qt::CaseInsensitive);
    case Compare::Matches:
        return operand.pattern.match(text).hasMatch();
    case Compare::Unequal:
        return text.compare(operand.text, Qt::CaseInsensitive) != 0;
    default:
        return text.compare(operand.text, Qt::CaseInsensitive) == 0;
    }
}

/// The number that a value begins with: values of fields are for people ("DATA (3)", "31 (0x1f)").
std::optional<double> leadingNumber(const QString &value)
{
    qsizetype end = 0;
    while (end < value.size()
        && (value[end].isDigit() || value[end] == u'.' || (end == 0 && value[end] == u'-')))
        ++end;
    bool ok = false;
    const double number = value.left(end).toDouble(&ok);
    const bool isHex = value.startsWith(QLatin1StringView("0x"));
    if (ok && (end != 1 || !isHex))
        return number;
    if (isHex) {
        const auto hex = value.mid(2).section(u' ', 0, 0).toULongLong(&ok, 16);
        if (ok)
            return double(hex);
    }
    return std::nullopt;
}

/// Compares a value of the tree in the way the operand suggests.
bool compareAny(const QString &value, Compare compare, const Operand &operand)
{
    if (operand.number) {
        const auto number = leadingNumber(value);
        if (number)
            return compareOrdered(*number, compare, *operand.number);
    }
    if (compare == Compare::Equal || compare == Compare::Unequal) {
        // "DATA" finds "DATA (3)", and quotes of text values need not be typed.
        QString bare = value.section(QLatin1StringView(" ("), 0, 0);
        if (value.size() >= 2 && value.startsWith(u'"') && value.endsWith(u'"'))
            bare = value.mid(1, value.size() - 2);
        const bool same
            = compareText(value, Compare::Equal, operand) || compareText(bare, Compare::Equal, operand);
        return same == (compare == Compare::Equal);
    }
    return (compare == Compare::Contains || compare == Compare::Matches)
        && compareText(value, compare, operand);
}

class Comparison final : public Node
{
public:
    Comparison(const FilterField &field, QString treeName, Compare compare, Operand operand)
        : m_field(field)
        , m_treeName(std::move(treeName))
        , m_compare(compare)
        , m_operand(std::move(operand))
    { }

    bool passes(const FilterSubject &subject) const override
    {
        switch (m_field.type) {
        case Type::Number:
        case Type::Time: {
            const auto number = subject.number(m_field.id);
            return number && compareOrdered(*number, m_compare, *m_operand.number);
        }
        case Type::Choice:
            return compareOrdered(double(subject.choice(m_field.id)), m_compare, *m_operand.number);
        case Type::Flag:
            return subject.flag(m_field.id) == ((*m_operand.number != 0) == (m_compare == Compare::Equal));
        case Type::Text:
            return compareText(subject.text(m_field.id), m_compare, m_operand);
        case Type::Bytes: {
            const QByteArray bytes = subject.bytes(m_field.id);
            if (m_compare == Compare::Contains)
                return bytes.contains(m_operand.bytes);
            return (bytes == m_operand.bytes) == (m_compare == Compare::Equal);
        }
        case Type::Any: {
            const QStringList values = subject.treeValues(m_treeName);
            return std::any_of(values.begin(), values.end(),
                [this](const QString &value) { return compareAny(value, m_compare, m_operand); });
        }
        }
        return false;
    }

private:
    const FilterField m_field;
    const QString m_treeName;
    const Compare m_compare;
    const Operand m_operand;
};

class Present final : public Node
{
public:
    Present(const FilterField &field, QString treeName)
        : m_field(field)
        , m_treeName(std::move(treeName))
    { }

    bool passes(const FilterSubject &subject) const override
    {
        switch (m_field.type) {
        case Type::Number:
        case Type::Time:
            return subject.number(m_field.id).has_value();
        case Type::Text:
            return !subject.text(m_field.id).isEmpty();
        case Type::Bytes:
            return !subject.bytes(m_field.id).isEmpty();
        case Type::Any:
            return !subject.treeValues(m_treeName).isEmpty();
        case Type::Flag:
            return subject.flag(m_field.id);
        case Type::Choice:
            break;
        }
        return true;
    }

private:
    const FilterField m_field;
    const QString m_treeName;
};

} // namespace

Pointer both(Pointer left, Pointer right)
{
    return std::make_shared<Both>(std::move(left), std::move(right));
}

Pointer either(Pointer left, Pointer right)
{
    // By de Morgan, so that there is one kind of junction.
    return negated(both(negated(std::move(left)), negated(std::move(right))));
}

Pointer negated(Pointer inner) { return std::make_shared<Negated>(std::move(inner)); }

Pointer flag(FilterFieldId field) { return std::make_shared<Flag>(field); }

Pointer comparison(const FilterField &field, const QString &treeName, Compare compare, Operand operand)
{
    return std::make_shared<Comparison>(field, treeName, compare, std::move(operand));
}

Pointer present(const FilterField &field, const QString &treeName)
{
    return std::make_shared<Present>(field, treeName);
}

} // namespace Halyard::Inspector::FilterNodes
