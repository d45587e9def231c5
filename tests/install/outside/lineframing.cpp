// SPDX-License-Identifier: MIT
#include "lineframing.h"

#include <algorithm>

using namespace Halyard::Wire;

namespace {

constexpr std::byte LineFeed {'\n'};

} // namespace

Result<std::optional<Extent>> LineFraming::measure(ByteView bytes, std::size_t limit) const
{
    const auto end = std::ranges::find(bytes, LineFeed);
    const auto body = static_cast<std::size_t>(end - bytes.begin());
    if (body >= limit)
        return failure(ErrorCode::PayloadTooLarge, ErrorOrigin::Peer, "a line longer than the limit");
    if (end == bytes.end())
        return std::nullopt;
    return Extent {.body = body, .trailer = 1};
}

Result<void> LineFraming::check(ByteView, Extent) const { return {}; }

Extent LineFraming::extentFor(ByteView body) const { return {.body = body.size(), .trailer = 1}; }

Extent LineFraming::maxOverhead() const { return {.trailer = 1}; }

void LineFraming::wrap(MutableBytes frame, Extent) const { frame.back() = LineFeed; }
