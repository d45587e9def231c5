// SPDX-License-Identifier: MIT
#include "wire/vstp/framing.h"

#include "wire/bytewriter.h"
#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

namespace {

std::uint8_t flagsOf(ByteView body) noexcept
{
    constexpr std::size_t flagsInBody = FlagsAt - PrefixBytes;
    return body.size() > flagsInBody ? std::to_integer<std::uint8_t>(body[flagsInBody]) : std::uint8_t(0);
}

} // namespace

Result<std::optional<Extent>> VstpFraming::measure(ByteView bytes, std::size_t limit) const
{
    NoTrace trace;
    return readStart(bytes, limit, m_profile, trace);
}

Result<void> VstpFraming::check(ByteView frame, Extent extent) const
{
    NoTrace trace;
    return readChecksum(frame, extent, m_profile, trace);
}

Extent VstpFraming::extentFor(ByteView body) const
{
    return {PrefixBytes, body.size(), checksumBytes(m_profile, flagsOf(body))};
}

Extent VstpFraming::maxOverhead() const { return {PrefixBytes, 0, checksumBytes(m_profile, Flag::Crc)}; }

void VstpFraming::wrap(MutableBytes frame, Extent extent) const
{
    const MutableBytes body = frame.subspan(extent.header, extent.body);
    ByteWriter(frame).writeBytes(Magic).writeU8(Version);
    if (body.size() >= BodyPrefixBytes) {
        const std::size_t headerBytes
            = ByteReader(ByteView(frame).subspan(HeaderLengthAt)).readU16Le().value_or(0);
        const std::size_t behindPrefix = body.size() - BodyPrefixBytes;
        const std::size_t payloadBytes = behindPrefix > headerBytes ? behindPrefix - headerBytes : 0;
        ByteWriter(frame.subspan(PayloadLengthAt)).writeU32Be(static_cast<std::uint32_t>(payloadBytes));
    }

    const std::size_t checksumAt = extent.header + extent.body;
    if (extent.trailer == 0)
        return;
    ByteWriter trailer(frame.subspan(checksumAt, extent.trailer));
    if (m_profile == Profile::R)
        trailer.writeU32Be(checksumOf(frame.first(checksumAt), m_profile));
    else
        trailer.writeU16Le(static_cast<std::uint16_t>(checksumOf(frame.first(checksumAt), m_profile)));
}

} // namespace Halyard::Wire::Vstp
