// SPDX-License-Identifier: MIT
#include "wire/tfserver/recognition.h"

#include <array>
#include <cstdint>

#include <tl/expected.hpp>

#include "wire/bytereader.h"
#include "wire/bytewriter.h"
#include "wire/lengthframing.h"
#include "wire/tfserver/codec.h"

namespace Halyard::Wire::TfServer {

namespace {

constexpr std::size_t LongestName = 2'048; // of a user
constexpr std::size_t G3QueryBytes = 12;   // without the name
constexpr std::array<std::byte, 5> PointFrame {
    std::byte {0}, std::byte {0}, std::byte {0}, std::byte {33}, std::byte {'A'}};

/// The length of the first frame; otherwise what can be said without it.
tl::expected<std::uint32_t, Recognition> lengthOf(ByteView first)
{
    // Of frames up to 16 MiB the first byte is zero, and no other protocol begins with one.
    if (!first.empty() && first.front() != std::byte {0})
        return tl::unexpected(Recognition::No);
    const auto length = ByteReader(first).readU32Be();
    if (!length)
        return tl::unexpected(Recognition::More);
    return *length;
}

} // namespace

Recognition looksClear(ByteView first) noexcept
{
    const auto length = lengthOf(first);
    if (!length)
        return length.error();
    const ByteView body = first.subspan(LengthFraming::HeaderBytes);
    if (*length <= TellingBytes - LengthFraming::HeaderBytes) {
        if (body.size() < *length)
            return Recognition::More;
        return recogniseGeneration(body.first(*length)) ? Recognition::Yes : Recognition::No;
    }
    std::array<std::byte, G3QueryBytes> query {};
    ByteWriter(query).writeU32Le(1).writeU64Le(*length - G3QueryBytes);
    return beginsWith(body, query);
}

Recognition looksSealed(ByteView first) noexcept
{
    const auto length = lengthOf(first);
    if (!length)
        return length.error();
    if (*length > LongestName)
        return Recognition::No;
    const std::size_t end = LengthFraming::HeaderBytes + *length;
    if (end + PointFrame.size() > TellingBytes)
        return Recognition::Yes; // what follows lies too far behind
    return first.size() < end ? Recognition::More : beginsWith(first.subspan(end), PointFrame);
}

} // namespace Halyard::Wire::TfServer
