// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "protocol/limits.h"
#include "protocol/openrequests.h"
#include "protocol/routenames.h"
#include "protocol/session.h"
#include "wire/export.h"
#include "wire/tfserver/packet.h"

/// tfserver over a byte stream (tfserver specification, section 3; docs/wire/tfserver-conventions.md): the
/// client asks, the server answers in the same order. Nothing else passes: no events, no streams.
namespace Halyard::Wire::TfServer {

/// The asking side.
///
///   send(request) ──number known──▶ PacketMeta and payload, a place in the row of answers
///                 ──not yet──▶ HandlerMetaReq; NotReady until its answer, then Writable
///
/// A call that nobody waits for any more keeps its place, so that the answers behind it stay where they are.
class HALYARD_EXPORT ClientSession final : public Session
{
public:
    /// Numbers of routes that are kept; all are forgotten when one more comes.
    static constexpr std::size_t MaxKnownRoutes = 1'024;

    /// `security` is for people; empty where nothing seals.
    ClientSession(Generation generation, std::string security, const EngineLimits &limits);
    ~ClientSession() override;

    [[nodiscard]] Result<void> start(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    void fail(const Error &error, FrameSink &sink, Now now) override;
    [[nodiscard]] bool isReady() const override { return m_started; }
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::size_t heldBytes() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

private:
    /// What the next answer belongs to.
    struct Due {
        enum class Kind : std::uint8_t { LookUp, Call, Tombstone };
        Kind kind = Kind::Call;
        std::uint64_t id = 0;
    };
    /// A look-up that failed, until the request that caused it is told.
    struct Unknown {
        std::string route;
        Error error;
    };

    [[nodiscard]] Result<void> sendRequest(const MessageView &message, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> lookUp(std::string_view route, FrameSink &sink);
    [[nodiscard]] Result<std::optional<Event>> lookedUp(ByteView body);
    [[nodiscard]] MessageReceived answered(std::uint64_t id, ByteView body);
    void forgetCall(std::uint64_t id);

    const Generation m_generation;
    const std::string m_security;
    const EngineLimits m_limits;
    bool m_started = false;
    bool m_peerFinished = false;
    std::deque<Due> m_due; // in the order of the answers
    OpenRequests m_calls;
    std::string m_lookedUp; // while a look-up is due
    bool m_isLookingUp = false;
    std::optional<Unknown> m_unknown;
    std::map<std::string, std::uint64_t, std::less<>> m_numbers;
    std::optional<Error> m_broken; // half of a request has left: nothing behind it would be understood
    TimePoint m_brokenAt {};
};

/// The answering side. The client's first frame tells its generation.
///
///   Opening ──PacketMeta with payload──▶ Payload ──any frame──▶ Opening, and a request
///   Opening ──PacketMeta without──▶ Opening, and a request
///   Opening ──HandlerMetaReq, empty frame, anything else──▶ Opening
///
/// Answers leave in the order of the requests, whatever the order in which handlers give them. Behind a
/// request of a route that may hand the connection off nothing is read until its answer is out: only then it
/// is known whether requests or frames of somebody else follow.
class HALYARD_EXPORT ServerSession final : public Session
{
public:
    using RouteSource = std::function<std::shared_ptr<const RouteNames>()>;

    ServerSession(RouteSource routes, std::string security, const EngineLimits &limits);
    ~ServerSession() override;

    [[nodiscard]] Result<void> start(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    void fail(const Error &error, FrameSink &sink, Now now) override;
    [[nodiscard]] bool isReady() const override { return m_started; }
    [[nodiscard]] bool owesAnswers() const override { return m_waiting > 0; }
    [[nodiscard]] bool holdsInput() const override { return m_mayHandOff.has_value(); }
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::size_t heldBytes() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

private:
    using Step = Result<std::optional<Event>>;
    /// A place in the row of answers: the request's own, or of what was answered without asking anybody.
    struct Place {
        bool isRequest = false;
        std::optional<Bytes> answer; // waits for those in front
    };

    [[nodiscard]] Result<Opening> readOpening(ByteView body);
    [[nodiscard]] Step request(const PacketMeta &meta, ByteView payload, FrameSink &sink);
    [[nodiscard]] Step answerAtOnce(Bytes answer, FrameSink &sink);
    [[nodiscard]] Result<void> give(std::size_t place, ByteView answer, FrameSink &sink);
    [[nodiscard]] Result<void> sendError(std::size_t place, const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendThoseThatFollow(FrameSink &sink);
    [[nodiscard]] Result<std::size_t> placeOf(std::uint64_t id) const;
    void leavePlace();
    [[nodiscard]] Result<void> checkRoom() const;
    [[nodiscard]] Generation generation() const { return m_generation.value_or(Generation::G4); }

    const RouteSource m_routes;
    const std::string m_security;
    const EngineLimits m_limits;
    std::optional<Generation> m_generation;
    bool m_started = false;
    std::optional<PacketMeta> m_meta; // whose payload is the next frame
    std::deque<Place> m_places;
    std::uint64_t m_firstId = 1;               // of the place in front
    std::size_t m_waiting = 0;                 // requests without an answer
    std::size_t m_heldBytes = 0;               // of answers that wait
    std::optional<std::uint64_t> m_mayHandOff; // the request behind which nothing is read yet
    std::shared_ptr<const RouteNames> m_names; // what the latest message refers to
    HeaderBlock m_headers;                     // the same
};

} // namespace Halyard::Wire::TfServer
