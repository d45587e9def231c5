// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include "protocol/engine.h"
#include "protocol/event.h"
#include "protocol/framesink.h"
#include "protocol/message.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/time.h"

namespace Halyard::Wire {

/// Turns bodies into messages and back: correlation, look-ups, order, liveness. With a Framing it is all that
/// the author of a protocol writes; FramedEngine joins the two. An error that a function returns, other than
/// from send(), closes the connection.
class HALYARD_EXPORT Session
{
public:
    Session() = default;
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;
    virtual ~Session();

    /// The way is open for plain bodies (security is established).
    [[nodiscard]] virtual Result<void> start(FrameSink &sink, Now now) = 0;
    /// One plain body. What the protocol owes at once (PONG, ACK) goes into the sink. The event may refer to
    /// `body`; after PeerFinished nothing more is received. Should it become ready by this body, Ready is
    /// given before the event.
    [[nodiscard]] virtual Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) = 0;
    /// Events that no body caused (by time, or a second one of the same body); asked for before each body and
    /// at the end.
    [[nodiscard]] virtual std::optional<Event> pendingEvent() { return std::nullopt; }
    /// Any bytes came in, complete frame or not.
    virtual void heardFrom(Now) { }
    /// End of the input at a frame boundary, after isReady() and unless PeerFinished was given before.
    /// FramedEngine then gives PeerFinished, once.
    [[nodiscard]] virtual Result<void> inputEnded(FrameSink &sink, Now now) = 0;
    virtual void inputPaused(bool, Now) { }
    [[nodiscard]] virtual Result<void> send(const MessageView &message, FrameSink &sink, Now now) = 0;
    /// The last words of a clean close (BYE), if the protocol has any.
    virtual void close(FrameSink &sink, Now now) = 0;
    /// The last words after an error (ERR), if the protocol has any.
    virtual void fail(const Error &error, FrameSink &sink, Now now) = 0;
    /// Requests of the peer wait for an answer that was promised.
    [[nodiscard]] virtual bool owesAnswers() const { return false; }
    /// No body is given to received() while it holds: an answer that is due decides what they are (handoff).
    [[nodiscard]] virtual bool holdsInput() const { return false; }
    [[nodiscard]] virtual bool isReady() const = 0;
    [[nodiscard]] virtual Capabilities capabilities() const = 0;
    [[nodiscard]] virtual std::optional<std::chrono::microseconds> roundTripTime() const
    {
        return std::nullopt;
    }
    [[nodiscard]] virtual std::size_t heldBytes() const { return 0; }
    [[nodiscard]] virtual std::optional<TimePoint> deadline() const = 0;
    [[nodiscard]] virtual Result<void> expired(FrameSink &sink, Now now) = 0;
};

} // namespace Halyard::Wire
