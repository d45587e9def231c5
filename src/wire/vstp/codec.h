// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/headerblock.h"

/// vstp 1 (docs/wire/vstp.md). A frame is
///   | MAGIC "VT" | VER 1 | TYPE u8 | FLAGS u8 | HDR_LEN u16 LE | PAY_LEN u32 BE | headers | payload | CRC-32
///   u32 BE |
/// and its body, what sessions see, goes from TYPE to the end of the payload.
namespace Halyard::Wire::Vstp {

/// R is what the published peers speak. S is the format of the original plan (long header entries, CRC-16 on
/// demand); no peer speaks it and the two cannot be told apart on a stream.
enum class Profile : std::uint8_t { R, S };

enum class FrameType : std::uint8_t {
    Hello = 1,
    Welcome = 2,
    Data = 3,
    Ping = 4,
    Pong = 5,
    Bye = 6,
    Ack = 7,
    Err = 8
};

/// Whether a TYPE byte is one of the eight that exist.
[[nodiscard]] constexpr bool isFrameType(std::uint8_t type) noexcept { return type >= 1 && type <= 8; }
/// "HELLO", "DATA", …; "unknown" for anything else.
[[nodiscard]] HALYARD_EXPORT std::string_view frameTypeName(FrameType type) noexcept;

enum Flag : std::uint8_t { ReqAck = 0x01, Crc = 0x02, Frag = 0x10, Comp = 0x20 };
inline constexpr std::uint8_t KnownFlags = 0x33;

inline constexpr std::size_t PrefixBytes = 3;     ///< MAGIC, VER: the frame's header
inline constexpr std::size_t BodyPrefixBytes = 8; ///< TYPE … PAY_LEN: the front of the body
inline constexpr std::size_t MinFrameBytes = 15;  ///< profile R

/// One frame's content; views into the body it was parsed from.
struct FrameView {
    FrameType type = FrameType::Data;
    std::uint8_t flags = 0; ///< known bits only
    HeaderBlockView headers;
    ByteView payload;
};

/// Parses a body whose frame has passed its framing's check(). Fails with UnknownFrameType, BadHeaders,
/// TooManyHeaders, or MalformedMessage where the body is shorter than its own lengths. The payload is all
/// behind the header block.
[[nodiscard]] HALYARD_EXPORT Result<FrameView> parseBody(
    ByteView body, Profile profile, std::size_t maxHeaders);

[[nodiscard]] constexpr std::size_t bodySize(std::size_t headerBytes, std::size_t payloadBytes) noexcept
{
    return BodyPrefixBytes + headerBytes + payloadBytes;
}

/// Writes TYPE … PAY_LEN into the front of a body of bodySize(headerBytes, payloadBytes) bytes; headers and
/// payload are the caller's to place behind it. Of the flags only known ones are written. headerBytes
/// ≤ 65 535, body.size() ≥ 8.
HALYARD_EXPORT void writeBodyPrefix(MutableBytes body, FrameType type, std::uint8_t flags,
    std::size_t headerBytes, std::size_t payloadBytes) noexcept;

/// What encodeFrame() refuses to write.
struct EncodeLimits {
    std::size_t maxFrameBytes = 8'388'608; ///< with all overhead; what published peers take
    std::size_t maxHeaders = 256;          ///< entries
};

/// The whole frame of a view; of the flags the known ones. Fails with UnknownFrameType; with BadHeaders where
/// the block is too long, does not parse or has not the profile's layout; with TooManyHeaders; and with
/// PayloadTooLarge beyond the limit or 4 GiB.
[[nodiscard]] HALYARD_EXPORT Result<Bytes> encodeFrame(
    const FrameView &frame, Profile profile, const EncodeLimits &limits = {});

} // namespace Halyard::Wire::Vstp
