// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <type_traits>

#include "wire/bincode.h"
#include "wire/rkyv.h"
#include "wire/tfserver/codec.h"

/// The layout of packets, said once for decoder and dissector (tfserver specification, sections 3.1 to 3.10).
/// Each function takes a trace: the decoder's compiles to nothing; a recording one hears of every part with
/// its place in the body that the function was given. Not installed.
namespace Halyard::Wire::TfServer {

enum class Part : std::uint8_t {
    Kind,
    StructureType,
    Handler,
    HasPayload,
    Name,
    ErrorKind,
    HasDetail,
    Detail,
    TextLength,  ///< in front of a name or detail, in generation 3
    TextPointer, ///< to one, in generation 4
    Filler,      ///< room for what is not there
};

// What a packet begins with: u32 in generation 3, u8 at the beginning of the root in generation 4.
enum class PacketKind : std::uint8_t { Meta = 0, Query = 1, Answer = 2, Error = 3 };
inline constexpr std::uint8_t PacketKinds = 4;
inline constexpr std::uint8_t ErrorKinds = 4;

// Sizes of the roots in generation 4.
inline constexpr std::size_t MetaRoot = 18;
inline constexpr std::size_t NumberRoot = 9; // a query or its answer
inline constexpr std::size_t ErrorRoot = 11;

struct NoTrace {
    static constexpr bool Records = false;
};

/// Reads a packet's parts one behind the other, in either generation, and tells the trace of each.
template <class Reader, class Trace>
class PacketReader
{
public:
    static constexpr bool IsRkyv = std::is_same_v<Reader, Rkyv::Reader>;

    PacketReader(ByteView body, std::size_t rootBytes, Trace &trace)
        : m_body(body)
        , m_reader(readerOf(body, rootBytes))
        , m_trace(trace)
        , m_rootAt(IsRkyv ? body.size() - std::min(rootBytes, body.size()) : 0)
    { }

    bool readKind(PacketKind expected)
    {
        return readVariant(Part::Kind, PacketKinds) == std::uint32_t(expected) && !m_reader.hasFailed();
    }
    std::uint32_t readVariant(Part part, [[maybe_unused]] std::uint32_t count)
    {
        const std::size_t at = m_reader.position();
        std::uint32_t variant = 0;
        if constexpr (IsRkyv)
            variant = m_reader.readVariant();
        else
            variant = m_reader.readVariant(count);
        told(part, at, variant);
        return variant;
    }
    std::uint64_t readU64(Part part)
    {
        const std::size_t at = m_reader.position();
        const std::uint64_t number = m_reader.readU64();
        told(part, at, number);
        return number;
    }
    bool readBool(Part part)
    {
        const std::size_t at = m_reader.position();
        const bool value = m_reader.readBool();
        told(part, at, value ? 1 : 0);
        return value;
    }
    std::string_view readText(Part part)
    {
        const std::size_t at = m_reader.position();
        const std::string_view text = m_reader.readText();
        toldRun(part, at, asBytes(text));
        return text;
    }
    std::string_view readBytes(Part part)
    {
        const std::size_t at = m_reader.position();
        const ByteView bytes = m_reader.readBytes();
        toldRun(part, at, bytes);
        return asText(bytes);
    }
    /// What rkyv keeps room for although it is not there.
    void skip([[maybe_unused]] std::size_t bytes)
    {
        if constexpr (IsRkyv) {
            const std::size_t at = m_reader.position();
            m_reader.skip(bytes);
            told(Part::Filler, at, 0);
        }
    }

    template <class Packet>
    [[nodiscard]] Result<Packet> finish(const Packet &packet) const
    {
        return m_reader.finish().map([&] { return packet; });
    }
    /// The same, with the surplus bytes that crates accept.
    template <class Packet>
    [[nodiscard]] Result<Packet> finishLeniently(const Packet &packet) const
    {
        return m_reader.finishLeniently().map([&] { return packet; });
    }

private:
    static Reader readerOf(ByteView body, [[maybe_unused]] std::size_t rootBytes)
    {
        if constexpr (IsRkyv)
            return Reader(body, rootBytes);
        else
            return Reader(body);
    }

