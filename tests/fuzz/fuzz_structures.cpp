// SPDX-License-Identifier: MIT
// The readers and writers of bincode and rkyv. An input is the format (bit 0 of its first byte), a list of
// fields (its length, then a byte each), and the bytes they are read from. What a reader returns lies within
// its bytes, never twice in rkyv; what was read strictly is written and read again, in bincode to the same
// bytes.
#include <string>
#include <variant>
#include <vector>

#include "fuzzing.h"
#include "wire/bincode.h"
#include "wire/escape.h"
#include "wire/rkyv.h"

using namespace Halyard;
using namespace Halyard::Wire;
using Fuzz::require;

namespace {

enum class Kind : std::uint8_t { U8, U16, U32, U64, Bool, Variant, Option, Bytes, Text, Array, Skip };
constexpr unsigned KindCount = 11;
constexpr std::uint32_t VariantCount = 5;
constexpr std::size_t MaxFields = 32;

struct FieldKind {
    Kind kind = Kind::U8;
    std::size_t size = 0; ///< of an array, or of what is skipped
};
using Value = std::variant<std::uint64_t, Wire::Bytes, std::string>;

std::size_t rootSizeOf(const FieldKind &field)
{
    switch (field.kind) {
    case Kind::U8:
    case Kind::Bool:
    case Kind::Variant:
    case Kind::Option:
        return 1;
    case Kind::U16:
        return 2;
    case Kind::U32:
        return 4;
    case Kind::U64:
    case Kind::Bytes:
    case Kind::Text:
        return 8;
    case Kind::Array:
    case Kind::Skip:
        break;
    }
    return field.size;
}

void requireWithin(ByteView part, ByteView whole)
{
    require(part.empty()
            || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()),
        "a view leaves its bytes");
}

template <class Reader>
Value readNumber(Reader &reader, Kind kind)
{
    switch (kind) {
    case Kind::U8:
        return std::uint64_t(reader.readU8());
    case Kind::U16:
        return std::uint64_t(reader.readU16());
    case Kind::U32:
        return std::uint64_t(reader.readU32());
    case Kind::U64:
        return reader.readU64();
    case Kind::Bool:
        return std::uint64_t(reader.readBool());
    default:
        return std::uint64_t(reader.readOption());
    }
}

Value readField(Bincode::Reader &reader, const FieldKind &field, ByteView whole)
{
    ByteView view;
    switch (field.kind) {
    case Kind::Variant: {
        const std::uint32_t variant = reader.readVariant(VariantCount);
        require(variant < VariantCount, "a variant that does not exist");
        return std::uint64_t(variant);
    }
    case Kind::Text:
        view = asBytes(reader.readText());
        require(isUtf8(asText(view)), "a text that is no UTF-8");
        requireWithin(view, whole);
        return std::string(asText(view));
    case Kind::Bytes:
        view = reader.readBytes();
        break;
    case Kind::Array:
    case Kind::Skip:
        view = reader.readArray(field.size);
        require(view.empty() || view.size() == field.size, "an array of another size");
        break;
    default:
        return readNumber(reader, field.kind);
    }
    requireWithin(view, whole);
    return toBytes(view);
}

/// `end` is where the data of the fields before this one ends.
Value readField(Rkyv::Reader &reader, const FieldKind &field, ByteView whole, const std::byte *&end)
{
    ByteView view;
    switch (field.kind) {
    case Kind::Variant:
        return std::uint64_t(reader.readVariant());
    case Kind::Text: {
        view = asBytes(reader.readText());
        require(isUtf8(asText(view)), "a text that is no UTF-8");
        requireWithin(view, whole);
        if (view.size() > 8) {
            require(view.data() >= end, "data that two fields have");
            end = view.data() + view.size();
        }
        return std::string(asText(view));
    }
    case Kind::Bytes:
        view = reader.readBytes();
        requireWithin(view, whole);
        if (!view.empty()) {
            require(view.data() >= end, "data that two fields have");
            end = view.data() + view.size();
        }
        return toBytes(view);
    case Kind::Array:
    case Kind::Skip:
        reader.skip(field.size);
        return std::uint64_t(0);
    default:
        return readNumber(reader, field.kind);
    }
}

