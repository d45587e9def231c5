// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocol/answerrow.h"
#include "protocol/routenames.h"
#include "protocol/tfserver/session.h"
#include "wire/export.h"
#include "wire/headerblock.h"
#include "wire/tfserver/codec.h"

namespace Halyard::Wire::TfServer {

/// The answering side. The client's first frame tells its generation.
///
///   Opening ──PacketMeta with payload──▶ Payload ──any frame──▶ Opening, and a request
///   Opening ──PacketMeta without──▶ Opening, and a request
///   Opening ──HandlerMetaReq, empty frame, anything else──▶ Opening
///
/// Answers leave in the order of the requests, whatever the order in which handlers give them. Behind a
/// request of a route that may hand the connection off nothing is read until its answer is out: only then it
/// is known whether requests or frames of somebody else follow.
class HALYARD_EXPORT ServerSession final : public TfServerSession
{
public:
    ServerSession(RouteSource routes, const std::string &security, const EngineLimits &limits);
    ~ServerSession() override;

    [[nodiscard]] Result<std::optional<Event>> received(ByteView body, FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> inputEnded(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> send(const MessageView &message, FrameSink &sink, Now now) override;
    [[nodiscard]] bool owesAnswers() const override { return m_answers.waiting() > 0; }
    [[nodiscard]] bool holdsInput() const override { return m_answers.holds(m_mayHandOff); }
    [[nodiscard]] std::size_t heldBytes() const override { return m_answers.heldBytes(); }

private:
    using Step = Result<std::optional<Event>>;

    [[nodiscard]] Result<Opening> readOpening(ByteView body);
    [[nodiscard]] Step request(const PacketMeta &meta, ByteView payload, FrameSink &sink);
    [[nodiscard]] Step answerAtOnce(Bytes answer, FrameSink &sink);
    [[nodiscard]] Result<void> give(std::uint64_t id, ByteView answer, FrameSink &sink);
    [[nodiscard]] Result<void> sendError(const MessageView &message, FrameSink &sink);
    [[nodiscard]] Result<void> sendThoseThatFollow(FrameSink &sink);
    [[nodiscard]] Generation generation() const { return m_generation.value_or(Generation::G4); }

    const RouteSource m_routes;
    std::optional<Generation> m_generation;
    std::optional<PacketMeta> m_meta; // whose payload is the next frame
    AnswerRow m_answers;
    std::uint64_t m_mayHandOff = 0;            // behind this request nothing is read while it is held
    std::shared_ptr<const RouteNames> m_names; // what the latest message refers to
    HeaderBlock m_headers;                     // the same
};

} // namespace Halyard::Wire::TfServer
