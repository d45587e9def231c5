// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <QRegularExpression>

#include "decode/filterexpression.h"

namespace Halyard::Inspector {

class FilterExpression::Node
{
public:
    virtual ~Node() = default;
    [[nodiscard]] virtual bool passes(const FilterSubject &subject) const = 0;
};

namespace FilterNodes {

using Pointer = std::shared_ptr<const FilterExpression::Node>;

enum class Compare : quint8 { Equal, Unequal, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, Matches };

/// One value of a comparison, prepared for the type of its field.
struct Operand {
    QString text;
    QByteArray bytes;
    std::optional<double> number;
    QRegularExpression pattern;
};

[[nodiscard]] Pointer both(Pointer left, Pointer right);
[[nodiscard]] Pointer either(Pointer left, Pointer right);
[[nodiscard]] Pointer negated(Pointer inner);
[[nodiscard]] Pointer flag(FilterFieldId field);
/// `treeName` is what follows `field.`; a comparison with a tree passes if any value of that name does.
[[nodiscard]] Pointer comparison(
    const FilterField &field, const QString &treeName, Compare compare, Operand operand);
/// Any value at all: `id`, `field.x`.
[[nodiscard]] Pointer present(const FilterField &field, const QString &treeName);

} // namespace FilterNodes
} // namespace Halyard::Inspector
