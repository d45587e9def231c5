// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "wire/dissection.h"
#include "wire/export.h"
#include "wire/framing.h"

namespace Halyard::Wire {

/// What a dissector may hold.
struct DissectorLimits {
    std::size_t maxFrameBytes = 8'388'608; ///< with all overhead; a longer one is PayloadTooLarge
    std::size_t maxHeaders = 256;          ///< entries; what follows is not taken apart
    std::size_t maxGarbageBytes = 65'536;  ///< of one dissection; a longer run comes in pieces
    std::size_t maxHeldBytes = 67'108'864; ///< of dissections that were not fetched
};

/// The part of a dissector that all protocols on a byte stream have in common: it cuts both directions of one
/// conversation with the protocol's own framing and hands over what it cut, in the order in which it became
/// complete. Where a frame cannot begin it goes on at the next bytes that look like one. Any cut of the input
/// gives the same dissections. Memory is bounded by one unfinished frame per direction and maxHeldBytes.
class HALYARD_EXPORT StreamDissector : public Dissector
{
public:
    void feed(Direction direction, ByteView bytes, Now now) final;
    void finish(Direction direction, Now now) final;
    void settle(Now now) final;
    [[nodiscard]] std::optional<Dissection> next() final;
    /// Bytes that it holds: begun frames of both directions and what was not fetched.
    [[nodiscard]] std::size_t heldBytes() const noexcept;

protected:
    /// The name is a literal; the framing lives as long as the dissector.
    StreamDissector(std::string_view protocol, const Framing &framing, const DissectorLimits &limits);

    [[nodiscard]] const DissectorLimits &limits() const noexcept { return m_limits; }
    /// Whether a frame might begin here, judged after bytes that were none; nothing while too few are there.
    /// More is asked than of a frame in its place, because a payload may hold anything.
    [[nodiscard]] virtual std::optional<bool> looksLikeFrame(ByteView bytes) const = 0;
    /// What every frame begins with; nothing where that can be any byte: garbage then has no end.
    [[nodiscard]] virtual std::optional<std::byte> firstByte() const = 0;
    /// Fills in summary, root.fields, and root.severity and note where something is wrong. `dissection.bytes`
    /// are the frame; not all of it where isTruncated (the stream has ended). In the order of the
    /// conversation.
    virtual void explainFrame(Dissection &dissection, bool isTruncated) = 0;
    /// The same for bytes at which no frame begins, for this reason.
    virtual void explainGarbage(Dissection &dissection, const Error &error) = 0;

private:
    enum class CutKind : std::uint8_t { Frame, Truncated, Garbage, Skipped };
    struct Cut {
        CutKind kind = CutKind::Frame;
        Direction direction = Direction::ClientToServer;
        std::uint64_t streamOffset = 0;
        Now time {};
        Extent extent; ///< of a frame
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
    void take(
        CutKind kind, Direction direction, std::size_t length, Now now, Error error = {}, Extent extent = {});
    [[nodiscard]] Dissection explain(Cut cut);

    const std::string_view m_protocol;
    const Framing &m_framing;
    const DissectorLimits m_limits;
    std::array<Stream, 2> m_streams;
    std::deque<Cut> m_cuts;
    std::size_t m_heldBytes = 0;
};

/// Marks a field with an error: "BadChecksum: …".
HALYARD_EXPORT void markFailed(Field &field, const Error &error);
/// Marks the whole: on its root, and by name in its summary.
HALYARD_EXPORT void markDissection(Dissection &dissection, const Error &error);
/// "3 bytes", "1 frame".
[[nodiscard]] HALYARD_EXPORT std::string countOf(std::uint64_t number, std::string_view noun);

} // namespace Halyard::Wire
