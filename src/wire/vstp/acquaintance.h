// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/dissection.h"
#include "wire/export.h"
#include "wire/headerblock.h"
#include "wire/vstp/frame.h"

namespace Halyard::Wire::Vstp {

/// "vstp, halyard conventions 1 (stream, cancel)": what two peers agreed on, for people. `features` are those
/// that both name.
[[nodiscard]] HALYARD_EXPORT std::string negotiatedText(
    std::uint64_t version, const std::vector<std::string_view> &features);
inline constexpr std::string_view NegotiatedPlain = "vstp, plain peer";

/// What somebody who only sees frames pass learns of two peers: by HELLO and WELCOME whether they speak
/// Halyard's conventions (docs/wire/vstp-conventions.md, "Who speaks them"), by the answers that a peer gives
/// at once how far away it is.
class HALYARD_EXPORT Acquaintance
{
public:
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
