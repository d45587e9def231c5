// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "protocol/engine.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/framesecurity.h"
#include "wire/time.h"

namespace Halyard::Wire {

/// A client and a server of one protocol joined at their plain frame bodies, each with an engine of its own
/// (EngineSetup::onlyFrames): so each has a security of its own, or none. A value without I/O or clock; one
/// owner, one thread:
///   in:  inputSpace() → fill → received(n), then nextEvent() until it gives nothing
///   out: output() → write → written(n), then nextEvent() again
///   time: expired() once deadline() has passed
///
/// Bounded: of what a side says no more is taken while maxPendingBytes wait for the other, or while the other
/// is not ready, than that one frame is complete. No frame deadline runs meanwhile. What came before an error
/// is passed on first; after one nothing more is taken, and what is pending can still leave.
class HALYARD_EXPORT FrameRelay final
{
public:
    /// By who is at the other end.
    enum class Side : std::uint8_t { Client, Server };

    /// The side's handshake is done. Of the client: from now on it is worth while to connect to the server.
    struct Ready {
        Side side;
    };
    /// The side's handshake waits for provide(). `identity` is the user that the client named, empty where we
    /// have to be one ourselves.
    struct CredentialsNeeded {
        Side side;
        std::string identity;
    };
    /// It will say nothing more, and all that it said is in the other's output.
    struct Ended {
        Side side;
    };
    /// Once, last: where, and why; the detail begins with the side. PayloadTooLarge of local origin is a
    /// frame that the other side could say, but that this one cannot carry.
    struct Failed {
        Side side;
        Error error;
    };
    using Event = std::variant<Ready, CredentialsNeeded, Ended, Failed>;

    /// `client` is the engine that faces the client, in the role of a server; `server` the other.
    FrameRelay(std::unique_ptr<Engine> client, std::unique_ptr<Engine> server, std::size_t maxPendingBytes);
    ~FrameRelay();
    FrameRelay(const FrameRelay &) = delete;
    FrameRelay &operator=(const FrameRelay &) = delete;

    /// The side's transport is open. Once for each.
    void start(Side side, Now now);
    /// Empty before start(), while the side is held back, and after its end.
    [[nodiscard]] MutableBytes inputSpace(Side side, std::size_t wanted);
    void received(Side side, std::size_t bytes, Now now);
    void inputEnded(Side side, Now now);
    /// Whether nothing is taken from a side because the other does not take it.
    [[nodiscard]] bool isHeldBack(Side side) const;
    /// Whether all that a side said has been passed on, and its end has come.
    [[nodiscard]] bool hasEnded(Side side) const { return at(side).ended; }
    [[nodiscard]] bool hasFailed() const { return m_failed; }
    [[nodiscard]] std::optional<Event> nextEvent(Now now);
    /// Nothing for a user that is not known.
    void provide(Side side, std::optional<Credentials> credentials, Now now);

    [[nodiscard]] ByteView output(Side side);
    void written(Side side, std::size_t bytes, Now now);
    /// So much of what was written the side's network has not taken yet: it counts as pending.
    void setUnsent(Side side, std::size_t bytes) { at(side).unsent = bytes; }

    [[nodiscard]] std::optional<TimePoint> deadline() const;
    void expired(Now now);
    [[nodiscard]] std::size_t heldBytes() const;
    /// Not owned; nullptr takes it away.
    void setObserver(Side side, EngineObserver *observer);

private:
    struct End {
        std::unique_ptr<Engine> engine;
        std::size_t output = 0; // of the engine, when last counted
        std::size_t unsent = 0; // of the transport
        bool started = false;
        bool ready = false;
        bool ended = false;
        bool paused = false; // as the engine knows it
    };

    [[nodiscard]] static Side other(Side side) { return side == Side::Client ? Side::Server : Side::Client; }
    [[nodiscard]] End &at(Side side) { return m_ends[std::size_t(side)]; }
    [[nodiscard]] const End &at(Side side) const { return m_ends[std::size_t(side)]; }
    [[nodiscard]] std::optional<Event> nextOf(Side side, Now now);
    [[nodiscard]] std::optional<Event> take(Side side, Wire::Event &&event, Now now);
    [[nodiscard]] std::optional<Event> passOn(Side from, ByteView body, Now now);
    [[nodiscard]] Event failed(Side side, Error error);
    void tellOfPause(Side side, Now now);
    [[nodiscard]] static std::size_t countOutput(End &end);

    std::array<End, 2> m_ends;
    const std::size_t m_maxPendingBytes;
    bool m_failed = false;
};

} // namespace Halyard::Wire
