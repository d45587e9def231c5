// SPDX-License-Identifier: MIT
#include "endpoint/serialization/enumtype_p.h"

#include <cstring>

#include <QByteArrayView>

namespace Halyard {

QMetaEnum enumOf(QMetaType type)
{
    const auto *meta = type.metaObject();
    if (!meta)
        return {};
    // "Outer::Colour", or "QFlags<Outer::Side>" for what Q_FLAG declares.
    QByteArrayView name(type.name());
    if (name.startsWith("QFlags<"))
        name = name.sliced(7).chopped(1);
    const auto colon = name.lastIndexOf(':');
    const auto plain = name.sliced(colon + 1).toByteArray();
    for (int i = 0; i < meta->enumeratorCount(); ++i) {
        const auto candidate = meta->enumerator(i);
        if (candidate.enumName() == plain || candidate.name() == plain)
            return candidate;
    }
    return {};
}

namespace {

template <class I>
int loadAs(const void *value)
{
    I number {};
    std::memcpy(&number, value, sizeof number);
    return int(number);
}

template <class I>
void storeAs(void *value, int number)
{
    const auto narrow = I(number);
    std::memcpy(value, &narrow, sizeof narrow);
}

} // namespace

int loadEnum(QMetaType type, const void *value)
{
    const bool isUnsigned = type.flags().testFlag(QMetaType::IsUnsignedEnumeration);
    switch (type.sizeOf()) {
    case 1:
        return isUnsigned ? loadAs<quint8>(value) : loadAs<qint8>(value);
    case 2:
        return isUnsigned ? loadAs<quint16>(value) : loadAs<qint16>(value);
    case 8:
        return loadAs<qint64>(value); // QMetaEnum knows no wider numbers than int
    default:
        return loadAs<int>(value);
    }
}

void storeEnum(QMetaType type, void *value, int number)
{
    switch (type.sizeOf()) {
    case 1:
        return storeAs<qint8>(value, number);
    case 2:
        return storeAs<qint16>(value, number);
    case 8:
        return storeAs<qint64>(value, number);
    default:
        return storeAs<int>(value, number);
    }
}

} // namespace Halyard
