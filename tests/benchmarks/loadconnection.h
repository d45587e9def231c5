// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "latencyhistogram.h"
#include "loadoptions.h"
#include "loopback.h"
#include "vstpframes.h"

namespace Halyard::Bench {

/// What all connections of one run count together.
struct Tally {
    bool counting = false; ///< the measured part of the run
    bool sending = true;   ///< an answer is followed by the next message
    std::size_t ready = 0; ///< connections whose first exchange is done
    std::size_t outstanding = 0;
    std::uint64_t messages = 0;
    std::uint64_t failures = 0;
    LatencyHistogram latency;
};

/// One client: keeps `inFlight` messages under way and checks every answer completely (checksum, correlation,
/// payload). A message belongs to a slot whose frame is built once, so that loading costs little besides the
/// system calls and the server stays what is measured.
class LoadConnection
{
public:
    using Clock = std::chrono::steady_clock;

    LoadConnection(const LoadOptions &options, Tally &tally, std::size_t index);

    /// False when there is no socket to be had.
    [[nodiscard]] bool open();
    [[nodiscard]] int descriptor() const noexcept { return m_socket.get(); }
    [[nodiscard]] bool isAlive() const noexcept { return m_phase != Phase::Dead; }
    /// Epoll says so; `scratch` is input space that all connections share.
    void readable(std::vector<std::byte> &scratch, OutputBuffer &output);
    void writable();
    /// The messages of all slots, once all connections are ready.
    void startLoad(OutputBuffer &output);
    [[nodiscard]] bool wantsToWrite() const noexcept
    {
        return m_phase == Phase::Connecting || !m_unsent.empty();
    }
    bool watchedForWriting = true; ///< what epoll was told; whoever drives the connection keeps it

private:
    enum class Phase : std::uint8_t { Connecting, FirstExchange, Ready, Dead };
    struct Slot {
        Clock::time_point sentAt;
        bool busy = false;
    };

    void buildFrames();
    void take(const Frame &frame, Clock::time_point now, OutputBuffer &output);
    void takeAnswer(const Frame &frame, Clock::time_point now, OutputBuffer &output);
    [[nodiscard]] std::size_t slotOf(const Frame &frame) const;
    void sendSlot(std::size_t slot, Clock::time_point now, OutputBuffer &output);
    void write(OutputBuffer &output);
    void die();

    const LoadOptions &m_options;
    Tally &m_tally;
    const std::size_t m_index;
    Descriptor m_socket;
    Phase m_phase = Phase::Connecting;
    OutputBuffer m_frames; // one after the other, all of m_frameBytes
    std::size_t m_frameBytes = 0;
    std::size_t m_payloadAt = 0; // within a frame
    std::vector<Slot> m_slots;
    std::size_t m_nextSlot = 0; // whose answer is due: plain DATA has no id, but keeps its order
    std::vector<std::byte> m_unfinished;
    std::vector<std::byte> m_unsent;
};

} // namespace Halyard::Bench
