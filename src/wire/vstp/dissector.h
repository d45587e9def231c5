// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "wire/dissection.h"
#include "wire/export.h"
#include "wire/vstp/framing.h"

namespace Halyard::Wire::Vstp {

/// What a dissector may hold.
struct DissectorLimits {
    std::size_t maxFrameBytes = 8'388'608; ///< with all overhead; a longer one is PayloadTooLarge
    std::size_t maxHeaders = 256;          ///< entries; what follows is not taken apart
    std::size_t maxGarbageBytes = 65'536;  ///< of one dissection; a longer run comes in pieces
    std::size_t maxHeldBytes = 67'108'864; ///< of dissections that were not fetched
};

/// Explains vstp on a byte stream, both directions of one conversation. It cuts with VstpFraming and reads
/// with the decoder's own layout, so what it marks first is what ends an engine's connection. After a frame
/// whose checksum, type or headers are wrong it goes on behind that frame; after wrong magic, version or size
/// at the next bytes that look like the start of a frame. Any cut of the input gives the same dissections.
/// Its memory is bounded by one unfinished frame per direction and maxHeldBytes.
class HALYARD_EXPORT VstpDissector final : public Dissector
{
public:
    explicit VstpDissector(Profile profile = Profile::R, const DissectorLimits &limits = {});

    void feed(Direction direction, ByteView bytes, Now now) override;
    void finish(Direction direction, Now now) override;
    [[nodiscard]] std::optional<Dissection> next() override;
    /// Bytes that it holds: begun frames of both directions and what was not fetched.
    [[nodiscard]] std::size_t heldBytes() const noexcept;

private:
    enum class CutKind : std::uint8_t { Frame, Truncated, Garbage, Skipped };
    struct Cut {
        CutKind kind = CutKind::Frame;
        Direction direction = Direction::ClientToServer;
        std::uint64_t streamOffset = 0;
        Now time {};
        Bytes bytes;
        Error error; ///< of garbage; the next frame may begin before all bytes that were judged
        std::uint64_t skippedCuts = 0;
        std::uint64_t skippedBytes = 0;
    };
    struct Stream {
        Bytes buffer;
        std::size_t begin = 0;          ///< of what is not cut yet
        std::uint64_t streamOffset = 0; ///< of that
        std::size_t scanned = 0;        ///< of that, without the start of a frame in it

        [[nodiscard]] ByteView pending() const noexcept { return ByteView(buffer).subspan(begin); }
    };

    [[nodiscard]] bool cutOne(Direction direction, Now now, bool isFinished);
    [[nodiscard]] std::optional<std::size_t> garbageLength(Stream &stream, bool isFinished) const;
    void take(CutKind kind, Direction direction, std::size_t length, Now now, Error error = {});
    [[nodiscard]] Dissection explain(Cut cut) const;
    void explainFrame(Dissection &dissection, bool isTruncated) const;
    void explainGarbage(Dissection &dissection, const Error &error) const;

    VstpFraming m_framing;
    DissectorLimits m_limits;
    std::array<Stream, 2> m_streams;
    std::deque<Cut> m_cuts;
    std::size_t m_heldBytes = 0;
};

} // namespace Halyard::Wire::Vstp
