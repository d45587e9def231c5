// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "protocol/openrequests.h"
#include "protocol/tfserver/session.h"
#include "wire/export.h"
#include "wire/tfserver/codec.h"

namespace Halyard::Wire::TfServer {

/// The asking side.
///
///   send(request) ──number known──▶ PacketMeta and payload, a place in the row of answers
///                 ──not yet──▶ HandlerMetaReq; NotReady until its answer, then Writable
///
/// A call that nobody waits for any more keeps its place, so that the answers behind it stay where they are.
class HALYARD_EXPORT ClientSession final : public TfServerSession
{
public:
    /// Numbers of routes that are kept; all are forgotten when one more comes.
    static constexpr std::size_t MaxKnownRoutes = 1'024;

    /// `security` is for people; empty where nothing seals.
    ClientSession(Generation generation, const std::string &security, const EngineLimits &limits);
    ~ClientSession() override;

    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
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

} // namespace Halyard::Wire::TfServer
