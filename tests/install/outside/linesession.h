// SPDX-License-Identifier: MIT
#pragma once

#include <halyard/protocol/session.h>

/// Lines as messages, both ways. Nothing is negotiated, nothing is said at the end.
class LineSession final : public Halyard::Wire::Session
{
public:
    Halyard::Wire::Result<void> start(Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;
    Halyard::Wire::Result<std::optional<Halyard::Wire::Event>> received(
        Halyard::Wire::ByteView body, Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;
    Halyard::Wire::Result<void> inputEnded(Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;
    Halyard::Wire::Result<void> send(const Halyard::Wire::MessageView &message,
        Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;
    void close(Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;
    void fail(
        const Halyard::Wire::Error &error, Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;
    [[nodiscard]] bool isReady() const override { return m_started; }
    [[nodiscard]] Halyard::Wire::Capabilities capabilities() const override;
    [[nodiscard]] std::optional<Halyard::Wire::TimePoint> deadline() const override { return std::nullopt; }
    Halyard::Wire::Result<void> expired(Halyard::Wire::FrameSink &sink, Halyard::Wire::Now now) override;

private:
    bool m_started = false;
};
