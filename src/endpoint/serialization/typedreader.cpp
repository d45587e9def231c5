// SPDX-License-Identifier: MIT
#include "endpoint/serialization/typedreader_p.h"

#include <QAssociativeIterable>
#include <QMetaProperty>
#include <QSequentialIterable>
#include <QSet>

#include "endpoint/serialization/enumtype_p.h"

namespace Halyard {
namespace {

const char *describe(ValueSource::Kind kind)
{
    switch (kind) {
    case ValueSource::Kind::Null:
        return "null";
    case ValueSource::Kind::Boolean:
        return "a boolean";
    case ValueSource::Kind::Integer:
        return "an integer";
    case ValueSource::Kind::Number:
        return "a number with a fraction";
    case ValueSource::Kind::Text:
        return "a string";
    case ValueSource::Kind::Bytes:
        return "bytes";
    case ValueSource::Kind::List:
        return "a list";
    case ValueSource::Kind::Map:
        return "a map";
    default:
        return "something else";
    }
}

} // namespace

Result<void> TypedReader::readDocument(QMetaType type, void *target)
{
    const bool done = read(type, target)
        && (m_source.atEnd() || refuse(QStringLiteral("there are bytes behind the value")));
    if (!done)
        return tl::unexpected(*m_error);
    return {};
}

bool TypedReader::read(QMetaType type, void *target)
{
    switch (type.id()) { // also makes Qt register what looks into containers
    case QMetaType::Bool:
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::UChar:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::ULong:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
    case QMetaType::Float:
    case QMetaType::Double:
    case QMetaType::QString:
    case QMetaType::QByteArray:
    case QMetaType::QDateTime:
    case QMetaType::QUrl:
    case QMetaType::QUuid:
        return readScalar(type, target);
    case QMetaType::QVariant:
        return readAny(*static_cast<QVariant *>(target));
    default:
        return readConstructed(type, target);
    }
}

bool TypedReader::readConstructed(QMetaType type, void *target)
{
    if (type.flags().testFlag(QMetaType::IsEnumeration) || enumOf(type).isValid())
        return readEnum(type, target);
    if (type.flags().testFlag(QMetaType::IsGadget))
        return readGadget(type, target);
    if (QMetaType::canView(type, QMetaType::fromType<OptionalWriter>()))
        return readOptional(type, target);
    if (QMetaType::canView(type, QMetaType::fromType<QAssociativeIterable>()))
        return readMap(type, target);
    if (QMetaType::canView(type, QMetaType::fromType<QSequentialIterable>()))
        return readList(type, target);
    return unsupported(type);
}

bool TypedReader::readGadget(QMetaType type, void *target)
{
    if (!expect(ValueSource::Kind::Map, "a map") || !enter(false))
        return false;
    const auto *meta = type.metaObject();
    std::vector<bool> seen(std::size_t(meta->propertyCount()), false);
    while (m_source.hasNext()) {
        int index = -1;
        if (m_source.kind() == ValueSource::Kind::Text) {
            const auto key = m_source.takeKey();
            if (!key)
                return broken();
            index = meta->indexOfProperty(key->toUtf8().constData());
        } else if (!m_source.skip(m_limits.maxDepth)) { // a key of somebody else's
            return broken();
        }
        const auto property = index < 0 ? QMetaProperty() : meta->property(index);
        if (!property.isWritable() || !property.isStored()) {
            if (!m_source.skip(m_limits.maxDepth - m_depth))
                return broken();
            continue;
        }
        m_path.push_back({property.name()});
        if (seen[std::size_t(index)])
            return refuse(QStringLiteral("given twice"));
        seen[std::size_t(index)] = true;
        if (!readField(property, target))
            return false;
        m_path.pop_back();
    }
    return leave();
}

bool TypedReader::readField(const QMetaProperty &property, void *gadget)
{
    // A value of exactly the member's type: the meta-object would turn others into it as it likes.
    const auto type = property.metaType();
    QVariant value(type);
    if (type.id() == QMetaType::QVariant) {
        if (!readAny(value))
            return false;
    } else if (!read(type, value.data())) {
        return false;
    }
    return property.writeOnGadget(gadget, value) || refuse(QStringLiteral("was not accepted"));
}

bool TypedReader::readOptional(QMetaType type, void *target)
{
    OptionalWriter writer;
    QMetaType::view(type, target, QMetaType::fromType<OptionalWriter>(), &writer);
    if (m_source.kind() == ValueSource::Kind::Null) {
        m_source.takeNull();
        writer.assign(writer.optional, nullptr);
        return true;
    }
    QVariant value(writer.type);
    if (!read(writer.type, value.data()))
        return false;
    writer.assign(writer.optional, value.constData());
    return true;
}

bool TypedReader::readList(QMetaType type, void *target)
{
    if (!expect(ValueSource::Kind::List, "a list") || !enter(true))
        return false;
    QSequentialIterable list;
    QMetaType::view(type, target, QMetaType::fromType<QSequentialIterable>(), &list);
    const auto access = list.metaContainer();
    const auto elementType = access.valueMetaType();
    if (!access.canAddValueAtEnd())
        return unsupported(type);
    m_path.push_back({});
    for (int index = 0; m_source.hasNext(); ++index) {
        m_path.back().index = index;
        QVariant element(elementType);
        void *into = elementType.id() == QMetaType::QVariant ? static_cast<void *>(&element) : element.data();
        if (!countElement() || !read(elementType, into))
            return false;
        access.addValueAtEnd(target, into);
    }
    m_path.pop_back();
    return leave();
}

bool TypedReader::readMap(QMetaType type, void *target)
{
    QAssociativeIterable map;
    QMetaType::view(type, target, QMetaType::fromType<QAssociativeIterable>(), &map);
    const auto access = map.metaContainer();
    const auto mappedType = access.mappedMetaType();
    if (access.keyMetaType().id() != QMetaType::QString || !access.canSetMappedAtKey())
        return unsupported(type);
    if (!expect(ValueSource::Kind::Map, "a map") || !enter(true))
        return false;
    m_path.push_back({nullptr, 0, true});
    QSet<QString> seen;
    for (int index = 0; m_source.hasNext(); ++index) {
        m_path.back().index = index;
        if (!countElement() || !expect(ValueSource::Kind::Text, "a string as key"))
            return false;
        const auto key = m_source.takeKey();
        if (!key)
            return broken();
        if (seen.contains(*key))
            return refuse(QStringLiteral("its key is given twice"));
        seen.insert(*key);
        QVariant mapped(mappedType);
        void *into = mappedType.id() == QMetaType::QVariant ? static_cast<void *>(&mapped) : mapped.data();
        if (!read(mappedType, into))
            return false;
        access.setMappedAtKey(target, &*key, into);
    }
    m_path.pop_back();
    return leave();
}

bool TypedReader::enter(bool countEntries)
{
    if (m_depth >= m_limits.maxDepth)
        return refuse(QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth));
    // What is announced is refused before anything is made for it.
    const auto announced = m_source.announced();
    if (countEntries && announced && *announced > quint64(m_limits.maxElements - m_elements))
        return refuse(QStringLiteral("more than %1 elements").arg(m_limits.maxElements));
    ++m_depth;
    return m_source.enter() || broken();
}

