// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace Halyard::Inspector {

/// What a filter can ask of a frame.
enum class FilterFieldId : quint8 {
    Number,
    Time,
    Connection,
    Direction,
    Protocol,
    Transport,
    Peer,
    Type,
    Route,
    Id,
    Re,
    Size,
    Severity,
    Kind,
    Problem,
    Complete,
    Answered,
    Duration,
    Marked,
    Comment,
    Summary,
    Bytes,
    Payload,
    Tree, ///< `field.NAME`: any field of the tree
};

struct FilterField {
    enum class Type : quint8 { Number, Time, Text, Choice, Flag, Bytes, Any };
    FilterFieldId id;
    QString name;
    Type type;
    QString description; ///< translated
    QStringList choices; ///< of a Choice; in their order, which < and > use
    bool needsRecord;    ///< the frame's bytes are looked at, which may come from disk
};

/// All but `field.NAME`, in the order in which people are told of them.
[[nodiscard]] const QList<FilterField> &filterFields();
/// The field of that name, aliases and `field.NAME` included; nullptr if there is none.
[[nodiscard]] const FilterField *findFilterField(const QString &name);
/// The name that is most like it; empty if none is.
[[nodiscard]] QString nearestFilterField(const QString &name);

/// In front of the name of a field of the tree.
inline constexpr QLatin1StringView TreeFieldPrefix("field.");

} // namespace Halyard::Inspector
