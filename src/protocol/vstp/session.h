// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/heartbeat.h"
#include "protocol/limits.h"
#include "protocol/openrequests.h"
#include "protocol/session.h"
#include "protocol/vstp/conventions.h"
#include "wire/export.h"
#include "wire/vstp/codec.h"

namespace Halyard::Wire::Vstp {

/// Whom we take the other side for. `Halyard` is a first assumption that the handshake confirms or not; the
/// other two are final.
enum class Peer : std::uint8_t {
    Halyard, ///< speaks our conventions, if HELLO and WELCOME say so
    Raw,     ///< vstp without conventions: every DATA is an Event
    Easy,    ///< answers whatever it gets as if it were JSON: nothing but DATA and due ACKs is sent to it
};

/// What both sides of vstp over a byte stream do (docs/wire/vstp-conventions.md), which is all but finding
/// out what the other one is:
///
///   Deciding ──HELLO/WELCOME with halyard──▶ Halyard
///   Deciding ──whatever else clientsession.h and serversession.h name──▶ Raw
///   Raw and Easy from the start where the option says so
class HALYARD_EXPORT VstpSession : public Session
{
public:
    ~VstpSession() override;

    [[nodiscard]] Result<void> start(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    void heardFrom(Now now) override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    void inputPaused(bool paused, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    void fail(const Error &error, FrameSink &sink, Now now) override;
    [[nodiscard]] bool isReady() const override { return m_state != State::Deciding; }
    [[nodiscard]] bool owesAnswers() const override { return m_requests.count() > 0; }
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::optional<std::chrono::microseconds> roundTripTime() const override;
    [[nodiscard]] std::size_t heldBytes() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

protected:
    enum class State : std::uint8_t { Deciding, Halyard, Raw, Easy };

    VstpSession(Profile profile, Peer peer, const EngineLimits &limits);

    /// The first words to a peer that has to be found out about.
    [[nodiscard]] virtual Result<void> greet(FrameSink &sink, Now now) = 0;
    /// A frame that comes while it is not known what the peer is.
    [[nodiscard]] virtual Result<void> decideBy(const FrameView &frame, Now now) = 0;
    /// A HELLO, whatever the peer is known to be.
    [[nodiscard]] virtual Result<void> hello(const FrameView &frame, FrameSink &sink) = 0;

    void decide(State state, Now now);
    [[nodiscard]] State state() const noexcept { return m_state; }
    /// A HELLO or WELCOME.
    [[nodiscard]] Result<void> writeGreeting(FrameType type, bool withConventions, FrameSink &sink);
    [[nodiscard]] static bool namesConventions(const FrameView &greeting);
    void readFeatures(const FrameView &greeting);
    /// The peer has told why it gives up: no ERR goes back.
    void peerFailed() noexcept { m_peerFailed = true; }

    const EngineLimits m_limits;

private:
    using Step = Result<std::optional<Event>>;

    void peerFinished();
    [[nodiscard]] Result<void> acknowledge(const FrameView &frame, FrameSink &sink);
    void ping(const FrameView &frame, FrameSink &sink);
    void pong(const FrameView &frame, Now now);
    [[nodiscard]] Step data(const FrameView &frame, FrameSink &sink);
    [[nodiscard]] Step answer(const Conventions &conventions, ByteView payload);
    [[nodiscard]] Step request(const Conventions &conventions, ByteView payload, FrameSink &sink);
    [[nodiscard]] Step err(const FrameView &frame);
    [[nodiscard]] Result<void> sendPlain(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendEvent(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendRequest(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendAnswer(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendCancel(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendError(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> writeErr(const MessageView &message, FrameSink &sink);

    const Profile m_profile;
    const Peer m_peer;
    State m_state = State::Deciding;
    bool m_peerSpoke = false;    // at least one good frame
    bool m_peerFinished = false; // BYE or half-close
    bool m_peerFailed = false;
    bool m_streams = false; // both sides have the feature
    bool m_cancel = false;
    Heartbeat m_heartbeat;
    OpenRequests m_calls;    // ours
    OpenRequests m_requests; // the peer's
    Bytes m_scratch;         // headers that had to be gathered
};

} // namespace Halyard::Wire::Vstp
