// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>

namespace Halyard::Inspector {

/// What is wrong with a filter, and where: characters of the text.
struct FilterError {
    qsizetype position = 0;
    qsizetype length = 0;
    QString message; ///< a sentence for people, translated
    [[nodiscard]] bool isEmpty() const { return message.isEmpty(); }
};

struct FilterToken {
    enum class Kind : quint8 {
        Word,     ///< a field, a value without quotes, and, or, not, in, matches, true, false
        Number,   ///< value in `number`; 1k, 64KiB, 0x1f, 2.5, 10ms (in seconds)
        String,   ///< content in `text`
        Operator, ///< == != < <= > >= ~ !~
        Open,
        Close,
        Comma,
        End,
    };
    Kind kind = Kind::End;
    QString text; ///< as written; of a String without quotes and escapes
    double number = 0;
    bool isTime = false; ///< a Number with ns, us, ms or s
    qsizetype position = 0;
    qsizetype length = 0;

    [[nodiscard]] bool isWord(QLatin1StringView word) const
    {
        return kind == Kind::Word && text.compare(word, Qt::CaseInsensitive) == 0;
    }
    [[nodiscard]] bool isOperator(QLatin1StringView name) const
    {
        return kind == Kind::Operator && text == name;
    }
};

/// The words of a filter, ended by one of kind End. At the first thing that is no word of the language the
/// list ends and `error` says why.
[[nodiscard]] QList<FilterToken> lexFilter(const QString &text, FilterError &error);

} // namespace Halyard::Inspector
