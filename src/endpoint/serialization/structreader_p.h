// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

#include "endpoint/serialization/structpath_p.h"
#include "endpoint/serialization/structshape_p.h"
#include "endpoint/structserializer.h"

namespace Halyard {

/// Fills an object that is known by its shape alone from Bincode or an rkyv archive. Each function returns
/// false once the error is set.
class StructReader
{
public:
    StructReader(QByteArrayView bytes, StructFormat format, SerializerLimits limits)
        : m_bytes(bytes)
        , m_isRkyv(format == StructFormat::Rkyv)
        , m_limits(limits)
    { }

    [[nodiscard]] Result<void> read(const StructShape &shape, void *target);

private:
    /// A part that is read from its front. In an archive all that it points to lies before it begins.
    struct Part {
        qsizetype begin = 0;
        qsizetype at = 0;
        qsizetype end = 0;
    };

    [[nodiscard]] bool readDocument(const StructShape &shape, void *target);
    [[nodiscard]] bool read(const StructShape &shape, void *target, Part &from);
    [[nodiscard]] bool readNumber(const StructShape &shape, void *target, Part &from);
    [[nodiscard]] bool readCharacter(char32_t &target, Part &from);
    [[nodiscard]] bool readEnum(const StructShape &shape, void *target, Part &from);
    [[nodiscard]] bool readFields(const StructShape &shape, void *target, Part &from);
    [[nodiscard]] bool readOptional(const StructShape &shape, void *target, Part &from);
    [[nodiscard]] bool readList(const StructShape &shape, void *target, Part &from);
    [[nodiscard]] bool readElements(const StructShape &shape, void *target, quint64 count, Part &from);
    [[nodiscard]] bool readText(QString &target, Part &from);
    [[nodiscard]] bool readTextElsewhere(QByteArrayView &target, Part &from);
    [[nodiscard]] bool readBlob(QByteArrayView &target, Part &from);
    /// Two values of 0 and 1.
    [[nodiscard]] bool readFlag(bool &target, Part &from);
    [[nodiscard]] bool take(Part &from, quint64 count, QByteArrayView &taken);
    template <class Number>
    [[nodiscard]] bool takeNumber(Part &from, Number &number);
    /// Where a pointer of the object at `object` leads to: before its part, in one piece.
    [[nodiscard]] bool follow(
        const Part &from, qsizetype object, qint32 relative, quint64 length, qsizetype &target);
    /// The data of a field begins where that of the field before it has ended.
    [[nodiscard]] bool claim(qsizetype begin, qsizetype length);

    const QByteArrayView m_bytes;
    const bool m_isRkyv;
    const SerializerLimits m_limits;
    qsizetype m_claimed = 0; // of the data in front of the root
    qint64 m_elements = 0;
    StructPath m_path;
};

} // namespace Halyard
