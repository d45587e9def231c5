// SPDX-License-Identifier: MIT
#include "endpoint/serialization/typedwriter_p.h"

#include <QAssociativeIterable>
#include <QMetaProperty>
#include <QSequentialIterable>

#include "endpoint/serialization/enumtype_p.h"

namespace Halyard {
namespace {

template <class I>
WideInteger widened(const void *value)
{
    const auto number = *static_cast<const I *>(value);
    if constexpr (std::numeric_limits<I>::is_signed) {
        if (number < 0)
            return {true, quint64(-(qint64(number) + 1)) + 1};
    }
    return {false, quint64(number)};
}

template <class T>
const T &as(const void *value)
{
    return *static_cast<const T *>(value);
}

} // namespace

Result<QByteArray> TypedWriter::writeDocument(QMetaType type, const void *value)
{
    if (write(type, value))
        return m_sink.take();
    return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
        m_path.isEmpty() ? m_why : m_path + QLatin1String(": ") + m_why);
}

bool TypedWriter::write(QMetaType type, const void *value)
{
    switch (type.id()) { // also makes Qt register what looks into containers
    case QMetaType::Bool:
        m_sink.boolean(as<bool>(value));
        return true;
    case QMetaType::Char:
        return expressible(m_sink.integer(widened<char>(value)));
    case QMetaType::SChar:
        return expressible(m_sink.integer(widened<signed char>(value)));
    case QMetaType::UChar:
        return expressible(m_sink.integer(widened<unsigned char>(value)));
    case QMetaType::Short:
        return expressible(m_sink.integer(widened<short>(value)));
    case QMetaType::UShort:
        return expressible(m_sink.integer(widened<unsigned short>(value)));
    case QMetaType::Int:
        return expressible(m_sink.integer(widened<int>(value)));
    case QMetaType::UInt:
        return expressible(m_sink.integer(widened<unsigned int>(value)));
    case QMetaType::Long:
        return expressible(m_sink.integer(widened<long>(value)));
    case QMetaType::ULong:
        return expressible(m_sink.integer(widened<unsigned long>(value)));
    case QMetaType::LongLong:
        return expressible(m_sink.integer(widened<qlonglong>(value)));
    case QMetaType::ULongLong:
        return expressible(m_sink.integer(widened<qulonglong>(value)));
    case QMetaType::Float:
        return expressible(m_sink.number(as<float>(value)));
    case QMetaType::Double:
        return expressible(m_sink.number(as<double>(value)));
    case QMetaType::QString:
        m_sink.text(as<QString>(value));
        return true;
    case QMetaType::QByteArray:
        m_sink.bytes(as<QByteArray>(value));
        return true;
    case QMetaType::QDateTime:
        if (!as<QDateTime>(value).isValid())
            return refuse(QStringLiteral("is no valid date and time"));
        m_sink.dateTime(as<QDateTime>(value));
        return true;
    case QMetaType::QUrl:
        m_sink.url(as<QUrl>(value));
        return true;
    case QMetaType::QUuid:
        m_sink.uuid(as<QUuid>(value));
        return true;
    case QMetaType::Nullptr:
        m_sink.null();
        return true;
    case QMetaType::QVariant:
        return writeAny(as<QVariant>(value));
    default:
        return writeConstructed(type, value);
    }
}

bool TypedWriter::writeConstructed(QMetaType type, const void *value)
{
    if (type.flags().testFlag(QMetaType::IsEnumeration) || enumOf(type).isValid())
        return writeEnum(type, value);
    if (type.flags().testFlag(QMetaType::IsGadget))
        return writeGadget(type, value);
    OptionalReader optional;
    if (QMetaType::convert(type, value, QMetaType::fromType<OptionalReader>(), &optional)) {
        if (optional.value)
            return write(optional.type, optional.value);
        m_sink.null();
        return true;
    }
    if (QMetaType::canConvert(type, QMetaType::fromType<QAssociativeIterable>()))
        return writeMap(type, value);
    if (QMetaType::canConvert(type, QMetaType::fromType<QSequentialIterable>()))
        return writeList(type, value);
    return refuse(QStringLiteral("values of type %1 cannot be written").arg(QLatin1String(type.name())));
}

