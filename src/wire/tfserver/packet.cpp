// SPDX-License-Identifier: MIT
#include "wire/tfserver/packet.h"

#include <type_traits>

#include "wire/bincode.h"
#include "wire/rkyv.h"

namespace Halyard::Wire::TfServer {

namespace {

// What a packet begins with: u32 in G3, u8 at the beginning of the root in G4.
enum class PacketTag : std::uint8_t { PacketMeta = 0, HandlerQuery = 1, HandlerAnswer = 2, ServerError = 3 };
constexpr std::uint8_t PacketTags = 4;
constexpr std::uint8_t ErrorKinds = 4;

// Sizes of the roots in G4.
constexpr std::size_t MetaRoot = 18;
constexpr std::size_t NumberRoot = 9; // a query or its answer
constexpr std::size_t ErrorRoot = 11;

// Both readers have the same functions; these give their enums one name.
std::uint32_t readTag(Bincode::Reader &reader) { return reader.readVariant(PacketTags); }
std::uint32_t readTag(Rkyv::Reader &reader) { return reader.readVariant(); }
std::uint32_t readKind(Bincode::Reader &reader) { return reader.readVariant(ErrorKinds); }
std::uint32_t readKind(Rkyv::Reader &reader) { return reader.readVariant(); }
void skipAbsent(Bincode::Reader & /*reader*/) { }
void skipAbsent(Rkyv::Reader &reader) { reader.skip(Rkyv::PointerBytes); }

tl::unexpected<Error> notA(std::string_view what)
{
    return failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer, "no " + std::string(what));
}

template <class Reader>
bool readOpeningTag(Reader &reader, PacketTag tag)
{
    return readTag(reader) == std::uint32_t(tag) && !reader.hasFailed();
}

template <class Reader>
Result<PacketMeta> readMeta(Reader reader)
{
    if (!readOpeningTag(reader, PacketTag::PacketMeta))
        return notA("PacketMeta");
    PacketMeta packet;
    packet.structureType = reader.readU64();
    packet.handlerId = reader.readU64();
    packet.hasPayload = reader.readBool();
    return reader.finishLeniently().map([&] { return packet; });
}

template <class Reader>
Result<HandlerQuery> readQuery(Reader reader)
{
    if (!readOpeningTag(reader, PacketTag::HandlerQuery))
        return notA("HandlerMetaReq");
    const HandlerQuery packet {reader.readText()};
    return reader.finishLeniently().map([&] { return packet; });
}

template <class Reader>
Result<HandlerAnswer> readAnswer(Reader reader)
{
    if (!readOpeningTag(reader, PacketTag::HandlerAnswer))
        return notA("HandlerMetaAns");
    const HandlerAnswer packet {reader.readU64()};
    return reader.finish().map([&] { return packet; });
}

template <class Reader>
Result<ServerError> readError(Reader reader)
{
    if (!readOpeningTag(reader, PacketTag::ServerError))
        return notA("ServerError");
    const std::uint32_t kind = readKind(reader);
    if (kind >= ErrorKinds)
        return notA("kind of ServerError: " + std::to_string(kind));
    ServerError packet {ServerError::Kind(kind), std::nullopt};
    constexpr bool rkyv = std::is_same_v<Reader, Rkyv::Reader>;
    // rkyv keeps room for the largest variant, whose option is then anything.
    if (packet.kind == ServerError::Kind::PayloadLost) {
        if constexpr (rkyv)
            reader.skip(1 + Rkyv::PointerBytes);
    } else if (!reader.readOption()) {
        skipAbsent(reader);
    } else if (packet.kind == ServerError::Kind::InternalError) {
        packet.detail = asText(reader.readBytes());
    } else {
        packet.detail = reader.readText();
    }
    return reader.finish().map([&] { return packet; });
}

template <class Writer>
Bytes writeMeta(Writer writer, const PacketMeta &packet)
{
    writer.writeVariant(std::uint8_t(PacketTag::PacketMeta));
    writer.writeU64(packet.structureType).writeU64(packet.handlerId).writeBool(packet.hasPayload);
    return std::move(writer).finish();
}

template <class Writer>
Bytes writeQuery(Writer writer, const HandlerQuery &packet)
{
    writer.writeVariant(std::uint8_t(PacketTag::HandlerQuery)).writeText(packet.name);
    return std::move(writer).finish();
}

template <class Writer>
Bytes writeAnswer(Writer writer, const HandlerAnswer &packet)
{
    writer.writeVariant(std::uint8_t(PacketTag::HandlerAnswer)).writeU64(packet.handlerId);
    return std::move(writer).finish();
}

template <class Writer>
Bytes writeError(Writer writer, const ServerError &packet)
{
    constexpr bool rkyv = std::is_same_v<Writer, Rkyv::Writer>;
    const bool lost = packet.kind == ServerError::Kind::PayloadLost;
    writer.writeVariant(std::uint8_t(PacketTag::ServerError)).writeVariant(std::uint8_t(packet.kind));
    if (rkyv || !lost)
        writer.writeOption(packet.detail.has_value() && !lost);
    if (packet.detail && !lost) {
        if (packet.kind == ServerError::Kind::InternalError)
            writer.writeBytes(asBytes(*packet.detail));
        else
            writer.writeText(*packet.detail);
    } else if constexpr (rkyv) {
        writer.skip(Rkyv::PointerBytes);
    }
    return std::move(writer).finish();
}

} // namespace

