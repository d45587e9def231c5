// SPDX-License-Identifier: MIT
#include "endpoint/serialization/structreader_p.h"

#include <bit>
#include <cstring>

#include <QSequentialIterable>
#include <QtEndian>

#include "endpoint/serialization/enumtype_p.h"
#include "wire/escape.h"

namespace Halyard {

namespace {

constexpr qsizetype MaxInlineText = 8;
constexpr char InlineFill = '\xff';

/// How many bytes a character of UTF-8 has that begins so.
qsizetype utf8Bytes(quint8 first) { return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4; }

} // namespace

Result<void> StructReader::read(const StructShape &shape, void *target)
{
    if (readDocument(shape, target))
        return {};
    return tl::unexpected(m_path.error(ErrorCode::DeserializationFailed, ErrorOrigin::Peer));
}

bool StructReader::readDocument(const StructShape &shape, void *target)
{
    const qsizetype rootBytes = m_isRkyv ? shape.rkyvBytes() : m_bytes.size();
    if (rootBytes > m_bytes.size())
        return m_path.refuse(QStringLiteral("the bytes end too early"));
    const qsizetype rootAt = m_bytes.size() - rootBytes;
    Part root {rootAt, rootAt, m_bytes.size()};
    if (!read(shape, target, root))
        return false;
    if (root.at != root.end || m_claimed != rootAt)
        return m_path.refuse(QStringLiteral("bytes that belong to no field"));
    return true;
}

bool StructReader::read(const StructShape &shape, void *target, Part &from)
{
    switch (shape.kind) {
    case StructShape::Kind::Boolean:
        return readFlag(*static_cast<bool *>(target), from);
    case StructShape::Kind::Number:
        return readNumber(shape, target, from);
    case StructShape::Kind::Character:
        return readCharacter(*static_cast<char32_t *>(target), from);
    case StructShape::Kind::Text:
        return readText(*static_cast<QString *>(target), from);
    case StructShape::Kind::Bytes: {
        QByteArrayView bytes;
        if (!readBlob(bytes, from))
            return false;
        *static_cast<QByteArray *>(target) = bytes.toByteArray();
        return true;
    }
    case StructShape::Kind::Enumeration:
        return readEnum(shape, target, from);
    case StructShape::Kind::Structure:
        return readFields(shape, target, from);
    case StructShape::Kind::Optional:
        return readOptional(shape, target, from);
    case StructShape::Kind::List:
        break;
    }
    return readList(shape, target, from);
}

bool StructReader::take(Part &from, quint64 count, QByteArrayView &taken)
{
    if (count > quint64(from.end - from.at))
        return m_path.refuse(QStringLiteral("the bytes end too early"));
    taken = m_bytes.sliced(from.at, qsizetype(count));
    from.at += qsizetype(count);
    return true;
}

template <class Number>
bool StructReader::takeNumber(Part &from, Number &number)
{
    QByteArrayView bytes;
    if (!take(from, sizeof number, bytes))
        return false;
    number = qFromLittleEndian<Number>(bytes.data());
    return true;
}

bool StructReader::readFlag(bool &target, Part &from)
{
    quint8 value = 0;
    if (!takeNumber(from, value))
        return false;
    target = value == 1;
    return value <= 1 || m_path.refuse(QStringLiteral("%1 is neither 0 nor 1").arg(value));
}

bool StructReader::readNumber(const StructShape &shape, void *target, Part &from)
{
    QByteArrayView bytes;
    if (!take(from, quint64(shape.type.sizeOf()), bytes))
        return false;
    QByteArray number = bytes.toByteArray();
    if constexpr (std::endian::native == std::endian::big)
        std::reverse(number.begin(), number.end());
    std::memcpy(target, number.constData(), std::size_t(number.size()));
    return true;
}

bool StructReader::readCharacter(char32_t &target, Part &from)
{
    if (m_isRkyv) {
        quint32 number = 0;
        if (!takeNumber(from, number))
            return false;
        target = number;
        return (number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF))
            || m_path.refuse(QStringLiteral("%1 is no character").arg(number));
    }
    QByteArrayView utf8;
    const quint8 first = from.at < from.end ? quint8(m_bytes.at(from.at)) : quint8(0);
    if (!take(from, quint64(utf8Bytes(first)), utf8))
        return false;
    if (!Wire::isUtf8({utf8.data(), std::size_t(utf8.size())}))
        return m_path.refuse(QStringLiteral("no UTF-8"));
    const auto characters = QString::fromUtf8(utf8).toUcs4();
    if (characters.size() != 1)
        return m_path.refuse(QStringLiteral("no UTF-8"));
    target = char32_t(characters.front());
    return true;
}

bool StructReader::readEnum(const StructShape &shape, void *target, Part &from)
{
    quint32 number = 0;
    quint8 small = 0;
    if (m_isRkyv ? !takeNumber(from, small) : !takeNumber(from, number))
        return false;
    const QMetaEnum &names = shape.names;
    const bool isKnown = m_isRkyv ? names.valueToKey(small) != nullptr : number < quint32(names.keyCount());
    if (!isKnown)
        return m_path.refuse(QStringLiteral("%1 is no value of %2")
                                 .arg(m_isRkyv ? small : number)
                                 .arg(QLatin1String(names.enumName())));
    storeEnum(shape.type, target, m_isRkyv ? int(small) : names.value(int(number)));
    return true;
}

