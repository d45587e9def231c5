// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>

#include "protocol/vstp/session.h"
#include "wire/export.h"

namespace Halyard::Wire::Vstp {

/// The side that says HELLO.
///
///   Deciding ──WELCOME with halyard──▶ Halyard
///   Deciding ──any other WELCOME, DATA, or 2 s without either──▶ Raw
class HALYARD_EXPORT ClientSession final : public VstpSession
{
public:
    /// So long it waits for WELCOME, or as long as the handshake may take if that is less.
    static constexpr std::chrono::milliseconds WelcomeTimeout {2'000};

    ClientSession(Profile profile, Peer peer, const EngineLimits &limits);
    ~ClientSession() override;

    [[nodiscard]] std::optional<TimePoint> deadline() const override;
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

private:
    [[nodiscard]] Result<void> greet(FrameSink &sink, Now now) override;
    [[nodiscard]] Result<void> decideBy(const FrameView &frame, Now now) override;
    [[nodiscard]] Result<void> hello(const FrameView &frame, FrameSink &sink) override;

    std::optional<TimePoint> m_welcomeDeadline;
};

} // namespace Halyard::Wire::Vstp