    void told(
        [[maybe_unused]] Part part, [[maybe_unused]] std::size_t at, [[maybe_unused]] std::uint64_t value)
    {
        if constexpr (Trace::Records) {
            if (!m_reader.hasFailed())
                m_trace.part(part, m_rootAt + at, m_reader.position() - at, value);
        }
    }
    // A run of bytes: behind its length in generation 3, in place of its pointer or in front of the root in
    // generation 4.
    void toldRun([[maybe_unused]] Part part, [[maybe_unused]] std::size_t at, [[maybe_unused]] ByteView run)
    {
        if constexpr (Trace::Records) {
            if (m_reader.hasFailed())
                return;
            const std::size_t place = run.empty() ? 0 : std::size_t(run.data() - m_body.data());
            const std::size_t slot = m_rootAt + at;
            const std::size_t slotBytes = IsRkyv ? Rkyv::PointerBytes : sizeof(std::uint64_t);
            if (place == slot)
                m_trace.part(Part::Filler, slot + run.size(), slotBytes - run.size(), 0);
            else
                m_trace.part(IsRkyv ? Part::TextPointer : Part::TextLength, slot, slotBytes, run.size());
            m_trace.part(part, place, run.size(), 0);
        }
    }

    ByteView m_body;
    Reader m_reader;
    Trace &m_trace;
    std::size_t m_rootAt;
};

inline tl::unexpected<Error> notA(std::string_view what) { return malformed("no " + std::string(what)); }

template <class Packet>
Result<PacketMeta> readMeta(Packet packet)
{
    if (!packet.readKind(PacketKind::Meta))
        return notA("PacketMeta");
    PacketMeta meta;
    meta.structureType = packet.readU64(Part::StructureType);
    meta.handlerId = packet.readU64(Part::Handler);
    meta.hasPayload = packet.readBool(Part::HasPayload);
    return packet.finishLeniently(meta);
}

template <class Packet>
Result<HandlerQuery> readQuery(Packet packet)
{
    if (!packet.readKind(PacketKind::Query))
        return notA("HandlerMetaReq");
    const HandlerQuery query {packet.readText(Part::Name)};
    return packet.finishLeniently(query);
}

template <class Packet>
Result<HandlerAnswer> readAnswer(Packet packet)
{
    if (!packet.readKind(PacketKind::Answer))
        return notA("HandlerMetaAns");
    const HandlerAnswer answer {packet.readU64(Part::Handler)};
    return packet.finish(answer);
}

template <class Packet>
Result<ServerError> readError(Packet packet)
{
    if (!packet.readKind(PacketKind::Error))
        return notA("ServerError");
    const std::uint32_t kind = packet.readVariant(Part::ErrorKind, ErrorKinds);
    if (kind >= ErrorKinds)
        return notA("kind of ServerError: " + std::to_string(kind));
    ServerError error {ServerError::Kind(kind), std::nullopt};
    // rkyv keeps room for the largest variant, whose option is then anything.
    if (error.kind == ServerError::Kind::PayloadLost)
        packet.skip(1 + Rkyv::PointerBytes);
    else if (!packet.readBool(Part::HasDetail))
        packet.skip(Rkyv::PointerBytes);
    else if (error.kind == ServerError::Kind::InternalError)
        error.detail = packet.readBytes(Part::Detail);
    else
        error.detail = packet.readText(Part::Detail);
    return packet.finish(error);
}

template <class Trace>
Result<PacketMeta> readMeta(Generation generation, ByteView body, Trace &trace)
{
    return generation == Generation::G3
        ? readMeta(PacketReader<Bincode::Reader, Trace>(body, MetaRoot, trace))
        : readMeta(PacketReader<Rkyv::Reader, Trace>(body, MetaRoot, trace));
}

template <class Trace>
Result<HandlerQuery> readQuery(Generation generation, ByteView body, Trace &trace)
{
    return generation == Generation::G3
        ? readQuery(PacketReader<Bincode::Reader, Trace>(body, NumberRoot, trace))
        : readQuery(PacketReader<Rkyv::Reader, Trace>(body, NumberRoot, trace));
}

template <class Trace>
Result<HandlerAnswer> readAnswer(Generation generation, ByteView body, Trace &trace)
{
    return generation == Generation::G3
        ? readAnswer(PacketReader<Bincode::Reader, Trace>(body, NumberRoot, trace))
        : readAnswer(PacketReader<Rkyv::Reader, Trace>(body, NumberRoot, trace));
}

template <class Trace>
Result<ServerError> readError(Generation generation, ByteView body, Trace &trace)
{
    return generation == Generation::G3
        ? readError(PacketReader<Bincode::Reader, Trace>(body, ErrorRoot, trace))
        : readError(PacketReader<Rkyv::Reader, Trace>(body, ErrorRoot, trace));
}

} // namespace Halyard::Wire::TfServer