bool StructReader::readFields(const StructShape &shape, void *target, Part &from)
{
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
        m_path.enter(shape.fields[i].name());
        QVariant value(shape.parts[i].type);
        if (!read(shape.parts[i], value.data(), from))
            return false;
        if (!shape.fields[i].writeOnGadget(target, value))
            return m_path.refuse(QStringLiteral("was not accepted"));
        m_path.leave();
    }
    return true;
}

bool StructReader::readOptional(const StructShape &shape, void *target, Part &from)
{
    OptionalWriter writer;
    QMetaType::view(shape.type, target, QMetaType::fromType<OptionalWriter>(), &writer);
    const StructShape &content = shape.parts.front();
    bool isThere = false;
    if (!readFlag(isThere, from))
        return false;
    if (!isThere) {
        QByteArrayView unused; // nobody looks at it
        writer.assign(writer.optional, nullptr);
        return !m_isRkyv || take(from, quint64(content.rkyvBytes()), unused);
    }
    QVariant value(content.type);
    if (!read(content, value.data(), from))
        return false;
    writer.assign(writer.optional, value.constData());
    return true;
}

bool StructReader::readList(const StructShape &shape, void *target, Part &from)
{
    if (!m_isRkyv) {
        quint64 count = 0;
        return takeNumber(from, count) && readElements(shape, target, count, from);
    }
    const qsizetype object = from.at;
    qint32 relative = 0;
    quint32 count = 0;
    if (!takeNumber(from, relative) || !takeNumber(from, count))
        return false;
    const quint64 length = quint64(count) * quint64(shape.parts.front().rkyvBytes());
    qsizetype at = 0;
    if (!follow(from, object, relative, length, at))
        return false;
    // What the elements point to lies in front of the first of them.
    Part elements {at, at, at + qsizetype(length)};
    return readElements(shape, target, count, elements) && claim(at, qsizetype(length));
}

bool StructReader::readElements(const StructShape &shape, void *target, quint64 count, Part &from)
{
    if (count > quint64(m_limits.maxElements - m_elements))
        return m_path.refuse(QStringLiteral("more than %1 elements").arg(m_limits.maxElements));
    m_elements += qint64(count);
    QSequentialIterable list;
    QMetaType::view(shape.type, target, QMetaType::fromType<QSequentialIterable>(), &list);
    const StructShape &content = shape.parts.front();
    m_path.enterList();
    for (quint64 index = 0; index < count; ++index) {
        m_path.setIndex(qsizetype(index));
        QVariant element(content.type);
        if (!read(content, element.data(), from))
            return false;
        list.metaContainer().addValueAtEnd(target, element.constData());
    }
    m_path.leave();
    return true;
}

bool StructReader::readText(QString &target, Part &from)
{
    QByteArrayView text;
    if (m_isRkyv && from.end - from.at >= MaxInlineText && (quint8(m_bytes.at(from.at)) & 0xC0U) != 0x80U) {
        if (!take(from, MaxInlineText, text))
            return false;
        const qsizetype size = text.indexOf(InlineFill);
        text = size < 0 ? text : text.first(size);
    } else if (m_isRkyv ? !readTextElsewhere(text, from) : !readBlob(text, from)) {
        return false;
    }
    if (!Wire::isUtf8({text.data(), std::size_t(text.size())}))
        return m_path.refuse(QStringLiteral("no UTF-8"));
    target = QString::fromUtf8(text);
    return true;
}

bool StructReader::readTextElsewhere(QByteArrayView &target, Part &from)
{
    const qsizetype object = from.at;
    quint32 marked = 0;
    qint32 relative = 0;
    if (!takeNumber(from, marked) || !takeNumber(from, relative))
        return false;
    const quint32 size = (marked & 0x3FU) | ((marked & ~0xFFU) >> 2U);
    if (size <= quint32(MaxInlineText))
        return m_path.refuse(QStringLiteral("a text that is too short to lie elsewhere"));
    qsizetype at = 0;
    if (!follow(from, object, relative, size, at) || !claim(at, qsizetype(size)))
        return false;
    target = m_bytes.sliced(at, qsizetype(size));
    return true;
}

bool StructReader::readBlob(QByteArrayView &target, Part &from)
{
    if (!m_isRkyv) {
        quint64 size = 0;
        return takeNumber(from, size) && take(from, size, target);
    }
    const qsizetype object = from.at;
    quint32 first = 0;
    quint32 second = 0;
    if (!takeNumber(from, first) || !takeNumber(from, second))
        return false;
    qsizetype at = 0;
    if (!follow(from, object, qint32(first), second, at) || !claim(at, qsizetype(second)))
        return false;
    target = m_bytes.sliced(at, qsizetype(second));
    return true;
}

bool StructReader::follow(
    const Part &from, qsizetype object, qint32 relative, quint64 length, qsizetype &target)
{
    target = object + relative;
    const bool isInFront = target >= 0 && target <= from.begin && length <= quint64(from.begin - target);
    return isInFront || m_path.refuse(QStringLiteral("a pointer to where nothing can be"));
}

bool StructReader::claim(qsizetype begin, qsizetype length)
{
    if (length == 0)
        return true;
    if (begin != m_claimed)
        return m_path.refuse(QStringLiteral("data in the wrong place"));
    m_claimed = begin + length;
    return true;
}

} // namespace Halyard
