// SPDX-License-Identifier: MIT
#include "wire/tfserver/recognition.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <tl/expected.hpp>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"
#include "wire/lengthframing.h"
#include "wire/tfserver/packet.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::size_t LongestName = 2'048; // of a user
constexpr std::size_t G3QueryBytes = 12;   // without the name
constexpr std::array<std::byte, 5> PointFrame {
    std::byte {0}, std::byte {0}, std::byte {0}, std::byte {33}, std::byte {'A'}};

Likeness matches(ByteView bytes, ByteView expected)
{
    const std::size_t known = std::min(bytes.size(), expected.size());
    if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known), expected.begin()))
        return Likeness::No;
    return known == expected.size() ? Likeness::Yes : Likeness::TooShort;
}

/// The length of the first frame; otherwise what can be said without it.
tl::expected<std::uint32_t, Likeness> lengthOf(ByteView first)
{
    // Of frames up to 16 MiB the first byte is zero, and no other protocol begins with one.
    if (!first.empty() && first.front() != std::byte {0})
        return tl::unexpected(Likeness::No);
    const auto length = ByteReader(first).readU32Be();
    if (!length)
        return tl::unexpected(Likeness::TooShort);
    return *length;
}

} // namespace

Likeness looksClear(ByteView first) noexcept
{
    const auto length = lengthOf(first);
    if (!length)
        return length.error();
    const ByteView body = first.subspan(LengthFraming::HeaderBytes);
    if (*length <= TellingBytes - LengthFraming::HeaderBytes) {
        if (body.size() < *length)
            return Likeness::TooShort;
        return recogniseGeneration(body.first(*length)) ? Likeness::Yes : Likeness::No;
    }
    std::array<std::byte, G3QueryBytes> query {};
    ByteWriter(query).writeU32Le(1).writeU64Le(*length - G3QueryBytes);
    return matches(body, query);
}

Likeness looksSealed(ByteView first) noexcept
{
    const auto length = lengthOf(first);
    if (!length)
        return length.error();
    if (*length > LongestName)
        return Likeness::No;
    const std::size_t end = LengthFraming::HeaderBytes + *length;
    if (end + PointFrame.size() > TellingBytes)
        return Likeness::Yes; // what follows lies too far behind
    return first.size() < end ? Likeness::TooShort : matches(first.subspan(end), PointFrame);
}

} // namespace Halyard::Wire::TfServer
