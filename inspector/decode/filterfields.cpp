// SPDX-License-Identifier: MIT
#include "decode/filterfields.h"

#include <array>
#include <utility>

#include <QCoreApplication>

namespace Halyard::Inspector {

using namespace Qt::StringLiterals;
using Id = FilterFieldId;
using Type = FilterField::Type;

namespace {

QString describe(const char *text) { return QCoreApplication::translate("FilterField", text); }

/// Other spellings that people try.
constexpr std::array<std::pair<QLatin1StringView, QLatin1StringView>, 8> Aliases {{
    {"conn"_L1, "connection"_L1},
    {"no"_L1, "number"_L1},
    {"direction"_L1, "dir"_L1},
    {"length"_L1, "size"_L1},
    {"len"_L1, "size"_L1},
    {"proto"_L1, "protocol"_L1},
    {"mark"_L1, "marked"_L1},
    {"data"_L1, "bytes"_L1},
}};

qsizetype distance(const QString &left, const QString &right)
{
    QList<qsizetype> row(right.size() + 1);
    for (qsizetype j = 0; j <= right.size(); ++j)
        row[j] = j;
    for (qsizetype i = 1; i <= left.size(); ++i) {
        qsizetype diagonal = std::exchange(row[0], i);
        for (qsizetype j = 1; j <= right.size(); ++j) {
            const qsizetype changed = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.last();
}

} // namespace

const QList<FilterField> &filterFields()
{
    static const QList<FilterField> fields {
        {Id::Type, u"type"_s, Type::Text, describe(QT_TRANSLATE_NOOP("FilterField", "type of the frame")), {},
            false},
        {Id::Route, u"route"_s, Type::Text,
            describe(QT_TRANSLATE_NOOP("FilterField", "where a message goes")), {}, false},
        {Id::Direction, u"dir"_s, Type::Choice,
            describe(QT_TRANSLATE_NOOP("FilterField", "in or out, as we see it")), {u"in"_s, u"out"_s},
            false},
        {Id::Size, u"size"_s, Type::Number, describe(QT_TRANSLATE_NOOP("FilterField", "bytes of the frame")),
            {}, false},
        {Id::Connection, u"connection"_s, Type::Number,
            describe(QT_TRANSLATE_NOOP("FilterField", "number in the list of connections")), {}, false},
        {Id::Severity, u"severity"_s, Type::Choice,
            describe(QT_TRANSLATE_NOOP("FilterField", "the worst that was found")),
            {u"none"_s, u"note"_s, u"warning"_s, u"error"_s}, false},
        {Id::Problem, u"problem"_s, Type::Flag,
            describe(QT_TRANSLATE_NOOP("FilterField", "a warning or an error was found")), {}, false},
        {Id::Kind, u"kind"_s, Type::Choice, describe(QT_TRANSLATE_NOOP("FilterField", "part in a call")),
            {u"plain"_s, u"request"_s, u"answer"_s}, false},
        {Id::Id, u"id"_s, Type::Number, describe(QT_TRANSLATE_NOOP("FilterField", "id of a request")), {},
            false},
        {Id::Re, u"re"_s, Type::Number,
            describe(QT_TRANSLATE_NOOP("FilterField", "id of the request that is answered")), {}, false},
        {Id::Answered, u"answered"_s, Type::Flag,
            describe(
                QT_TRANSLATE_NOOP("FilterField", "a request with an answer, or an answer with its request")),
            {}, false},
        {Id::Duration, u"duration"_s, Type::Time,
            describe(QT_TRANSLATE_NOOP("FilterField", "from request to answer, e.g. 5ms")), {}, false},
        {Id::Number, u"number"_s, Type::Number,
            describe(QT_TRANSLATE_NOOP("FilterField", "number of the frame")), {}, false},
        {Id::Time, u"time"_s, Type::Time,
            describe(QT_TRANSLATE_NOOP("FilterField", "since the first frame, e.g. 2.5s")), {}, false},
        {Id::Protocol, u"protocol"_s, Type::Text, describe(QT_TRANSLATE_NOOP("FilterField", "protocol")), {},
            false},
        {Id::Transport, u"transport"_s, Type::Text, describe(QT_TRANSLATE_NOOP("FilterField", "tcp, tls, …")),
            {}, false},
        {Id::Peer, u"peer"_s, Type::Text,
            describe(QT_TRANSLATE_NOOP("FilterField", "the other side's address")), {}, false},
        {Id::Complete, u"complete"_s, Type::Flag,
            describe(QT_TRANSLATE_NOOP("FilterField", "no bytes are missing")), {}, false},
        {Id::Marked, u"marked"_s, Type::Flag, describe(QT_TRANSLATE_NOOP("FilterField", "marked by you")), {},
            false},
        {Id::Comment, u"comment"_s, Type::Text, describe(QT_TRANSLATE_NOOP("FilterField", "your comment")),
            {}, false},
        {Id::Summary, u"summary"_s, Type::Text,
            describe(QT_TRANSLATE_NOOP("FilterField", "the line in the list")), {}, true},
        {Id::Bytes, u"bytes"_s, Type::Bytes,
            describe(QT_TRANSLATE_NOOP("FilterField", "text or 0x… in the frame")), {}, true},
        {Id::Payload, u"payload"_s, Type::Bytes,
            describe(QT_TRANSLATE_NOOP("FilterField", "text or 0x… in the payload")), {}, true},
    };
    return fields;
}

const FilterField *findFilterField(const QString &name)
{
    static const FilterField tree {Id::Tree, QString(TreeFieldPrefix), Type::Any,
        describe(QT_TRANSLATE_NOOP("FilterField", "any field of the tree, by its name")), {}, true};
    if (name.startsWith(TreeFieldPrefix, Qt::CaseInsensitive) && name.size() > TreeFieldPrefix.size())
        return &tree;
    QString wanted = name.toLower();
    for (const auto &[alias, meaning] : Aliases) {
        if (wanted == alias)
            wanted = meaning;
    }
    for (const FilterField &field : filterFields()) {
        if (field.name == wanted)
            return &field;
    }
    return nullptr;
}

QString nearestFilterField(const QString &name)
{
    QString nearest;
    qsizetype best = 3; // more changes are another word
    for (const FilterField &field : filterFields()) {
        const qsizetype changes = distance(name.toLower(), field.name);
        if (changes < best && changes < field.name.size()) {
            best = changes;
            nearest = field.name;
        }
    }
    return nearest;
}

} // namespace Halyard::Inspector