template <class Writer>
void writeNumber(Writer &writer, Kind kind, std::uint64_t number)
{
    switch (kind) {
    case Kind::U8:
        writer.writeU8(std::uint8_t(number));
        break;
    case Kind::U16:
        writer.writeU16(std::uint16_t(number));
        break;
    case Kind::U32:
        writer.writeU32(std::uint32_t(number));
        break;
    case Kind::U64:
        writer.writeU64(number);
        break;
    case Kind::Bool:
        writer.writeBool(number == 1);
        break;
    case Kind::Variant:
        writer.writeVariant(std::uint8_t(number));
        break;
    default:
        writer.writeOption(number == 1);
    }
}

template <class Writer>
void writeField(Writer &writer, const FieldKind &field, const Value &value)
{
    if (const auto *number = std::get_if<std::uint64_t>(&value)) {
        if constexpr (std::is_same_v<Writer, Rkyv::Writer>) {
            if (field.kind == Kind::Array || field.kind == Kind::Skip) {
                writer.skip(field.size);
                return;
            }
        }
        return writeNumber(writer, field.kind, *number);
    }
    if (const auto *text = std::get_if<std::string>(&value)) {
        writer.writeText(*text);
        return;
    }
    const auto &bytes = std::get<Wire::Bytes>(value);
    if constexpr (std::is_same_v<Writer, Bincode::Writer>) {
        if (field.kind != Kind::Bytes) {
            writer.writeArray(bytes);
            return;
        }
    }
    writer.writeBytes(bytes);
}

void tryBincode(const std::vector<FieldKind> &fields, ByteView bytes)
{
    Bincode::Reader reader(bytes);
    Bincode::Writer writer;
    for (const FieldKind &field : fields) {
        const Value value = readField(reader, field, bytes);
        if (!reader.hasFailed())
            writeField(writer, field, value);
    }
    const auto strict = reader.finish();
    const auto lenient = reader.finishLeniently();
    require(lenient || !strict, "strict takes what lenient does not");
    require(lenient.has_value() != reader.hasFailed(), "a judgement that forgets");
    if (strict)
        require(std::move(writer).finish() == toBytes(bytes), "it came out differently");
}

std::vector<Value> readAll(
    Rkyv::Reader &reader, const std::vector<FieldKind> &fields, ByteView archive, bool &failed)
{
    std::vector<Value> values;
    const std::byte *end = archive.data();
    for (const FieldKind &field : fields)
        values.push_back(readField(reader, field, archive, end));
    failed = reader.hasFailed();
    return values;
}

void tryRkyv(const std::vector<FieldKind> &fields, ByteView archive)
{
    std::size_t rootBytes = 0;
    for (const FieldKind &field : fields)
        rootBytes += rootSizeOf(field);
    Rkyv::Reader reader(archive, rootBytes);
    bool failed = false;
    const auto values = readAll(reader, fields, archive, failed);
    require(reader.finishLeniently().has_value() != failed, "a root of the right size is read to its end");
    if (!reader.finish())
        return;
    Rkyv::Writer writer;
    for (std::size_t i = 0; i < fields.size(); ++i)
        writeField(writer, fields[i], values[i]);
    const Wire::Bytes written = std::move(writer).finish();
    require(written.size() <= archive.size(), "it became longer");
    Rkyv::Reader again(written, rootBytes);
    require(readAll(again, fields, written, failed) == values, "it came out differently");
    require(again.finish().has_value(), "our own archive is not strict");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Fuzz::Input input(data, size);
    const bool isRkyv = (input.byte() & 1U) != 0;
    std::vector<FieldKind> fields(input.byte() % MaxFields);
    for (FieldKind &field : fields) {
        const unsigned byte = input.byte();
        field = {static_cast<Kind>(byte % KindCount), byte / KindCount};
    }
    if (isRkyv)
        tryRkyv(fields, input.rest());
    else
        tryBincode(fields, input.rest());
    return 0;
}
