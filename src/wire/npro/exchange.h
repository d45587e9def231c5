// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "wire/dissection.h"
#include "wire/npro/codec.h"

namespace Halyard::Wire::Npro {

/// Follows the questions of one conversation and their answers through its messages, the opened ones of a
/// sealed session included: nothing in a message says whose answer it is, and some have none. Not installed.
///
/// Both sides answer in order. A Pong belongs to the oldest Ping, an Echo to the oldest Echo, a Custom to the
/// oldest one of its command; what fits none of these to the oldest Custom, whose handler may answer by any
/// message, and without such to nothing. Questions before the one that was answered stay without an answer.
/// Calls are counted from 1, for each side that asks.
class Exchange
{
public:
    /// The next message in that direction. Heartbeats exist in sealed sessions only: in others, a Ping of the
    /// server is the client's own that comes back.
    [[nodiscard]] MessageFacts factsOf(Direction direction, const Message &message, bool isSealed);

private:
    struct Question {
        std::uint64_t call = 0;
        std::size_t kind = 0; ///< its place in Message
        std::string command;
    };
    struct Asker {
        std::uint64_t calls = 0;
        std::deque<Question> open;
    };

    /// The call that is answered; nothing where none is.
    [[nodiscard]] static std::optional<std::uint64_t> takeAnswered(Asker &asker, const Message &message);

    std::array<Asker, 2> m_askers; // by the direction in which they ask
};

} // namespace Halyard::Wire::Npro
