// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/event.h"
#include "protocol/message.h"
#include "wire/bytes.h"
#include "wire/dissection.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framesecurity.h"
#include "wire/time.h"

namespace Halyard::Wire {

enum class Role : std::uint8_t { Client, Server };

/// What a connection can do, known at Ready. What is missing fails at the call with NotSupportedByProtocol.
struct Capabilities {
    bool routes = false;
    bool headers = false;
    bool requests = false; ///< Request, Reply, Error
    bool streams = false;  ///< Item, End
    bool cancel = false;
    bool events = false;
    bool heartbeat = false;
    bool handoff = false;   ///< one side can take the connection from its protocol (Engine::handOff)
    std::string security;   ///< what seals the connection besides its transport, e.g. "E2"; empty: nothing
    std::string user;       ///< who was proved to be the client; empty: nobody
    std::string negotiated; ///< for people: what the two sides agreed on, e.g. "vstp, halyard conventions 1"

    friend bool operator==(const Capabilities &, const Capabilities &) = default;
};

/// Sees what passes an engine, for taps and captures. Called with the engine on the stack: copy and return.
class HALYARD_EXPORT EngineObserver
{
public:
    enum class Layer : std::uint8_t { Frame, OpenedBody };
    enum class Passage : std::uint8_t { In, Out };
    virtual ~EngineObserver();
    virtual void observed(Passage passage, Layer layer, ByteView bytes, Now now) = 0;
    /// Whether secretsExported() is for it. This default wants nothing that has to be kept secret.
    [[nodiscard]] virtual bool wantsSecrets() const { return false; }
    /// What opens the records of this conversation for a dissector (FrameSecurity::exportedSecrets());
    /// whoever takes it wipes it. Once, as soon as there is such, before any record that it opens is
    /// observed: so also where the peer then fails to prove that it has the same.
    virtual void secretsExported(Bytes secrets, Now now);
};

/// All that one connection does, without I/O, clock or thread. One owner drives it:
///   in:  inputSpace() → fill → received(n), then nextEvent() until it gives nothing
///   out: output() → write → written(n)
///   time: expired() once deadline() has passed
/// Every call that is given a Now, and output(), may have an event as its consequence, so nextEvent() is
/// asked after each of them. While much output is pending the owner need not ask: what has come in waits, and
/// nothing is lost.
/// An error of the peer is delivered as Closed{error} after everything that came before it.
class HALYARD_EXPORT Engine
{
public:
    Engine() = default;
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;
    virtual ~Engine();

    /// The transport is open. Called once, first.
    virtual void start(Now now) = 0;
    /// Where to put input; at least one byte, at most `wanted` bytes long, valid until the next call. Empty
    /// once no input is taken any more, or while so much waits that nextEvent() has to be asked first.
    [[nodiscard]] virtual MutableBytes inputSpace(std::size_t wanted) = 0;
    /// So many bytes were put there; datagrams: exactly one.
    virtual void received(std::size_t bytes, Now now) = 0;
    /// The peer's half-close, or the end of the transport.
    virtual void inputEnded(Now now) = 0;
    /// Our own backpressure is not the peer's silence: no frame or heartbeat deadline runs while it holds.
    virtual void inputPaused(bool paused, Now now) = 0;
    /// Parses one step. Views in the event live until the next non-const call.
    [[nodiscard]] virtual std::optional<Event> nextEvent(Now now) = 0;
    /// Encodes one message behind the pending output. Fails with NotSupportedByProtocol, PayloadTooLarge,
    /// BadHeaders, TooManyHeaders, CallRefused, NotReady (again after Writable or Ready), NotConnected;
    /// nothing is written then.
    [[nodiscard]] virtual Result<void> send(const MessageView &message, Now now) = 0;
    /// The answer to CredentialsNeeded.
    virtual void provide(std::optional<Credentials> credentials, Now now) = 0;
    /// Says goodbye as the protocol does; Closed follows once all is written.
    virtual void close(Now now) = 0;
    /// The owner has found an error (idle, budget, transport): pending and final output may leave, then
    /// Closed{error}.
    virtual void fail(Error error, Now now) = 0;
    /// Takes the session away, right after the message that agreed on it was sent (server) or received
    /// (client), before anything else is asked for: FrameReceived bodies come instead of messages,
    /// sendFrame() replaces send(), close() says nothing any more. Filters go with the session; framing,
    /// security, counters and bytes that are already here stay. Fails with NotSupportedByProtocol,
    /// NotConnected, and with NotReady while answers that were promised have not left: send them, then try
    /// again.
    [[nodiscard]] virtual Result<void> handOff(Now now);
    /// One plain body behind the pending output; only after handOff(). Fails like send().
    [[nodiscard]] virtual Result<void> sendFrame(ByteView body, Now now);
    /// Stream: all that is pending. Datagrams: one. Valid until the next non-const call.
    [[nodiscard]] virtual std::optional<ByteView> output() = 0;
    virtual void written(std::size_t bytes, Now now) = 0;
    /// Bytes kept for this connection: buffers, answers out of order, requests behind a look-up.
    [[nodiscard]] virtual std::size_t heldBytes() const = 0;
    [[nodiscard]] virtual Capabilities capabilities() const = 0;
    /// The protocol's name where that was found out from the peer's first bytes; empty otherwise.
    [[nodiscard]] virtual std::string_view recognisedProtocol() const { return {}; }
    /// Round-trip time of the latest heartbeat, if there was one.
    [[nodiscard]] virtual std::optional<std::chrono::microseconds> roundTripTime() const
    {
        return std::nullopt;
    }
    [[nodiscard]] virtual std::optional<TimePoint> deadline() const = 0;
    virtual void expired(Now now) = 0;
    /// Not owned; nullptr takes it away.
    virtual void setObserver(EngineObserver *observer) = 0;
};

} // namespace Halyard::Wire
