// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QMetaType>

#include "endpoint/optionalmetatype.h"
#include "endpoint/result.h"
#include "endpoint/serializer.h"
#include "wire/export.h"

namespace Halyard {

/// How handlers of Rust crates write their structures: wire/bincode.h (the-fourth-server 0.3,
/// network-protocol), wire/rkyv.h (the-fourth-server 0.4).
enum class StructFormat : quint8 { Bincode, Rkyv };

/// The untyped half of StructSerializer: `value` points to an object of `type`.
[[nodiscard]] HALYARD_EXPORT Result<QByteArray> serializeStruct(
    QMetaType type, const void *value, StructFormat format, SerializerLimits limits = {});
/// The object may be half filled when this fails.
[[nodiscard]] HALYARD_EXPORT Result<void> deserializeStruct(
    QByteArrayView bytes, QMetaType type, void *value, StructFormat format, SerializerLimits limits = {});

/// Turns values into the bytes that a structure of Rust has in these formats, and back. T is a Q_GADGET with
/// a default constructor whose writable, stored properties are the structure's fields in their order, or any
/// of the types that they may have:
///
/// | C++                                          | Rust                                     |
/// | -------------------------------------------- | ---------------------------------------- |
/// | bool; qint8 … quint64; float, double; char32_t | bool; i8 … u64; f32, f64; char         |
/// | QString; QByteArray                          | String; Vec<u8>                          |
/// | QList<T>, QStringList; std::optional<T>      | Vec<T>; Option<T>                        |
/// | Q_GADGET                                     | struct, or a tuple                       |
/// | enum (Q_ENUM)                                | enum without fields: in Bincode the place of the value
/// among those that Q_ENUM knows, in Rkyv the value itself, below 256 |
///
/// Nothing in the bytes says what they are: both sides have to agree. Reading is strict: every byte belongs
/// to a field, data lies where the crate would have put it. It fails with DeserializationFailed and the path
/// of the field ("orders[3].name: no UTF-8"), writing with InvalidArgument likewise. Lengths never decide an
/// allocation before the bytes are there, and the limits of Serializer hold.
///
/// Serializers have no state that changes and may be used in any thread.
template <class T>
class StructSerializer
{
public:
    explicit StructSerializer(StructFormat format, SerializerLimits limits = {}) noexcept
        : m_limits(limits)
        , m_format(format)
    { }

    [[nodiscard]] Result<QByteArray> write(const T &value) const
    {
        return serializeStruct(QMetaType::fromType<T>(), &value, m_format, m_limits);
    }

    [[nodiscard]] Result<T> read(QByteArrayView bytes) const
    {
        T value {};
        const auto type = QMetaType::fromType<T>();
        if (auto result = deserializeStruct(bytes, type, &value, m_format, m_limits); !result)
            return tl::unexpected(std::move(result.error()));
        return value;
    }

private:
    SerializerLimits m_limits;
    StructFormat m_format;
};

} // namespace Halyard
