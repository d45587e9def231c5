// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framing.h"
#include "wire/time.h"

namespace Halyard::Wire {

class SecurityProvider;

enum class Severity : std::uint8_t { None, Note, Warning, Error };
enum class Direction : std::uint8_t { ClientToServer, ServerToClient };
/// What a field is to whoever does not know the protocol.
enum class FieldRole : std::uint8_t {
    Plain,
    Payload, ///< the application's own bytes
};
/// What a frame is to the call that it belongs to.
enum class CallPart : std::uint8_t {
    None,    ///< it belongs to none
    Opens,   ///< the request, or its first frame
    Extends, ///< a further frame of the request
    Answers, ///< an answer behind which more may come
    Ends,    ///< the last answer
    Cancels, ///< the caller wants no answer any more
};

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
    FieldRole role = FieldRole::Plain;
    /// Set where this field opens a layer with bytes of its own (an opened record, a decompressed payload):
    /// the offsets of `fields` then count in these.
    std::optional<Bytes> layer;
    std::vector<Field> fields;

    friend bool operator==(const Field &, const Field &) = default;
};

/// A field of which no more is said yet.
[[nodiscard]] HALYARD_EXPORT Field fieldOf(
    std::string name, std::string value, std::size_t offset, std::size_t length);

/// The message that a frame carries, in the words of applications: what lists show of it, what finds answers,
/// and what it takes to say the same again. Texts are as they were sent, and may hold any bytes.
struct MessageFacts {
    std::string type;  ///< the protocol's name for frames of this kind; empty for what is no frame
    std::string route; ///< UTF-8; empty where it has none
    std::vector<std::pair<std::string, std::string>>
        headers; ///< the application's, without the protocol's own
    /// Which of the calls of whoever asks: the peers' number for it, or, where they have none, counted here
    /// by the order in which calls were opened and are answered. 0: none, or not certain.
    std::uint64_t call = 0;
    CallPart part = CallPart::None;
    bool isApplications = false; ///< an application says such things; false: the protocol's own affair
    bool goesOn
        = false; ///< a later frame of this call Extends it, and says all of this again beside the rest

    friend bool operator==(const MessageFacts &, const MessageFacts &) = default;
};

/// One frame, or one stretch of bytes that is none, of one conversation.
struct Dissection {
    std::string protocol;
    Direction direction = Direction::ClientToServer;
    std::uint64_t streamOffset = 0; ///< of the first byte, since the conversation began, in this direction
    Now time {};                    ///< when the last byte of it was fed
    bool complete = true;           ///< false: bytes are missing
    std::string summary;            ///< one line for lists: type, route, id, size
    MessageFacts message;
    Extent extent; ///< how the framing divides `bytes`; all 0 for what is no whole frame
    Bytes bytes;   ///< of the outermost layer
    Field root;

    /// The worst severity in the tree.
    [[nodiscard]] HALYARD_EXPORT Severity severity() const;
    /// The bytes of the first field whose role is Payload, in whichever layer; empty without one.
    [[nodiscard]] HALYARD_EXPORT ByteView payload() const;
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
    /// would say something else (but for MessageFacts' `call` and `part`, which only a conversation can
    /// tell). This default takes each frame by itself.
    [[nodiscard]] virtual bool followsConversation() const;
    /// The next frame that is explained, in the order in which they became complete. To be called until there
    /// is none after every feed(); what is left lying is bounded, and what exceeds the bound comes out as one
    /// dissection that says how much was not explained.
    [[nodiscard]] virtual std::optional<Dissection> next() = 0;
};

} // namespace Halyard::Wire
