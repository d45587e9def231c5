// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "wire/dissection.h"
#include "wire/tfserver/packet.h"

namespace Halyard::Wire::TfServer {

/// What one plain body is, as a field that counts from where it was told to.
struct ExplainedBody {
    Field field;
    std::string summary;
    std::optional<Error> wrong;
    std::string remark; ///< a warning; may be empty
};

/// Follows the requests of one conversation and their answers through its plain bodies, the opened ones of a
/// sealed session included: nothing in a body says what it is. Not installed.
class Exchange
{
public:
    /// The next body in that direction; its field begins at `at`.
    [[nodiscard]] ExplainedBody explain(Direction direction, ByteView body, std::size_t at);

private:
    enum class Due : std::uint8_t { Number, Answer };

    [[nodiscard]] ExplainedBody explainRequest(ByteView body, std::size_t at);
    [[nodiscard]] ExplainedBody explainOpening(const Opening &opening, ByteView body, std::size_t at);
    [[nodiscard]] ExplainedBody explainAnswer(ByteView body, std::size_t at);
    void expect(Due due);

    std::optional<Generation> m_generation;
    bool m_payloadFollows = false;
    std::deque<Due> m_due;
};

} // namespace Halyard::Wire::TfServer
