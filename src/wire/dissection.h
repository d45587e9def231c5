// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/time.h"

namespace Halyard::Wire {

class SecurityProvider;

enum class Severity : std::uint8_t { None, Note, Warning, Error };
enum class Direction : std::uint8_t { ClientToServer, ServerToClient };

/// "none", "note", "warning", "error".
[[nodiscard]] HALYARD_EXPORT std::string_view severityName(Severity severity) noexcept;
/// "c2s", "s2c".
[[nodiscard]] HALYARD_EXPORT std::string_view directionName(Direction direction) noexcept;

/// One node of the tree that explains a frame.
struct Field {
    std::string name;
    std::string value;      ///< for people: decimal, hexadecimal, text or the name of an enum value; control
                            ///< characters escaped
    std::size_t offset = 0; ///< first byte, counted in the bytes of the layer that this field belongs to
    std::size_t length = 0; ///< in bytes; 0 for what is derived and has no bytes of its own
    Severity severity = Severity::None;
    std::string note; ///< why the severity; empty otherwise
    /// Set where this field opens a layer with bytes of its own (an opened record, a decompressed payload):
    /// the offsets of `fields` then count in these.
    std::optional<Bytes> layer;
    std::vector<Field> fields;

    friend bool operator==(const Field &, const Field &) = default;
};

/// A field of which no more is said yet.
[[nodiscard]] HALYARD_EXPORT Field fieldOf(
    std::string name, std::string value, std::size_t offset, std::size_t length);

/// One frame, or one stretch of bytes that is none, of one conversation.
struct Dissection {
    std::string protocol;
    Direction direction = Direction::ClientToServer;
    std::uint64_t streamOffset = 0; ///< of the first byte, since the conversation began, in this direction
    Now time {};                    ///< when the last byte of it was fed
    bool complete = true;           ///< false: bytes are missing
    std::string summary;            ///< one line for lists: type, route, id, size
    Bytes bytes;                    ///< of the outermost layer
    Field root;

    /// The worst severity in the tree.
    [[nodiscard]] HALYARD_EXPORT Severity severity() const;
};

/// What the frames that have passed tell of their conversation as a whole, for who only looks on.
struct ConversationTraits {
    std::string negotiated; ///< for people: what both sides agreed on; empty while, and where, nothing tells
    /// Between the last question that a peer answers at once and its answer, as both passed by: from here to
    /// that peer and back. Nothing while, and where, there was none.
    std::optional<std::chrono::microseconds> roundTrip;

    friend bool operator==(const ConversationTraits &, const ConversationTraits &) = default;
};

/// Explains both directions of one conversation. Bounded like an engine, survives garbage, and goes on at the
/// next frame where the framing allows it.
class HALYARD_EXPORT Dissector
{
public:
    Dissector() = default;
    Dissector(const Dissector &) = delete;
    Dissector &operator=(const Dissector &) = delete;
    virtual ~Dissector();

    /// What unlock() may use; without it sealed records stay closed.
    virtual void useSecurities(std::shared_ptr<const SecurityProvider> securities);
    /// Secrets that an engine taking part in the conversation has exported; sealed records open from then on.
    /// Fails with NotSupportedByProtocol where nothing is sealed, which is what this default does.
    [[nodiscard]] virtual Result<void> unlock(ByteView exportedSecrets);
    /// Bytes of one direction, cut anywhere.
    virtual void feed(Direction direction, ByteView bytes, Now now) = 0;
    /// No more bytes will come in that direction: what is begun comes out as incomplete.
    virtual void finish(Direction direction, Now now) = 0;
    /// Nothing has come for a while, and perhaps nothing will: bytes that are no frame come out now, and not
    /// only when the next frame begins behind them. A frame that has begun is still waited for. This default
    /// does nothing.
    virtual void settle(Now now);
    /// From the frames that next() has handed out. This default knows nothing.
    [[nodiscard]] virtual const ConversationTraits &traits() const;
    /// Whether what it says of a frame rests on those before, so that a dissector that sees the frame alone
    /// would say something else. This default takes each frame by itself.
    [[nodiscard]] virtual bool followsConversation() const;
    /// The next frame that is explained, in the order in which they became complete. To be called until there
    /// is none after every feed(); what is left lying is bounded, and what exceeds the bound comes out as one
    /// dissection that says how much was not explained.
    [[nodiscard]] virtual std::optional<Dissection> next() = 0;
};

} // namespace Halyard::Wire
