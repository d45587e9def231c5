// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "protocol/limits.h"
#include "protocol/session.h"
#include "wire/export.h"

/// tfserver over a byte stream (tfserver specification, section 3; docs/wire/tfserver-conventions.md): the
/// client asks, the server answers in the same order. Nothing else passes: no events, no streams.
namespace Halyard::Wire::TfServer {

/// What both sides have: no first and no last words.
class HALYARD_EXPORT TfServerSession : public Session
{
public:
    ~TfServerSession() override;

    [[nodiscard]] Result<void> start(FrameSink &sink, Now now) override;
    void close(FrameSink &sink, Now now) override;
    void fail(const Error &error, FrameSink &sink, Now now) override;
    [[nodiscard]] bool isReady() const override { return m_started; }
    [[nodiscard]] Capabilities capabilities() const override;
    [[nodiscard]] std::optional<TimePoint> deadline() const override { return std::nullopt; }
    [[nodiscard]] Result<void> expired(FrameSink &sink, Now now) override;

protected:
    /// `spoken` is what people are told beside the protocol's name.
    TfServerSession(std::string spoken, const EngineLimits &limits);

    const EngineLimits m_limits;

private:
    const std::string m_spoken;
    bool m_started = false;
};

} // namespace Halyard::Wire::TfServer
