// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "protocol/answerrow.h"
#include "protocol/npro/session.h"
#include "protocol/routenames.h"
#include "wire/export.h"

namespace Halyard::Wire::Npro {

/// The answering side. What the application has no route for is answered as the crate's default handlers do
/// it: Ping, Echo, and Custom with the command PING; a Custom without a route is an Event. An answer that is
/// an error leaves nothing: the wire has none.
///
/// Answers leave in the order of the requests, whatever the order in which handlers give them. Disconnect
/// cancels what is open, and nothing more is sent.
class HALYARD_EXPORT ServerSession final : public NproSession
{
public:
    ServerSession(Wrapping wrapping, RouteSource routes, const EngineLimits &limits);
    ~ServerSession() override;

    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] std::optional<Event> pendingEvent() override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    [[nodiscard]] bool owesAnswers() const override { return m_answers.waiting() > 0; }
    [[nodiscard]] std::size_t heldBytes() const override;

private:
    using Step = Result<std::optional<Event>>;

    [[nodiscard]] Step message(const Message &message, FrameSink &sink, Now now);
    [[nodiscard]] Step request(const Message &message, Asked asked);
    [[nodiscard]] Step answerAtOnce(const Message &answer, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> answer(const MessageView &message, FrameSink &sink, Now now);
    [[nodiscard]] Result<void> sendThoseThatFollow(FrameSink &sink, Now now);
    [[nodiscard]] bool isServed(std::string_view route) const;
    void disconnected();

    const RouteSource m_routes;
    AnswerRow m_answers;
    std::map<std::uint64_t, Asked> m_asked; // the requests that have no answer yet
    std::deque<std::uint64_t> m_cancelled;
};

} // namespace Halyard::Wire::Npro
