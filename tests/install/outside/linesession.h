// SPDX-License-Identifier: MIT
#pragma once

#include <halyard/protocol/session.h>

/// Messages as lines of four words, `KIND ID ROUTE PAYLOAD`: `? 7 shout ahoy` asks, `! 7 - AHOY` answers,
/// `. 0 log hello` is an event. The payload goes on to the end of the line; `-` stands for no route.
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
