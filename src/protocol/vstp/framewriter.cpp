// SPDX-License-Identifier: MIT
#include "protocol/vstp/framewriter.h"

#include <limits>
#include <string>

#include "wire/vstp/layout.h"

namespace Halyard::Wire::Vstp {

namespace {

std::byte *putEntry(std::byte *at, Header header, HeaderLayout layout)
{
    *at++ = static_cast<std::byte>(header.key.size());
    if (layout == HeaderLayout::Short) {
        *at++ = static_cast<std::byte>(header.value.size());
        at = copyBytes(asBytes(header.key), at);
    } else {
        at = copyBytes(asBytes(header.key), at);
        *at++ = static_cast<std::byte>(header.value.size() & 0xFFU);
        *at++ = static_cast<std::byte>(header.value.size() >> 8U);
    }
    return copyBytes(asBytes(header.value), at);
}

} // namespace

Result<void> writeFrame(FrameSink &sink, Profile profile, const FrameParts &parts, std::size_t maxHeaders)
{
    const HeaderLayout layout = headerLayout(profile);
    const bool asTheyAre = parts.headers.layout() == layout;
    const ByteView ours = parts.conventions ? parts.conventions->bytes() : ByteView {};
    std::size_t count = parts.conventions ? parts.conventions->count() : 0;
    std::size_t theirs = asTheyAre ? parts.headers.bytes().size() : 0;
    for (const Header header : parts.headers) {
        ++count;
        if (asTheyAre)
            continue;
        if (layout == HeaderLayout::Short && header.value.size() > 255)
            return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
                "a header value of " + std::to_string(header.value.size()) + " bytes, limit 255");
        theirs += (layout == HeaderLayout::Short ? 2 : 3) + header.key.size() + header.value.size();
    }
    if (count > maxHeaders)
        return failure(ErrorCode::TooManyHeaders, ErrorOrigin::Local,
            std::to_string(count) + " headers, limit " + std::to_string(maxHeaders));
    const std::size_t block = ours.size() + theirs;
    if (block > HeaderBlock::MaxBytes)
        return failure(ErrorCode::BadHeaders, ErrorOrigin::Local,
            "a header block of " + std::to_string(block) + " bytes, limit "
                + std::to_string(HeaderBlock::MaxBytes));
    if (parts.payload.size() > std::numeric_limits<std::uint32_t>::max())
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Local,
            "a payload of " + std::to_string(parts.payload.size()) + " bytes does not fit into PAY_LEN");
    const auto body = sink.begin(bodySize(block, parts.payload.size()));
    if (!body)
        return tl::unexpected(body.error());
    writeBodyPrefix(*body, parts.type, 0, block, parts.payload.size());
    std::byte *at = copyBytes(ours, body->data() + BodyPrefixBytes);
    if (asTheyAre) {
        at = copyBytes(parts.headers.bytes(), at);
    } else {
        for (const Header header : parts.headers)
            at = putEntry(at, header, layout);
    }
    copyBytes(parts.payload, at);
    return sink.commit();
}

} // namespace Halyard::Wire::Vstp
