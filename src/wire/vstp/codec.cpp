// SPDX-License-Identifier: MIT
#include "wire/vstp/codec.h"

#include <limits>

#include "wire/bytewriter.h"
#include "wire/vstp/framing.h"
#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

std::string_view frameTypeName(FrameType type) noexcept
{
    switch (type) {
    case FrameType::Hello:
        return "HELLO";
    case FrameType::Welcome:
        return "WELCOME";
    case FrameType::Data:
        return "DATA";
    case FrameType::Ping:
        return "PING";
    case FrameType::Pong:
        return "PONG";
    case FrameType::Bye:
        return "BYE";
    case FrameType::Ack:
        return "ACK";
    case FrameType::Err:
        return "ERR";
    }
    return "unknown";
}

Result<FrameView> parseBody(ByteView body, Profile profile, std::size_t maxHeaders)
{
    NoTrace trace;
    return readBody(body, profile, maxHeaders, trace);
}

void writeBodyPrefix(MutableBytes body, FrameType type, std::uint8_t flags, std::size_t headerBytes,
    std::size_t payloadBytes) noexcept
{
    ByteWriter(body)
        .writeU8(static_cast<std::uint8_t>(type))
        .writeU8(flags & KnownFlags)
        .writeU16Le(static_cast<std::uint16_t>(headerBytes))
        .writeU32Be(static_cast<std::uint32_t>(payloadBytes));
}

Result<Bytes> encodeFrame(const FrameView &frame, Profile profile, const EncodeLimits &limits)
{
    const ByteView block = frame.headers.bytes();
    if (!isFrameType(static_cast<std::uint8_t>(frame.type))) {
        return failure(ErrorCode::UnknownFrameType, ErrorOrigin::Local,
            "frame type " + std::to_string(static_cast<unsigned>(frame.type)) + " does not exist");
    }
    if (!block.empty() && frame.headers.layout() != headerLayout(profile)) {
        return failure(
            ErrorCode::BadHeaders, ErrorOrigin::Local, "the header block has another profile's layout");
    }
    if (block.size() > HeaderBlock::MaxBytes) {
        return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
            "a header block of " + std::to_string(block.size()) + " bytes; at most "
                + std::to_string(HeaderBlock::MaxBytes) + " can be written");
    }
    if (auto entries = HeaderBlockView::validate(block, limits.maxHeaders, headerLayout(profile)); !entries) {
        entries.error().origin = ErrorOrigin::Local;
        return tl::unexpected(std::move(entries).error());
    }
    const std::size_t trailer = checksumBytes(profile, frame.flags);
    const std::uint64_t total
        = std::uint64_t(PrefixBytes) + bodySize(block.size(), frame.payload.size()) + trailer;
    if (frame.payload.size() > std::numeric_limits<std::uint32_t>::max() || total > limits.maxFrameBytes) {
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            "a frame of " + std::to_string(total) + " bytes; the limit is "
                + std::to_string(limits.maxFrameBytes));
    }

    const Extent extent {PrefixBytes, bodySize(block.size(), frame.payload.size()), trailer};
    Bytes bytes(extent.total());
    const MutableBytes body = MutableBytes(bytes).subspan(PrefixBytes, extent.body);
    writeBodyPrefix(body, frame.type, frame.flags, block.size(), frame.payload.size());
    ByteWriter(body.subspan(BodyPrefixBytes)).writeBytes(block).writeBytes(frame.payload);
    VstpFraming(profile).wrap(bytes, extent);
    return bytes;
}

} // namespace Halyard::Wire::Vstp
