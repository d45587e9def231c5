// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/npro/session.h"
#include "wire/export.h"

namespace Halyard::Wire::Npro {

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

} // namespace Halyard::Wire::Npro
