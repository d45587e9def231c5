// SPDX-License-Identifier: MIT
#include "endpoint/structserializer.h"

#include "endpoint/serialization/structreader_p.h"
#include "endpoint/serialization/structwriter_p.h"

namespace Halyard {

Result<QByteArray> serializeStruct(
    QMetaType type, const void *value, StructFormat format, SerializerLimits limits)
{
    const auto shape = shapeOf(type, limits.maxDepth);
    if (!shape)
        return tl::unexpected(shape.error());
    return StructWriter(format, limits).write(*shape, value);
}

Result<void> deserializeStruct(
    QByteArrayView bytes, QMetaType type, void *value, StructFormat format, SerializerLimits limits)
{
    const auto shape = shapeOf(type, limits.maxDepth);
    if (!shape)
        return tl::unexpected(shape.error());
    return StructReader(bytes, format, limits).read(*shape, value);
}

} // namespace Halyard
