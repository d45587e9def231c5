// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <QMetaEnum>
#include <QMetaProperty>
#include <QMetaType>

#include "endpoint/result.h"

namespace Halyard {

/// What a type looks like to a format whose bytes do not say it: made once for a whole document.
struct StructShape {
    enum class Kind : quint8 {
        Boolean,
        Number, ///< as many bytes as the type has
        Character,
        Text,
        Bytes,
        Enumeration,
        Structure,
        Optional,
        List,
    };

    Kind kind = Kind::Boolean;
    QMetaType type;
    std::vector<StructShape> parts;    ///< of the fields, or of what an optional or a list holds
    std::vector<QMetaProperty> fields; ///< of a structure
    QMetaEnum names;                   ///< of an enumeration

    /// In an rkyv archive, without what lies elsewhere.
    [[nodiscard]] qsizetype rkyvBytes() const;
};

/// Fails with InvalidArgument for a type that has no such shape, and for one that contains itself.
[[nodiscard]] Result<StructShape> shapeOf(QMetaType type, int maxDepth);

} // namespace Halyard
