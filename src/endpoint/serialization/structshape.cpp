// SPDX-License-Identifier: MIT
#include "endpoint/serialization/structshape_p.h"

#include <algorithm>

#include <QSequentialIterable>

#include "endpoint/optionalmetatype.h"
#include "endpoint/serialization/enumtype_p.h"
#include "wire/rkyv.h"

namespace Halyard {

namespace {

using Kind = StructShape::Kind;

std::optional<Kind> scalarKind(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Bool:
        return Kind::Boolean;
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
        return Kind::Number;
    case QMetaType::Char32:
        return Kind::Character;
    case QMetaType::QString:
        return Kind::Text;
    case QMetaType::QByteArray:
        return Kind::Bytes;
    default:
        return std::nullopt;
    }
}

/// The type of what an optional or a list holds, asked of an empty one.
std::optional<std::pair<Kind, QMetaType>> contentOf(QMetaType type)
{
    const QVariant empty(type);
    OptionalReader optional;
    if (QMetaType::convert(type, empty.constData(), QMetaType::fromType<OptionalReader>(), &optional))
        return std::pair(Kind::Optional, optional.type);
    if (!QMetaType::canConvert(type, QMetaType::fromType<QSequentialIterable>()))
        return std::nullopt;
    QSequentialIterable list;
    QMetaType::convert(type, empty.constData(), QMetaType::fromType<QSequentialIterable>(), &list);
    if (!list.metaContainer().canAddValueAtEnd())
        return std::nullopt;
    return std::pair(Kind::List, list.metaContainer().valueMetaType());
}

/// Finds shapes, and keeps the types that it is inside of.
class Finder
{
public:
    explicit Finder(int maxDepth)
        : m_maxDepth(maxDepth)
    { }

    Result<StructShape> find(QMetaType type)
    {
        StructShape shape;
        shape.type = type;
        if (const auto scalar = scalarKind(type)) {
            shape.kind = *scalar;
            return shape;
        }
        if (type.flags().testFlag(QMetaType::IsEnumeration)) {
            shape.kind = Kind::Enumeration;
            shape.names = enumOf(type);
            return shape.names.isValid() && !shape.names.isFlag() ? Result<StructShape>(std::move(shape))
                                                                  : refused(type);
        }
        if (m_inside.contains(type) || m_inside.size() >= m_maxDepth)
            return refused(type);
        m_inside.append(type);
        const bool found
            = type.flags().testFlag(QMetaType::IsGadget) ? findFields(shape) : findContent(shape);
        m_inside.removeLast();
        return found ? Result<StructShape>(std::move(shape)) : refused(type);
    }

private:
    tl::unexpected<Error> refused(QMetaType type)
    {
        if (m_refused.isEmpty())
            m_refused = type.name();
        return failure(ErrorCode::InvalidArgument, ErrorOrigin::Local,
            QStringLiteral("type %1 has no such form").arg(QLatin1String(m_refused)));
    }
    bool findContent(StructShape &shape)
    {
        const auto content = contentOf(shape.type);
        if (!content)
            return false;
        shape.kind = content->first;
        return add(shape, content->second);
    }
    bool findFields(StructShape &shape)
    {
        shape.kind = Kind::Structure;
        const auto *meta = shape.type.metaObject();
        for (int i = 0; i < meta->propertyCount(); ++i) {
            const auto property = meta->property(i);
            if (!property.isReadable() || !property.isWritable() || !property.isStored())
                continue;
            shape.fields.push_back(property);
            if (!add(shape, property.metaType()))
                return false;
        }
        return true;
    }
    bool add(StructShape &shape, QMetaType type)
    {
        auto part = find(type);
        if (part)
            shape.parts.push_back(std::move(*part));
        return part.has_value();
    }

    const int m_maxDepth;
    QList<QMetaType> m_inside;
    QByteArray m_refused;
};

} // namespace

qsizetype StructShape::rkyvBytes() const
{
    switch (kind) {
    case Kind::Boolean:
    case Kind::Enumeration:
        return 1;
    case Kind::Number:
    case Kind::Character:
        return type.sizeOf();
    case Kind::Text:
    case Kind::Bytes:
    case Kind::List:
        return qsizetype(Rkyv::PointerBytes);
    case Kind::Optional:
        return 1 + parts.front().rkyvBytes();
    case Kind::Structure:
        break;
    }
    qsizetype sum = 0;
    for (const StructShape &part : parts)
        sum += part.rkyvBytes();
    return sum;
}

Result<StructShape> shapeOf(QMetaType type, int maxDepth) { return Finder(maxDepth).find(type); }

} // namespace Halyard
