// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/bytereader.h"
#include "wire/checksum.h"
#include "wire/framing.h"
#include "wire/headerlayout.h"
#include "wire/vstp/codec.h"

/// The layout of vstp frames, said once for decoder and dissector (vstp specification, sections 1.1, 1.6 and
/// 1.8). Each function takes a trace: the decoder's compiles to nothing and stops at the first fault; a
/// recording one hears of every part with its place in the frame and, where it makes sense, goes on behind a
/// fault. Not installed.
namespace Halyard::Wire::Vstp {

enum class Part : std::uint8_t {
    Magic,
    Version,
    Type,
    Flags,
    HeaderLength,
    PayloadLength,
    Headers,
    Payload,
    Checksum
};

/// First bytes of the parts, from the start of the frame.
inline constexpr std::size_t VersionAt = 2;
inline constexpr std::size_t TypeAt = 3;
inline constexpr std::size_t FlagsAt = 4;
inline constexpr std::size_t HeaderLengthAt = 5;
inline constexpr std::size_t PayloadLengthAt = 7;
inline constexpr std::size_t HeadersAt = 11;
inline constexpr std::array<std::byte, 2> Magic {std::byte {'V'}, std::byte {'T'}};
inline constexpr std::uint8_t Version = 1;

struct NoTrace : NoHeaderTrace {
};

// The faults. Out of line: building their texts is no part of the fast path.
[[nodiscard]] tl::unexpected<Error> badMagic(ByteView start);
[[nodiscard]] tl::unexpected<Error> badVersion(std::uint8_t version);
[[nodiscard]] tl::unexpected<Error> tooLarge(std::uint64_t total, std::size_t limit);
[[nodiscard]] tl::unexpected<Error> unknownType(std::uint8_t type);
[[nodiscard]] tl::unexpected<Error> shortBody(std::size_t bodyBytes, std::size_t headerBytes);
[[nodiscard]] tl::unexpected<Error> crcMismatch(
    Profile profile, std::uint32_t received, std::uint32_t computed);

[[nodiscard]] constexpr HeaderLayout headerLayout(Profile profile) noexcept
{
    return profile == Profile::R ? HeaderLayout::Short : HeaderLayout::Long;
}

[[nodiscard]] constexpr std::size_t checksumBytes(Profile profile, std::uint8_t flags) noexcept
{
    if (profile == Profile::R)
        return 4; // whatever FLAGS.CRC says
    return (flags & Flag::Crc) != 0 ? 2 : 0;
}

/// Of everything in front of the trailer. Profile R covers all of it, profile S headers and payload.
[[nodiscard]] inline std::uint32_t checksumOf(ByteView front, Profile profile) noexcept
{
    if (profile == Profile::R)
        return crc32(front);
    return crc16Arc(front.subspan(std::min(HeadersAt, front.size())));
}

/// MAGIC … PAY_LEN. Magic and version are judged from their first wrong byte on.
template <class Trace>
Result<std::optional<Extent>> readStart(ByteView bytes, std::size_t limit, Profile profile, Trace &trace)
{
    const ByteView magic = bytes.first(std::min(bytes.size(), Magic.size()));
    if (!std::equal(magic.begin(), magic.end(), Magic.begin())) {
        auto error = badMagic(magic);
        if constexpr (Trace::Records)
            trace.fault(Part::Magic, 0, magic.size(), error.value());
        return error;
    }
    if constexpr (Trace::Records)
        trace.part(Part::Magic, 0, magic.size(), 0);

    ByteReader reader(bytes.subspan(magic.size()));
    const auto version = reader.readU8();
    if (!version)
        return std::nullopt;
    if constexpr (Trace::Records)
        trace.part(Part::Version, VersionAt, 1, *version);
    if (*version != Version) {
        auto error = badVersion(*version);
        if constexpr (Trace::Records)
            trace.fault(Part::Version, VersionAt, 1, error.value());
        return error;
    }

    const auto type = reader.readU8();
    if constexpr (Trace::Records) {
        if (type)
            trace.part(Part::Type, TypeAt, 1, *type);
    }
    const auto flags = reader.readU8();
    if constexpr (Trace::Records) {
        if (flags)
            trace.part(Part::Flags, FlagsAt, 1, *flags);
    }
    const auto headerBytes = reader.readU16Le();
    if constexpr (Trace::Records) {
        if (headerBytes)
            trace.part(Part::HeaderLength, HeaderLengthAt, 2, *headerBytes);
    }
    const auto payloadBytes = reader.readU32Be();
    if (!payloadBytes)
        return std::nullopt;
    if constexpr (Trace::Records)
        trace.part(Part::PayloadLength, PayloadLengthAt, 4, *payloadBytes);

    const std::size_t trailer = checksumBytes(profile, *flags);
    // 64 bits, because both lengths together pass 32.
    const std::uint64_t total = std::uint64_t(HeadersAt) + *headerBytes + *payloadBytes + trailer;
    if (total > limit) {
        auto error = tooLarge(total, limit);
        if constexpr (Trace::Records)
            trace.fault(Part::PayloadLength, PayloadLengthAt, 4, error.value());
        return error;
    }
    return Extent {PrefixBytes, static_cast<std::size_t>(total) - PrefixBytes - trailer, trailer};
}

/// The checksum of a whole frame.
template <class Trace>
Result<void> readChecksum(ByteView frame, Extent extent, Profile profile, Trace &trace)
{
    if (extent.trailer == 0)
        return {};
    const std::size_t at = extent.header + extent.body;
    ByteReader reader(frame.subspan(at));
    const std::uint32_t received
        = profile == Profile::R ? reader.readU32Be().value_or(0) : reader.readU16Le().value_or(0);
    const std::uint32_t computed = checksumOf(frame.first(at), profile);
    if constexpr (Trace::Records)
        trace.part(Part::Checksum, at, extent.trailer, received);
    if (received == computed)
        return {};
    auto error = crcMismatch(profile, received, computed);
    if constexpr (Trace::Records)
        trace.fault(Part::Checksum, at, extent.trailer, error.value());
    return error;
}

/// TYPE … payload. A recording trace may hand over less than the whole body, and gets the parts behind a
/// wrong type, too; the first fault is what is returned.
template <class Trace>
Result<FrameView> readBody(ByteView body, Profile profile, std::size_t maxHeaders, Trace &trace)
{
    ByteReader reader(body);
    const std::uint8_t type = reader.readU8().value_or(0);
    const std::uint8_t flags = reader.readU8().value_or(0);
    const std::size_t announced = reader.readU16Le().value_or(0);
    if (body.size() < BodyPrefixBytes)
        return shortBody(body.size(), announced);
    if constexpr (!Trace::Records) {
        if (body.size() - BodyPrefixBytes < announced)
            return shortBody(body.size(), announced);
        if (!isFrameType(type))
            return unknownType(type);
    } else {
        if (!isFrameType(type))
            trace.fault(Part::Type, TypeAt, 1, unknownType(type).value());
    }

    const ByteView rest = body.subspan(BodyPrefixBytes);
    const ByteView block = rest.first(std::min(announced, rest.size()));
    if constexpr (Trace::Records) {
        if (announced > 0)
            trace.part(Part::Headers, HeadersAt, block.size(), announced);
    }
    const auto entries = readEntries(block, announced, maxHeaders, headerLayout(profile), trace);
    const ByteView payload = rest.subspan(block.size());
    if constexpr (Trace::Records) {
        trace.part(Part::Payload, HeadersAt + block.size(), payload.size(), payload.size());
        if (!isFrameType(type))
            return unknownType(type);
    }
    if (!entries)
        return tl::unexpected(entries.error());
    return FrameView {static_cast<FrameType>(type), static_cast<std::uint8_t>(flags & KnownFlags),
        HeaderBlockView(block, headerLayout(profile)), payload};
}

} // namespace Halyard::Wire::Vstp
