// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/dissection.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

namespace Halyard::Wire::Vstp {

/// Follows one conversation through its frames. Who only sees them pass learns by HELLO and WELCOME whether
/// these peers speak Halyard's conventions (docs/wire/vstp-conventions.md, "Who speaks them"), and by the
/// answers that a peer gives at once how far away it is. Not installed.
class Exchange
{
public:
    /// What a frame of this type says to applications. Headers with the names of the conventions and values
    /// of their kind are taken for them, whatever these peers have agreed on.
    [[nodiscard]] static MessageFacts factsOf(
        std::optional<std::uint64_t> type, const std::vector<Header> &headers);
    /// Frames in the order in which they passed; only those without a fault count.
    void passed(FrameType type, Direction direction, Now now, const std::vector<Header> &headers);
    [[nodiscard]] const ConversationTraits &traits() const noexcept { return m_traits; }

private:
    struct Greeting {
        std::uint64_t version = 0; ///< 0: none of Halyard's
        std::string features;
    };

    void decide(const Greeting &answer);
    void ask(std::size_t question, Direction direction, Now now);
    void answer(std::size_t question, Direction direction, Now now);

    ConversationTraits m_traits;
    std::optional<Greeting> m_hello;
    bool m_isDecided = false;
    /// When a question that is not answered yet passed: by its kind, and by its direction.
    std::array<std::array<std::optional<TimePoint>, 2>, 2> m_asked;
};

} // namespace Halyard::Wire::Vstp
