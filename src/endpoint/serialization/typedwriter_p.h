// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include <QMetaType>

#include "endpoint/serialization/valuesink_p.h"
#include "endpoint/serializer.h"

namespace Halyard {

/// Hands objects that are known by their QMetaType alone to a ValueSink. Each function returns false once the
/// error is set; on the way out the path is put together.
class TypedWriter
{
public:
    TypedWriter(ValueSink &sink, SerializerLimits limits)
        : m_sink(sink)
        , m_limits(limits)
    { }

    [[nodiscard]] Result<QByteArray> writeDocument(QMetaType type, const void *value);

private:
    [[nodiscard]] bool write(QMetaType type, const void *value);
    [[nodiscard]] bool writeConstructed(QMetaType type, const void *value);
    [[nodiscard]] bool writeEnum(QMetaType type, const void *value);
    [[nodiscard]] bool writeGadget(QMetaType type, const void *value);
    [[nodiscard]] bool writeList(QMetaType type, const void *value);
    [[nodiscard]] bool writeMap(QMetaType type, const void *value);
    [[nodiscard]] bool writeAny(const QVariant &value);
    [[nodiscard]] bool expressible(bool expressed);
    [[nodiscard]] bool enter(qsizetype elements);
    bool refuse(const QString &why);
    bool refusedIn(const QString &step);

    ValueSink &m_sink;
    SerializerLimits m_limits;
    int m_depth = 0;
    qint64 m_elements = 0;
    QString m_path;
    QString m_why;
};

} // namespace Halyard
