// SPDX-License-Identifier: MIT
#include "endpoint/serialization/structwriter_p.h"

#include <bit>

#include <QSequentialIterable>
#include <QtEndian>

#include "endpoint/serialization/enumtype_p.h"

namespace Halyard {

namespace {

// Relative pointers have 32 bits, and lengths of strings 30.
constexpr qsizetype MaxArchiveBytes = 1LL << 30;
constexpr qsizetype MaxInlineText = 8;
constexpr char InlineFill = '\xff';

template <class Number>
void append(QByteArray &bytes, Number number)
{
    const Number little = qToLittleEndian(number);
    bytes.append(reinterpret_cast<const char *>(&little), qsizetype(sizeof little));
}

void appendNumber(QByteArray &bytes, const void *value, qsizetype size)
{
    QByteArray number(static_cast<const char *>(value), size);
    if constexpr (std::endian::native == std::endian::big)
        std::reverse(number.begin(), number.end());
    bytes += number;
}

template <class T>
const T &as(const void *value)
{
    return *static_cast<const T *>(value);
}

} // namespace

Result<QByteArray> StructWriter::write(const StructShape &shape, const void *value)
{
    Piece root;
    if (!write(shape, value, root))
        return tl::unexpected(m_path.error(ErrorCode::InvalidArgument, ErrorOrigin::Local));
    place(root);
    return std::move(m_placed);
}

bool StructWriter::write(const StructShape &shape, const void *value, Piece &into)
{
    switch (shape.kind) {
    case StructShape::Kind::Boolean:
        append(into.bytes, quint8(as<bool>(value)));
        return true;
    case StructShape::Kind::Number:
        appendNumber(into.bytes, value, shape.type.sizeOf());
        return true;
    case StructShape::Kind::Character:
        return writeCharacter(as<char32_t>(value), into);
    case StructShape::Kind::Text:
        return writeText(as<QString>(value).toUtf8(), into);
    case StructShape::Kind::Bytes:
        return writeBytes(as<QByteArray>(value), into);
    case StructShape::Kind::Enumeration:
        return writeEnum(shape, value, into);
    case StructShape::Kind::Structure:
        return writeFields(shape, value, into);
    case StructShape::Kind::Optional:
        return writeOptional(shape, value, into);
    case StructShape::Kind::List:
        break;
    }
    return writeList(shape, value, into);
}

bool StructWriter::writeEnum(const StructShape &shape, const void *value, Piece &into)
{
    const int number = loadEnum(shape.type, value);
    for (int i = 0; i < shape.names.keyCount(); ++i) {
        if (shape.names.value(i) != number)
            continue;
        if (!m_isRkyv) {
            append(into.bytes, quint32(i));
            return true;
        }
        if (number >= 0 && number <= 255) {
            append(into.bytes, quint8(number));
            return true;
        }
    }
    return m_path.refuse(QStringLiteral("%1 is no value of %2 that can be written")
                             .arg(number)
                             .arg(QLatin1String(shape.names.enumName())));
}

bool StructWriter::writeCharacter(char32_t value, Piece &into)
{
    if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return m_path.refuse(QStringLiteral("%1 is no character").arg(quint32(value)));
    if (m_isRkyv)
        append(into.bytes, quint32(value));
    else
        into.bytes += QString::fromUcs4(&value, 1).toUtf8();
    return true;
}

bool StructWriter::writeFields(const StructShape &shape, const void *value, Piece &into)
{
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
        m_path.enter(shape.fields[i].name());
        const QVariant member = shape.fields[i].readOnGadget(value);
        if (!write(shape.parts[i], member.constData(), into))
            return false;
        m_path.leave();
    }
    return true;
}

bool StructWriter::writeOptional(const StructShape &shape, const void *value, Piece &into)
{
    OptionalReader optional;
    QMetaType::convert(shape.type, value, QMetaType::fromType<OptionalReader>(), &optional);
    append(into.bytes, quint8(optional.value ? 1 : 0));
    if (optional.value)
        return write(shape.parts.front(), optional.value, into);
    if (m_isRkyv)
        into.bytes.append(shape.parts.front().rkyvBytes(), '\0');
    return true;
}

bool StructWriter::writeList(const StructShape &shape, const void *value, Piece &into)
{
    QSequentialIterable list;
    QMetaType::convert(shape.type, value, QMetaType::fromType<QSequentialIterable>(), &list);
    m_elements += list.size();
    if (m_elements > m_limits.maxElements)
        return m_path.refuse(QStringLiteral("more than %1 elements").arg(m_limits.maxElements));
    Piece own;
    if (!m_isRkyv)
        append(into.bytes, quint64(list.size()));
    Piece &elements = m_isRkyv ? own : into;
    m_path.enterList();
    qsizetype index = 0;
    for (auto it = list.constBegin(); it != list.constEnd(); ++it, ++index) {
        m_path.setIndex(index);
        const QVariant element = *it;
        if (!write(shape.parts.front(), element.constData(), elements))
            return false;
    }
    m_path.leave();
    if (!m_isRkyv)
        return true;
    if (!fits(own.bytes.size()))
        return false;
    appendPointer(into, into.bytes.size(), place(own));
    append(into.bytes, quint32(list.size()));
    return true;
}

bool StructWriter::writeText(const QByteArray &utf8, Piece &into)
{
    if (!m_isRkyv)
        return writeBytes(utf8, into);
    const auto size = quint32(utf8.size());
    if (utf8.size() <= MaxInlineText) {
        into.bytes += utf8.leftJustified(MaxInlineText, InlineFill);
        return true;
    }
    if (!fits(utf8.size()))
        return false;
    Piece data {utf8, {}};
    const qsizetype object = into.bytes.size();
    append(into.bytes, (size & 0x3FU) | 0x80U | ((size & ~0x3FU) << 2U));
    appendPointer(into, object, place(data));
    return true;
}

bool StructWriter::writeBytes(const QByteArray &bytes, Piece &into)
{
    if (!m_isRkyv) {
        append(into.bytes, quint64(bytes.size()));
        into.bytes += bytes;
        return true;
    }
    if (!fits(bytes.size()))
        return false;
    Piece data {bytes, {}};
    appendPointer(into, into.bytes.size(), place(data));
    append(into.bytes, quint32(bytes.size()));
    return true;
}

qsizetype StructWriter::place(Piece &piece)
{
    const qsizetype at = m_placed.size();
    for (const Pointer &pointer : piece.pointers) {
        const auto relative = qint32(pointer.target - (at + pointer.object));
        qToLittleEndian(relative, piece.bytes.data() + pointer.position);
    }
    m_placed += piece.bytes;
    return at;
}

void StructWriter::appendPointer(Piece &into, qsizetype object, qsizetype target)
{
    into.pointers.append({object, into.bytes.size(), target});
    append(into.bytes, qint32(0));
}

bool StructWriter::fits(qsizetype bytes)
{
    return m_placed.size() + bytes < MaxArchiveBytes
        || m_path.refuse(QStringLiteral("an archive holds less than %1 bytes").arg(MaxArchiveBytes));
}

} // namespace Halyard
