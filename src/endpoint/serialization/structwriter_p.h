// SPDX-License-Identifier: MIT
#pragma once

#include "endpoint/serialization/structpath_p.h"
#include "endpoint/serialization/structshape_p.h"
#include "endpoint/structserializer.h"

namespace Halyard {

/// Writes an object that is known by its shape alone as Bincode or as an rkyv archive. Each function returns
/// false once the error is set.
class StructWriter
{
public:
    StructWriter(StructFormat format, SerializerLimits limits)
        : m_isRkyv(format == StructFormat::Rkyv)
        , m_limits(limits)
    { }

    [[nodiscard]] Result<QByteArray> write(const StructShape &shape, const void *value);

private:
    /// A relative pointer, whose value is known once its piece has a place.
    struct Pointer {
        qsizetype object = 0;   ///< where the String or Vec begins, in its piece
        qsizetype position = 0; ///< where the number stands, likewise
        qsizetype target = 0;   ///< in the document
    };
    struct Piece {
        QByteArray bytes;
        QList<Pointer> pointers;
    };

    [[nodiscard]] bool write(const StructShape &shape, const void *value, Piece &into);
    [[nodiscard]] bool writeEnum(const StructShape &shape, const void *value, Piece &into);
    [[nodiscard]] bool writeCharacter(char32_t value, Piece &into);
    [[nodiscard]] bool writeFields(const StructShape &shape, const void *value, Piece &into);
    [[nodiscard]] bool writeOptional(const StructShape &shape, const void *value, Piece &into);
    [[nodiscard]] bool writeList(const StructShape &shape, const void *value, Piece &into);
    [[nodiscard]] bool writeText(const QByteArray &utf8, Piece &into);
    [[nodiscard]] bool writeBytes(const QByteArray &bytes, Piece &into);
    /// Gives a piece its place behind all that has one; where that is.
    qsizetype place(Piece &piece);
    void appendPointer(Piece &into, qsizetype object, qsizetype target);
    [[nodiscard]] bool fits(qsizetype bytes);

    const bool m_isRkyv;
    const SerializerLimits m_limits;
    qint64 m_elements = 0;
    QByteArray m_placed;
    StructPath m_path;
};

} // namespace Halyard
