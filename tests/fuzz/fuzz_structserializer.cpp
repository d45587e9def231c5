// SPDX-License-Identifier: MIT
// Structures of applications as the crates write them. The first byte of an input chooses format and type,
// the rest is read. What is read is written, and read again, to the same bytes; in Bincode to those that
// came.
#include <QList>
#include <QStringList>

#include "../unit/endpoint/cratestructure.h"
#include "endpoint/structserializer.h"
#include "fuzzing.h"

using namespace Halyard;
using Wire::Fuzz::require;

namespace {

constexpr SerializerLimits Limits {.maxElements = 1'000, .maxDepth = 16};

template <class T>
void tryType(StructFormat format, QByteArrayView bytes)
{
    const StructSerializer<T> serializer(format, Limits);
    const auto value = serializer.read(bytes);
    if (!value) {
        require(value.error().code() == ErrorCode::DeserializationFailed, "an error of another kind");
        return;
    }
    const auto written = serializer.write(*value);
    require(written.has_value(), "what was read cannot be written");
    // Not the same: to moc's code for a MEMBER a negative zero is the zero that is there already.
    require(format != StructFormat::Bincode || written->size() == bytes.size(), "it came out differently");
    const auto again = serializer.read(*written);
    require(again.has_value(), "what was written cannot be read");
    // Not the values: a number may be none.
    require(serializer.write(*again) == written, "it came out differently the second time");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView bytes(data + 1, qsizetype(size - 1));
    const auto format = (data[0] & 1U) != 0 ? StructFormat::Rkyv : StructFormat::Bincode;
    switch ((data[0] >> 1U) % 5) {
    case 0:
        tryType<CrateStructure>(format, bytes);
        break;
    case 1:
        tryType<CrateNumbers>(format, bytes);
        break;
    case 2:
        tryType<QList<CrateEntry>>(format, bytes);
        break;
    case 3:
        tryType<QList<QStringList>>(format, bytes);
        break;
    default:
        tryType<std::optional<CrateEntry>>(format, bytes);
    }
    return 0;
}
