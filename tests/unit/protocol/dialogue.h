// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "framenotation.h"
#include "protocol/engine.h"
#include "protocol/protocolfactory.h"
#include "wire/vstp/codec.h"

namespace Halyard::Wire::Test {

/// How a protocol's frames are written in scripts.
struct Notation {
    std::function<Bytes(std::string_view)> bytesOf;
    std::function<std::string(ByteView &)> take; ///< the first frame, which it consumes
};

/// Plays the owner of an engine and its peer from a script, one step per line (framenotation.h says how
/// frames, messages and events are written):
///   < FRAME        the peer says it             << HEX   … or just these bytes
///   > FRAME        we have said it; a * at the end stands for anything     >> HEX
///   ! EVENT        the owner has been told
///   send MESSAGE   the owner sends; `send NAME: MESSAGE` where it fails with that error
///   end            the peer's half-close        close     fail NAME     pause     resume
///   handoff MESSAGE   as send, and the session is taken away behind it; `handoff` alone: just that
///   frame TEXT     the owner sends a frame as such
///   provide SECRET credentials; `provide` alone: none
///   hold, release  output stays unwritten from now on; leaves again
///   + 500ms        time goes by; a deadline that passes meanwhile expires when it is due
/// What leaves and what happens must be named, in order, before the next step that makes something happen.
class Dialogue
{
public:
    explicit Dialogue(std::unique_ptr<Engine> engine, Vstp::Profile profile = Vstp::Profile::R);
    Dialogue(std::unique_ptr<Engine> engine, Notation notation);
    /// The engine of vstp's factory.
    Dialogue(
        Role role, const OptionValues &options, const EngineLimits &limits = {}, const Filters &filters = {});
    ~Dialogue();

    /// Bytes that the peer says arrive in pieces of at most this size.
    void cutEvery(std::size_t bytes) { m_cut = bytes; }
    void run(std::string_view script);
    [[nodiscard]] Engine &engine() { return *m_engine; }
    [[nodiscard]] Now now() const { return m_now; }
    /// Everything that was said to the peer, as bytes.
    [[nodiscard]] const Bytes &saidBytes() const { return m_saidBytes; }

private:
    void step(std::string_view line);
    void act(std::string_view verb, std::string_view rest);
    void hear(ByteView bytes);
    void sendMessage(std::string_view rest);
    void handOff(std::string_view message);
    void pass(std::chrono::microseconds time);
    void pump();
    void takeOutput();
    void expectNothingLeft();
    void expectSaid(std::string_view frame);
    void expectEvent(std::string_view event);

    std::shared_ptr<const ProtocolFactory> m_factory;
    std::unique_ptr<Engine> m_engine;
    Notation m_notation;
    Now m_now;
    std::size_t m_cut = 1U << 30U;
    Bytes m_said; // not named yet
    Bytes m_saidBytes;
    std::deque<std::string> m_events;
    bool m_holdOutput = false;
    bool m_closed = false;
};

} // namespace Halyard::Wire::Test
