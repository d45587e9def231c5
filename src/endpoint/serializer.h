// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QMetaType>

#include "endpoint/enums.h"
#include "endpoint/optionalmetatype.h"
#include "endpoint/result.h"
#include "wire/export.h"

namespace Halyard {

/// What one payload may make us build.
struct SerializerLimits {
    int maxElements = 65'536; ///< entries of all lists and maps together, ignored fields not counted
    int maxDepth = 64;        ///< lists, maps and gadgets inside each other
};

/// The untyped half of Serializer: `value` points to an object of `type`.
[[nodiscard]] HALYARD_EXPORT Result<QByteArray> serialize(
    QMetaType type, const void *value, PayloadFormat format, SerializerLimits limits = {});
/// The object may be half filled when this fails.
[[nodiscard]] HALYARD_EXPORT Result<void> deserialize(
    QByteArrayView bytes, QMetaType type, void *value, PayloadFormat format, SerializerLimits limits = {});

/// Turns values into payloads and back. T is a Q_GADGET with a default constructor, or any of the types that
/// its properties may have, nested as deep as the limit allows:
///
/// | C++                                   | CBOR                       | JSON                              |
/// | ------------------------------------- | -------------------------- | --------------------------------- |
/// | bool; integers; float, double         | bool; integer; float       | bool; number                      |
/// | QString; QByteArray                   | text; bytes                | string; string in base64url       |
/// | enums (Q_ENUM), flags (Q_FLAG)        | text: name, names with `|` | string                            |
/// | QDateTime, QUrl, QUuid                | tags 0, 32, 37             | string: ISO 8601 in UTC with ms … |
/// | Q_GADGET: writable, stored properties | map                        | object                            |
/// | QList, QStringList, QVariantList      | array                      | array                             |
/// | QMap<QString, T>, QHash, QVariantMap  | map with text keys         | object                            |
/// | std::optional; QVariant               | null or the value          | null or the value                 |
///
/// Reading is strict: "12" is no number, 1.5 no integer, 300 no quint8, null only an optional or a QVariant.
/// Where the member is a double an integer is taken if the double can hold it. Fields that the gadget does
/// not have are ignored, members that have no field keep their default; a field given twice is an error in
/// CBOR, and in JSON the last one counts.
///
/// Serializers have no state that changes and may be used in any thread.
///
/// Reading fails with DeserializationFailed and the path of the field: "orders[3].price: expected a number,
/// found a string". Paths count the entries of maps, as in "prices{2}", because keys are the peer's data.
/// Writing fails with InvalidArgument for a type that is none of the above, for NaN, infinity and integers
/// above 2⁶³ in JSON, and for what the limits would not let in again.
template <class T>
class Serializer
{
public:
    explicit Serializer(PayloadFormat format = PayloadFormat::Cbor, SerializerLimits limits = {}) noexcept
        : m_limits(limits)
        , m_format(format)
    { }

    [[nodiscard]] Result<QByteArray> write(const T &value) const
    {
        return serialize(QMetaType::fromType<T>(), &value, m_format, m_limits);
    }

    [[nodiscard]] Result<T> read(QByteArrayView bytes) const
    {
        T value {};
        if (auto result = deserialize(bytes, QMetaType::fromType<T>(), &value, m_format, m_limits); !result)
            return tl::unexpected(std::move(result.error()));
        return value;
    }

private:
    SerializerLimits m_limits;
    PayloadFormat m_format;
};

} // namespace Halyard
