// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "protocol/heartbeat.h"
#include "protocol/limits.h"
#include "protocol/npro/conventions.h"
#include "protocol/routenames.h"
#include "protocol/session.h"
#include "wire/export.h"

/// network-protocol over a byte stream (its specification, sections 4 and 7; docs/wire/network-protocol.md).
/// Nothing on the wire says what answers what: answers come in the order of the requests, some requests have
/// none, and Pings stand between.
namespace Halyard::Wire::Npro {

/// Whether packets hold records of a FrameSecurity, as between the crate's client and daemon, or messages in
/// clear, as inside its TLS. Heartbeats and Disconnect exist in the first case only.
enum class Wrapping : std::uint8_t { Sealed, Plain };

/// What both sides have: Pings, which also tell how far the peer has come, and the heartbeat made of them. We
/// ping only when nothing else of ours has left for an interval, for crates hand a Ping to the application.
class HALYARD_EXPORT NproSession : public Session
{
public:
    ~NproSession() override;

    [[nodiscard]] Result<void> start(FrameSink &sink, Now now) override;
    void heardFrom(Now now) override;
    void inputPaused(bool paused, Now now) override;
    void fail(const Error &error, FrameSink &sink, Now now) override;
    [[nodiscard]] bool isReady() const override { return m_started; }
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

protected:
    NproSession(Wrapping wrapping, const EngineLimits &limits);

    [[nodiscard]] Result<void> write(const Message &message, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> writeBytes(const MessageBytes &bytes, FrameSink &sink, Now now);
    /// Sends a Ping; its number is what pongs() will be when it is answered.
    [[nodiscard]] Result<std::uint64_t> writePing(FrameSink &sink, Now now);
    /// False where none was due.
    bool pongReceived(Now now);
    [[nodiscard]] std::uint64_t pings() const noexcept { return m_pings; }
    [[nodiscard]] std::uint64_t pongs() const noexcept { return m_pongs; }
    void peerFinished();
    [[nodiscard]] bool hasPeerFinished() const noexcept { return m_peerFinished; }
    [[nodiscard]] bool isSealed() const noexcept { return m_wrapping == Wrapping::Sealed; }

    const EngineLimits m_limits;
    HeaderBlock m_headers; // of the latest message

private:
    const Wrapping m_wrapping;
    Heartbeat m_heartbeat;
    std::uint64_t m_pings = 0;
    std::uint64_t m_pongs = 0;
    std::optional<std::pair<std::uint64_t, std::uint64_t>>
        m_beat; // the latest one: our number, the heartbeat's
    bool m_started = false;
    bool m_peerFinished = false;
};

/// The asking side: one request at a time, NotReady for the next one until its answer, then Writable.
///
///   Free ──request──▶ Asking ──the answer, known by its variant──▶ Free
///   Asking ──given up──▶ Waiting: a Ping has left behind the request
///   Waiting ──the late answer, or the Pong──▶ Free
///   Waiting ──neither in time──▶ failed, for no later answer would have a place
///
/// It answers Pings, which the crate's client does not.
class HALYARD_EXPORT ClientSession final : public NproSession
{
public:
    ClientSession(Wrapping wrapping, const EngineLimits &limits);
    ~ClientSession() override;

    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] std::optional<Event> pendingEvent() override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

private:
    struct Call {
        std::uint64_t id = 0; ///< 0: given up
        Asked asked;
        std::uint64_t ping = 0; ///< the Ping that it is, or that stands behind it; 0: none
    };
    using Step = Result<std::optional<Event>>;

    [[nodiscard]] Result<void> ask(const MessageView &message, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> giveUp(std::uint64_t id, FrameSink &sink, Now now);
    [[nodiscard]] Step pong(Now now);
    [[nodiscard]] Step take(const Message &message);
    [[nodiscard]] std::optional<Event> answered(const Message &message);
    [[nodiscard]] bool isAnswer(const Message &message) const;

    std::optional<Call> m_call;
    std::optional<TimePoint> m_giveUpDeadline;
    bool m_wantsWritable = false;
    bool m_hasHeard = false; // a message of the server, so that both have the same key
};

/// The answering side. What the application has no route for is answered as the crate's default handlers do
/// it: Ping, Echo, and Custom with the command PING; a Custom without a route is an Event. An answer that is
/// an error leaves nothing: the wire has none.
///
/// Answers leave in the order of the requests, whatever the order in which handlers give them. Disconnect
/// cancels what is open, and nothing more is sent.
class HALYARD_EXPORT ServerSession final : public NproSession
{
public:
    using RouteSource = std::function<std::shared_ptr<const RouteNames>()>;

    ServerSession(Wrapping wrapping, RouteSource routes, const EngineLimits &limits);
    ~ServerSession() override;

    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] std::optional<Event> pendingEvent() override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    [[nodiscard]] bool owesAnswers() const override { return m_waiting > 0; }
    [[nodiscard]] std::size_t heldBytes() const override;

private:
    using Step = Result<std::optional<Event>>;
    /// A place in the row of answers.
    struct Place {
        std::optional<Asked> asked;  ///< of a request that the application has
        std::optional<Bytes> answer; ///< waits for those in front; empty: there is none
    };

    [[nodiscard]] Step message(const Message &message, FrameSink &sink, Now now);
    [[nodiscard]] Step request(const Message &message, Asked asked);
    [[nodiscard]] Step answerAtOnce(const Message &answer, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> answer(const MessageView &message, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> sendThoseThatFollow(FrameSink &sink, Now now);
    [[nodiscard]] Result<void> checkRoom(std::size_t bytes) const;
    [[nodiscard]] bool isServed(std::string_view route) const;
    void disconnected();

    const RouteSource m_routes;
    std::deque<Place> m_places;
    std::uint64_t m_firstId = 1; // of the place in front
    std::size_t m_waiting = 0;   // requests without an answer
    std::size_t m_heldBytes = 0; // of answers that wait
    std::deque<std::uint64_t> m_cancelled;
};

} // namespace Halyard::Wire::Npro