std::string_view serverErrorName(ServerError::Kind kind) noexcept
{
    switch (kind) {
    case ServerError::Kind::MalformedMetaInfo:
        return "MalformedMetaInfo";
    case ServerError::Kind::NoSuchHandler:
        return "NoSuchHandler";
    case ServerError::Kind::InternalError:
        return "InternalError";
    case ServerError::Kind::PayloadLost:
        return "PayloadLost";
    }
    return "unknown";
}

Result<Opening> parseOpening(Generation generation, ByteView body)
{
    // In the crate's order: a body that could be both is a meta.
    const bool g3 = generation == Generation::G3;
    if (const auto meta = g3 ? readMeta(Bincode::Reader(body)) : readMeta(Rkyv::Reader(body, MetaRoot)))
        return *meta;
    return (g3 ? readQuery(Bincode::Reader(body)) : readQuery(Rkyv::Reader(body, NumberRoot)))
        .map([](const HandlerQuery &query) { return Opening(query); });
}

Result<HandlerAnswer> parseHandlerAnswer(Generation generation, ByteView body)
{
    return generation == Generation::G3 ? readAnswer(Bincode::Reader(body))
                                        : readAnswer(Rkyv::Reader(body, NumberRoot));
}

Result<ServerError> parseServerError(Generation generation, ByteView body)
{
    return generation == Generation::G3 ? readError(Bincode::Reader(body))
                                        : readError(Rkyv::Reader(body, ErrorRoot));
}

Bytes write(Generation generation, const PacketMeta &packet)
{
    return generation == Generation::G3 ? writeMeta(Bincode::Writer(), packet)
                                        : writeMeta(Rkyv::Writer(), packet);
}

Bytes write(Generation generation, const HandlerQuery &packet)
{
    return generation == Generation::G3 ? writeQuery(Bincode::Writer(), packet)
                                        : writeQuery(Rkyv::Writer(), packet);
}

Bytes write(Generation generation, const HandlerAnswer &packet)
{
    return generation == Generation::G3 ? writeAnswer(Bincode::Writer(), packet)
                                        : writeAnswer(Rkyv::Writer(), packet);
}

Bytes write(Generation generation, const ServerError &packet)
{
    return generation == Generation::G3 ? writeError(Bincode::Writer(), packet)
                                        : writeError(Rkyv::Writer(), packet);
}

std::optional<Generation> recogniseGeneration(ByteView opening)
{
    // Only what fills its body exactly counts: the two layouts have no size in common then (section 3.10).
    for (const Generation generation : {Generation::G3, Generation::G4}) {
        const auto parsed = parseOpening(generation, opening);
        if (!parsed)
            continue;
        const std::size_t size
            = std::visit([&](const auto &packet) { return write(generation, packet).size(); }, *parsed);
        if (size == opening.size())
            return generation;
    }
    return std::nullopt;
}

} // namespace Halyard::Wire::TfServer
