// SPDX-License-Identifier: MIT
#pragma once

#include "protocol/vstp/session.h"
#include "wire/export.h"

namespace Halyard::Wire::Vstp {

/// The side that answers HELLO by WELCOME.
///
///   Deciding ──HELLO with halyard──▶ Halyard
///   Deciding ──any other first frame──▶ Raw
class HALYARD_EXPORT ServerSession final : public VstpSession
{
public:
    ServerSession(Profile profile, Peer peer, const EngineLimits &limits);
    ~ServerSession() override;

    void close(FrameSink &sink, Now now) override;

private:
    [[nodiscard]] Result<void> greet(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> decideBy(const FrameView &frame, Now now) override;
    [[nodiscard]] Result<void> hello(const FrameView &frame, FrameSink &sink) override;
};

} // namespace Halyard::Wire::Vstp