bool TypedWriter::writeEnum(QMetaType type, const void *value)
{
    const auto names = enumOf(type);
    if (!names.isValid())
        return refuse(QStringLiteral("the enum %1 needs Q_ENUM").arg(QLatin1String(type.name())));
    const int number = loadEnum(type, value);
    const auto text = names.isFlag() ? names.valueToKeys(number) : QByteArray(names.valueToKey(number));
    const bool complete
        = names.isFlag() ? (number == 0 || names.keysToValue(text) == number) : !text.isNull();
    if (!complete)
        return refuse(
            QStringLiteral("%1 is no value of %2").arg(number).arg(QLatin1String(names.enumName())));
    m_sink.text(QString::fromUtf8(text));
    return true;
}

bool TypedWriter::writeGadget(QMetaType type, const void *value)
{
    if (!enter(0))
        return false;
    const auto *meta = type.metaObject();
    QList<QMetaProperty> properties;
    for (int i = 0; i < meta->propertyCount(); ++i) {
        const auto property = meta->property(i);
        if (property.isReadable() && property.isWritable() && property.isStored())
            properties.append(property);
    }
    m_sink.beginMap(properties.size());
    for (const auto &property : properties) {
        m_sink.key(property.name());
        const auto member = property.readOnGadget(value);
        const auto memberType = property.metaType();
        const bool written = memberType.id() == QMetaType::QVariant ? writeAny(member)
                                                                    : write(memberType, member.constData());
        if (!written)
            return refusedIn(QLatin1Char('.') + QLatin1String(property.name()));
    }
    m_sink.endMap();
    --m_depth;
    return true;
}

bool TypedWriter::writeList(QMetaType type, const void *value)
{
    QSequentialIterable list;
    QMetaType::convert(type, value, QMetaType::fromType<QSequentialIterable>(), &list);
    if (!enter(list.size()))
        return false;
    m_sink.beginList(list.size());
    const auto elementType = list.metaContainer().valueMetaType();
    qsizetype index = 0;
    for (auto it = list.constBegin(); it != list.constEnd(); ++it, ++index) {
        const QVariant element = *it;
        const bool written = elementType.id() == QMetaType::QVariant
            ? writeAny(element)
            : write(elementType, element.constData());
        if (!written)
            return refusedIn(QStringLiteral("[%1]").arg(index));
    }
    m_sink.endList();
    --m_depth;
    return true;
}

bool TypedWriter::writeMap(QMetaType type, const void *value)
{
    QAssociativeIterable map;
    QMetaType::convert(type, value, QMetaType::fromType<QAssociativeIterable>(), &map);
    const auto access = map.metaContainer();
    if (access.keyMetaType().id() != QMetaType::QString)
        return refuse(QStringLiteral("%1 has no strings as keys").arg(QLatin1String(type.name())));
    if (!enter(map.size()))
        return false;
    m_sink.beginMap(map.size());
    const auto mappedType = access.mappedMetaType();
    qsizetype index = 0;
    for (auto it = map.constBegin(); it != map.constEnd(); ++it, ++index) {
        m_sink.key(it.key().toString().toUtf8());
        const QVariant mapped = it.value();
        const bool written = mappedType.id() == QMetaType::QVariant ? writeAny(mapped)
                                                                    : write(mappedType, mapped.constData());
        if (!written)
            return refusedIn(QStringLiteral("{%1}").arg(index));
    }
    m_sink.endMap();
    --m_depth;
    return true;
}

bool TypedWriter::writeAny(const QVariant &value)
{
    if (value.isValid())
        return write(value.metaType(), value.constData());
    m_sink.null();
    return true;
}

bool TypedWriter::expressible(bool expressed)
{
    return expressed || refuse(QStringLiteral("the number cannot be expressed in JSON"));
}

bool TypedWriter::enter(qsizetype elements)
{
    m_elements += elements;
    if (m_elements > m_limits.maxElements)
        return refuse(QStringLiteral("more than %1 elements").arg(m_limits.maxElements));
    return ++m_depth <= m_limits.maxDepth
        || refuse(QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth));
}

bool TypedWriter::refuse(const QString &why)
{
    m_why = why;
    return false;
}

bool TypedWriter::refusedIn(const QString &step)
{
    m_path.prepend(step);
    if (m_path.startsWith(QLatin1Char('.')) && m_depth == 1)
        m_path.remove(0, 1);
    --m_depth;
    return false;
}

} // namespace Halyard
