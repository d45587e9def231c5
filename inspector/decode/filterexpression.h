// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include <QByteArray>
#include <QString>

#include "decode/filterfields.h"
#include "decode/filterlexer.h"

namespace Halyard::Inspector {

/// The frame that a filter is asked about.
class FilterSubject
{
public:
    virtual ~FilterSubject() = default;
    /// Nothing where the frame has no such thing (`id` of a frame without one). Times are in seconds.
    [[nodiscard]] virtual std::optional<double> number(FilterFieldId field) const = 0;
    [[nodiscard]] virtual QString text(FilterFieldId field) const = 0;
    /// The index among the field's choices.
    [[nodiscard]] virtual int choice(FilterFieldId field) const = 0;
    [[nodiscard]] virtual bool flag(FilterFieldId field) const = 0;
    [[nodiscard]] virtual QByteArray bytes(FilterFieldId field) const = 0;
    /// The values of all fields of the tree with that name.
    [[nodiscard]] virtual QStringList treeValues(const QString &name) const = 0;
};

/// A filter that was understood. A value; any thread may ask it.
///   filter     = or
///   or         = and { ("or" | "||") and }
///   and        = not { ("and" | "&&") not }
///   not        = ("not" | "!") not | "(" or ")" | comparison
///   comparison = field [ operator value | ["not"] "in" "(" value { "," value } ")" ]
///   operator   = "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~" | "matches"
/// `~` looks for a part and takes upper and lower case alike; `matches` takes a regular expression.
class FilterExpression
{
public:
    static constexpr qsizetype MaxCharacters = 4'096;

    class Node;

    /// Lets everything pass.
    FilterExpression() = default;
    /// Nothing, and the reason in `error`, where the text is not understood. A blank text passes everything.
    [[nodiscard]] static std::optional<FilterExpression> parse(const QString &text, FilterError &error);

    [[nodiscard]] bool isEmpty() const noexcept { return m_root == nullptr; }
    [[nodiscard]] bool passes(const FilterSubject &subject) const;
    /// Whether it looks at more than the facts of a frame.
    [[nodiscard]] bool needsRecord() const noexcept { return m_needsRecord; }
    /// Whether its answer may change when this is set on a frame.
    [[nodiscard]] bool uses(FilterFieldId field) const;

private:
    std::shared_ptr<const Node> m_root;
    bool m_needsRecord = false;
    quint32 m_used = 0; ///< a bit for each FilterFieldId
};

} // namespace Halyard::Inspector