bool TypedReader::leave()
{
    --m_depth;
    return m_source.leave() || broken();
}

bool TypedReader::countElement()
{
    return ++m_elements <= m_limits.maxElements
        || refuse(QStringLiteral("more than %1 elements").arg(m_limits.maxElements));
}

bool TypedReader::expect(ValueSource::Kind kind, const char *expected)
{
    return m_source.kind() == kind || mismatch(expected);
}

bool TypedReader::mismatch(const char *expected)
{
    const auto kind = m_source.kind();
    if (kind == ValueSource::Kind::Nothing)
        return broken();
    return refuse(
        QStringLiteral("expected %1, found %2").arg(QLatin1String(expected), QLatin1String(describe(kind))));
}

bool TypedReader::unsupported(QMetaType type)
{
    return refuse(QStringLiteral("values of type %1 cannot be read").arg(QLatin1String(type.name())),
        ErrorCode::InvalidArgument);
}

bool TypedReader::broken()
{
    const auto why = m_source.brokenness();
    return refuse(why.isEmpty() ? QStringLiteral("the bytes end too early") : why);
}

bool TypedReader::refuse(const QString &why, ErrorCode code)
{
    const auto where = path();
    m_error = Error(code, code == ErrorCode::InvalidArgument ? ErrorOrigin::Local : ErrorOrigin::Peer,
        where.isEmpty() ? why : where + QLatin1String(": ") + why);
    return false;
}

QString TypedReader::path() const
{
    QString path;
    for (const auto &step : m_path) {
        if (step.member)
            path += (path.isEmpty() ? QLatin1String() : QLatin1String(".")) + QLatin1String(step.member);
        else
            path += QLatin1Char(step.ofMap ? '{' : '[') + QString::number(step.index)
                + QLatin1Char(step.ofMap ? '}' : ']');
    }
    return path;
}

} // namespace Halyard
