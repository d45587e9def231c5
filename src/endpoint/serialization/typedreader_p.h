// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <QMetaEnum>
#include <QMetaType>
#include <QVariant>

#include "endpoint/serialization/valuesource_p.h"
#include "endpoint/serializer.h"

class QMetaProperty;

namespace Halyard {

/// Fills objects that are known by their QMetaType alone from a ValueSource. Each function returns false once
/// the error is set.
class TypedReader
{
public:
    TypedReader(ValueSource &source, SerializerLimits limits)
        : m_source(source)
        , m_limits(limits)
    { }

    [[nodiscard]] Result<void> readDocument(QMetaType type, void *target);

private:
    /// A member's name, or the number of an entry.
    struct Step {
        const char *member = nullptr;
        int index = 0;
        bool ofMap = false;
    };
    class Nesting;

    [[nodiscard]] bool read(QMetaType type, void *target);
    [[nodiscard]] bool readScalar(QMetaType type, void *target);
    [[nodiscard]] bool readConstructed(QMetaType type, void *target);
    template <class I>
    [[nodiscard]] bool readInteger(void *target);
    template <class F>
    [[nodiscard]] bool readFloat(void *target);
    [[nodiscard]] bool readText(QString &target, const char *expected);
    [[nodiscard]] bool readBytes(QByteArray &target);
    [[nodiscard]] bool readDateTime(void *target);
    [[nodiscard]] bool readUrl(void *target);
    [[nodiscard]] bool readUuid(void *target);
    [[nodiscard]] bool readEnum(QMetaType type, void *target);
    [[nodiscard]] bool readGadget(QMetaType type, void *target);
    [[nodiscard]] bool readField(const QMetaProperty &property, void *gadget);
    [[nodiscard]] bool readOptional(QMetaType type, void *target);
    [[nodiscard]] bool readList(QMetaType type, void *target);
    [[nodiscard]] bool readMap(QMetaType type, void *target);

    [[nodiscard]] bool readAny(QVariant &target);
    [[nodiscard]] bool readAnyInteger(QVariant &target);
    [[nodiscard]] bool readAnyText(QVariant &target);
    [[nodiscard]] bool readAnyList(QVariant &target);
    [[nodiscard]] bool readAnyMap(QVariant &target);

    [[nodiscard]] bool enter(bool countEntries);
    [[nodiscard]] bool leave();
    [[nodiscard]] bool countElement();
    [[nodiscard]] bool expect(ValueSource::Kind kind, const char *expected);
    bool mismatch(const char *expected);
    bool unsupported(QMetaType type);
    bool broken();
    bool refuse(const QString &why, ErrorCode code = ErrorCode::DeserializationFailed);
    [[nodiscard]] QString path() const;

    ValueSource &m_source;
    SerializerLimits m_limits;
    std::vector<Step> m_path;
    int m_depth = 0;
    qint64 m_elements = 0;
    std::optional<Error> m_error;
};

} // namespace Halyard
