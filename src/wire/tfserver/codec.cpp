// SPDX-License-Identifier: MIT
#include "wire/tfserver/codec.h"

#include <type_traits>

#include "wire/tfserver/layout.h"

namespace Halyard::Wire::TfServer {

namespace {

template <class Writer>
Bytes writeMeta(Writer writer, const PacketMeta &packet)
{
    writer.writeVariant(std::uint8_t(PacketKind::Meta));
    writer.writeU64(packet.structureType).writeU64(packet.handlerId).writeBool(packet.hasPayload);
    return std::move(writer).finish();
}

template <class Writer>
Bytes writeQuery(Writer writer, const HandlerQuery &packet)
{
    writer.writeVariant(std::uint8_t(PacketKind::Query)).writeText(packet.name);
    return std::move(writer).finish();
}

template <class Writer>
Bytes writeAnswer(Writer writer, const HandlerAnswer &packet)
{
    writer.writeVariant(std::uint8_t(PacketKind::Answer)).writeU64(packet.handlerId);
    return std::move(writer).finish();
}

template <class Writer>
Bytes writeError(Writer writer, const ServerError &packet)
{
    constexpr bool rkyv = std::is_same_v<Writer, Rkyv::Writer>;
    const bool lost = packet.kind == ServerError::Kind::PayloadLost;
    writer.writeVariant(std::uint8_t(PacketKind::Error)).writeVariant(std::uint8_t(packet.kind));
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
    NoTrace trace;
    if (const auto meta = readMeta(generation, body, trace))
        return *meta;
    return readQuery(generation, body, trace).map([](const HandlerQuery &query) { return Opening(query); });
}

Result<HandlerAnswer> parseHandlerAnswer(Generation generation, ByteView body)
{
    NoTrace trace;
    return readAnswer(generation, body, trace);
}

Result<ServerError> parseServerError(Generation generation, ByteView body)
{
    NoTrace trace;
    return readError(generation, body, trace);
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
