// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "wire/dissection.h"
#include "wire/tfserver/codec.h"

namespace Halyard::Wire::TfServer {

/// What one plain body is, as a field that counts from where it was told to.
struct ExplainedBody {
    Field field;
    std::string summary;
    std::optional<Error> wrong;
    std::string remark; ///< a warning; may be empty
    MessageFacts message;
};

/// Follows the requests of one conversation and their answers through its plain bodies, the opened ones of a
/// sealed session included: nothing in a body says what it is. Not installed.
///
/// Nothing says either that a stream was handed off. It is known once the server says what a server of
/// requests never would: something that nobody asked for, or an answer other than MalformedMetaInfo to what
/// opens no request. Frames before that which happen to look like requests are taken for such.
///
/// Calls are counted from 1, look-ups and what is refused among them: each has its answer, in this order.
class Exchange
{
public:
    /// The next body in that direction; its field begins at `at`.
    [[nodiscard]] ExplainedBody explain(Direction direction, ByteView body, std::size_t at);

private:
    struct Due {
        enum class Kind : std::uint8_t {
            Number,
            Answer,
            Verdict, ///< on what opens no request, and may be a frame of a stream
        };
        Kind kind = Kind::Answer;
        std::uint64_t call = 0;
        std::string name; ///< whose Number it is
    };

    [[nodiscard]] ExplainedBody explainRequest(ByteView body, std::size_t at);
    [[nodiscard]] ExplainedBody explainOpening(const Opening &opening, ByteView body, std::size_t at);
    [[nodiscard]] ExplainedBody explainAnswer(ByteView body, std::size_t at);
    [[nodiscard]] ExplainedBody explainDueAnswer(ByteView body, std::size_t at, const Due &due);
    [[nodiscard]] ExplainedBody explainFirstOfStream(ByteView body, std::size_t at, std::string why);
    /// What is opened now is the next call.
    void open(MessageFacts &message, Due::Kind due, std::string_view name = {});
    void learn(std::uint64_t handler, const std::string &name);
    [[nodiscard]] std::string routeOf(std::uint64_t handler) const;

    std::optional<Generation> m_generation;
    std::optional<MessageFacts> m_announced; ///< whose payload follows
    std::uint64_t m_calls = 0;
    std::deque<Due> m_due;
    std::map<std::uint64_t, std::string> m_names; ///< of handlers that were looked up
    bool m_hasLostCount = false;                  // which answer is whose is not certain any more
    bool m_hasRequested = false;                  // so that an answer may have handed the stream off
    bool m_isHandedOff = false;
};

} // namespace Halyard::Wire::TfServer
