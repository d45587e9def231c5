// SPDX-License-Identifier: MIT
#include "endpoint/serializer.h"

#include "endpoint/serialization/cborsink_p.h"
#include "endpoint/serialization/cborsource_p.h"
#include "endpoint/serialization/jsonsink_p.h"
#include "endpoint/serialization/jsonsource_p.h"
#include "endpoint/serialization/typedreader_p.h"
#include "endpoint/serialization/typedwriter_p.h"

namespace Halyard {

Result<QByteArray> serialize(QMetaType type, const void *value, PayloadFormat format, SerializerLimits limits)
{
    if (format == PayloadFormat::Json) {
        JsonSink sink;
        return TypedWriter(sink, limits).writeDocument(type, value);
    }
    CborSink sink;
    return TypedWriter(sink, limits).writeDocument(type, value);
}

Result<void> deserialize(
    QByteArrayView bytes, QMetaType type, void *value, PayloadFormat format, SerializerLimits limits)
{
    if (format == PayloadFormat::Json) {
        JsonSource source(bytes, limits);
        return TypedReader(source, limits).readDocument(type, value);
    }
    CborSource source(bytes);
    return TypedReader(source, limits).readDocument(type, value);
}

} // namespace Halyard
