// SPDX-License-Identifier: MIT
#include "decode/filtercompletion.h"

#include "decode/filterfields.h"
#include "decode/filterlexer.h"

namespace Halyard::Inspector {

using namespace Qt::StringLiterals;
using Kind = FilterToken::Kind;

namespace {

bool isPartOfWord(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'.' || c == u'-' || c == u'/';
}

QString quotedIfNeeded(const QString &value)
{
    const bool isWord = !value.isEmpty() && (value[0].isLetter() || value[0] == u'_')
        && std::all_of(value.begin(), value.end(), isPartOfWord);
    if (isWord)
        return value;
    QString quoted = value;
    quoted.replace(u'\\', "\\\\"_L1).replace(u'"', "\\\""_L1);
    return u'"' + quoted + u'"';
}

QStringList fieldNames(const FilterVocabulary &vocabulary)
{
    QStringList names;
    for (const FilterField &field : filterFields())
        names << field.name;
    for (const QString &name : vocabulary.treeFields) {
        if (!name.isEmpty() && std::all_of(name.begin(), name.end(), isPartOfWord))
            names << TreeFieldPrefix + name;
    }
    names << u"not"_s;
    return names;
}

QStringList operatorsOf(const FilterField &field)
{
    switch (field.type) {
    case FilterField::Type::Number:
    case FilterField::Type::Time:
        return {u"=="_s, u"!="_s, u"<"_s, u"<="_s, u">"_s, u">="_s, u"in"_s};
    case FilterField::Type::Text:
        return {u"=="_s, u"!="_s, u"~"_s, u"!~"_s, u"matches"_s, u"in"_s};
    case FilterField::Type::Choice:
        return {u"=="_s, u"!="_s, u"in"_s};
    case FilterField::Type::Flag:
        return {u"and"_s, u"or"_s, u"=="_s};
    case FilterField::Type::Bytes:
        return {u"~"_s, u"=="_s, u"!="_s};
    case FilterField::Type::Any:
        return {u"=="_s, u"!="_s, u"~"_s, u">"_s, u"<"_s, u"matches"_s};
    }
    return {};
}

QStringList valuesOf(const FilterField &field, const FilterVocabulary &vocabulary)
{
    QStringList values = field.choices;
    if (field.type == FilterField::Type::Flag)
        values = {u"true"_s, u"false"_s};
    else if (field.id == FilterFieldId::Type)
        values = vocabulary.types;
    else if (field.id == FilterFieldId::Route)
        values = vocabulary.routes;
    else if (field.id == FilterFieldId::Protocol)
        values = vocabulary.protocols;
    for (QString &value : values)
        value = quotedIfNeeded(value);
    values.removeAll(u"\"\""_s);
    return values;
}

/// Goes through what stands before the cursor and keeps what may follow.
class Place
{
public:
    enum class Wants : quint8 { Field, Operator, Value, Junction };

    explicit Place(const QList<FilterToken> &tokens)
    {
        for (const FilterToken &token : tokens)
            step(token);
    }
    [[nodiscard]] Wants wants() const { return m_wants; }
    [[nodiscard]] const FilterField *field() const { return m_field; }

private:
    void step(const FilterToken &token)
    {
        switch (m_wants) {
        case Wants::Field:
            if (token.kind == Kind::Word && !token.isWord("not"_L1)) {
                m_field = findFilterField(token.text);
                m_wants = Wants::Operator;
            }
            break;
        case Wants::Operator:
            if (token.isWord("in"_L1))
                m_inList = true;
            if (token.kind == Kind::Operator || token.isWord("matches"_L1) || token.isWord("in"_L1))
                m_wants = Wants::Value;
            else if (token.isWord("and"_L1) || token.isWord("or"_L1))
                m_wants = Wants::Field;
            else if (token.kind == Kind::Close)
                m_wants = Wants::Junction;
            break;
        case Wants::Value:
            if (token.kind != Kind::Open)
                m_wants = Wants::Junction;
            break;
        case Wants::Junction:
            if (m_inList && token.kind == Kind::Comma)
                m_wants = Wants::Value;
            else if (m_inList && token.kind == Kind::Close)
                m_inList = false;
            else if (token.isWord("and"_L1) || token.isWord("or"_L1))
                m_wants = Wants::Field;
            break;
        }
    }

    Wants m_wants = Wants::Field;
    const FilterField *m_field = nullptr;
    bool m_inList = false;
};

} // namespace

FilterCompletion completeFilter(const QString &text, qsizetype cursor, const FilterVocabulary &vocabulary)
{
    FilterCompletion completion;
    completion.from = std::min(cursor, text.size());
    while (completion.from > 0 && isPartOfWord(text[completion.from - 1]))
        --completion.from;
    const qsizetype quote = completion.from - 1;
    if (quote >= 0 && text[quote] == u'"' && text.left(quote).count(u'"') % 2 == 0)
        completion.from = quote;
    completion.length = cursor - completion.from;

    FilterError error;
    QList<FilterToken> tokens = lexFilter(text.left(completion.from), error);
    if (!error.isEmpty())
        return completion;
    tokens.removeLast(); // the end
    const Place place(tokens);
    QStringList all;
    switch (place.wants()) {
    case Place::Wants::Field:
        all = fieldNames(vocabulary);
        break;
    case Place::Wants::Operator:
        if (place.field())
            all = operatorsOf(*place.field());
        break;
    case Place::Wants::Value:
        if (place.field())
            all = valuesOf(*place.field(), vocabulary);
        break;
    case Place::Wants::Junction:
        all = {u"and"_s, u"or"_s};
        break;
    }
    const QStringView begun = QStringView(text).mid(completion.from, completion.length);
    for (const QString &candidate : all) {
        const bool fits = candidate.startsWith(begun, Qt::CaseInsensitive) && candidate != begun;
        if (fits && !completion.candidates.contains(candidate)
            && completion.candidates.size() < FilterCompletion::MaxCandidates)
            completion.candidates << candidate;
    }
    return completion;
}

} // namespace Halyard::Inspector
