// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "framenotation.h"
#include "protocol/framechannel.h"
#include "wire/lengthframing.h"

/// What the tests of FrameChannel share: length-framed bytes, and somebody who puts them in.
namespace Halyard::Wire::Test {

using namespace std::chrono_literals;

inline const LengthFraming Framed;
inline const Now Start {TimePoint(std::chrono::hours(1)), {}};

[[nodiscard]] inline Now after(std::chrono::milliseconds time) { return {Start.steady + time, {}}; }

// Header, then so many bytes of body.
[[nodiscard]] inline Bytes framed(const std::string &body, std::size_t announced)
{
    Bytes frame(LengthFraming::HeaderBytes);
    Framed.wrap(frame, {LengthFraming::HeaderBytes, announced, 0});
    const ByteView bytes = asBytes(body);
    frame.insert(frame.end(), bytes.begin(), bytes.end());
    return frame;
}

[[nodiscard]] inline Bytes framed(const std::string &body) { return framed(body, body.size()); }

[[nodiscard]] inline Bytes operator+(Bytes left, const Bytes &right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// Puts all of it in; gives what the channel says about it: bodies, then the error if there was one.
inline std::vector<std::string> feed(FrameChannel &channel, ByteView bytes, std::size_t cut, Now now = Start)
{
    std::vector<std::string> told;
    do {
        const MutableBytes space = channel.inputSpace(std::min(cut, bytes.size()));
        std::copy_n(bytes.begin(), space.size(), space.begin());
        channel.received(space.size(), now);
        bytes = bytes.subspan(space.size());
        for (;;) {
            const auto body = channel.nextBody(now);
            if (!body) {
                told.push_back("! " + std::string(errorName(body.error().code)));
                return told;
            }
            if (!*body)
                break;
            told.emplace_back(asText(**body));
        }
    } while (!bytes.empty());
    return told;
}

inline std::vector<std::string> feed(FrameChannel &channel, const Bytes &bytes)
{
    return feed(channel, bytes, bytes.size());
}

[[nodiscard]] inline Result<void> write(FrameChannel &channel, std::string_view body)
{
    const auto space = channel.begin(body.size());
    if (!space)
        return tl::unexpected(space.error());
    std::copy_n(asBytes(body).begin(), body.size(), space->begin());
    return channel.commit();
}

struct Record : EngineObserver {
    std::vector<std::string> seen;
    void observed(Passage passage, Layer layer, ByteView bytes, Now now) override
    {
        seen.push_back(std::string(passage == Passage::In ? "in " : "out ")
            + (layer == Layer::Frame ? "frame " : "body ") + std::to_string(bytes.size()) + " at "
            + std::to_string((now.steady - Start.steady) / 1ms));
    }
};

} // namespace Halyard::Wire::Test
