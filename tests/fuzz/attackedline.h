// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <vector>

#include "fuzzing.h"
#include "wire/framing.h"

namespace Halyard::Wire::Fuzz {

/// One direction between two peers, in the hands of an attacker.
class AttackedLine
{
public:
    /// What was done to what is on the way.
    enum class Deed : std::uint8_t {
        None,
        Changed, ///< other bytes, or some of them twice
        Skipped, ///< a frame overtakes another, or never comes
    };

    Bytes bytes;           ///< on the way
    bool isCut = false;    ///< nothing more comes out
    bool hasEnded = false; ///< and the other end knows

    Bytes take(std::size_t most)
    {
        const auto end = bytes.begin() + std::ptrdiff_t(std::min(most, bytes.size()));
        const Bytes taken(bytes.begin(), end);
        bytes.erase(bytes.begin(), end);
        return taken;
    }

    Deed flipBit(Input &input)
    {
        if (bytes.empty())
            return Deed::None;
        bytes[(input.byte() * 256 + input.byte()) % bytes.size()]
            ^= static_cast<std::byte>(1U << (input.byte() % 8));
        return Deed::Changed;
    }

    /// Among the frames that are whole.
    Deed shuffle(Input &input, const Framing &framing, std::size_t maxFrameBytes, AttackedLine &back)
    {
        std::vector<Bytes> frames;
        ByteView rest = bytes;
        while (!rest.empty()) {
            const auto extent = framing.measure(rest, maxFrameBytes);
            if (!extent || !*extent || (*extent)->total() > rest.size())
                break;
            frames.push_back(toBytes(rest.first((*extent)->total())));
            rest = rest.subspan((*extent)->total());
        }
        if (frames.empty())
            return Deed::None;
        const std::size_t one = input.byte() % frames.size();
        const std::size_t other = input.byte() % frames.size();
        Deed deed = Deed::Skipped;
        switch (input.byte() % 4) {
        case 0:
            std::swap(frames[one], frames[other]);
            break;
        case 1:
            frames.insert(frames.begin() + std::ptrdiff_t(one), Bytes(frames[other]));
            break;
        case 2:
            frames.erase(frames.begin() + std::ptrdiff_t(one));
            break;
        default: // to whom it came from
            back.bytes.insert(back.bytes.end(), frames[one].begin(), frames[one].end());
            deed = Deed::Changed;
        }
        frames.push_back(toBytes(rest));
        bytes.clear();
        for (const Bytes &frame : frames)
            bytes.insert(bytes.end(), frame.begin(), frame.end());
        return deed;
    }
};

} // namespace Halyard::Wire::Fuzz
