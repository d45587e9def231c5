// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "wire/export.h"
#include "wire/lengthframing.h"
#include "wire/streamdissector.h"
#include "wire/tfserver/packet.h"

namespace Halyard::Wire::TfServer {

/// Explains tfserver on a byte stream, with the parsers that the sessions use. Nothing in a frame says what
/// it is, so it follows the conversation: the client's first frame tells whether it is sealed and which
/// generation it is, a PacketMeta whether a payload comes next, the row of requests what an answer belongs
/// to. Of a sealed session it shows the handshake, and records as such.
class HALYARD_EXPORT TfServerDissector final : public StreamDissector
{
public:
    explicit TfServerDissector(const DissectorLimits &limits = {});

private:
    enum class Kind : std::uint8_t { Unknown, Clear, Sealed };
    enum class Due : std::uint8_t { Number, Answer };

    [[nodiscard]] std::optional<bool> looksLikeFrame(ByteView bytes) const override;
    [[nodiscard]] std::optional<std::byte> firstByte() const override;
    void explainFrame(Dissection &dissection, bool isTruncated) override;
    void explainGarbage(Dissection &dissection, const Error &error) override;

    void explainBody(Dissection &dissection, ByteView body);
    void explainClientBody(Dissection &dissection, ByteView body);
    void explainOpening(Dissection &dissection, ByteView body, const Opening &opening);
    void explainAnswer(Dissection &dissection, ByteView body);
    void explainSealedBody(Dissection &dissection, ByteView body);
    void expect(Due due);

    const LengthFraming m_framing;
    Kind m_kind = Kind::Unknown;
    std::optional<Generation> m_generation;
    bool m_payloadFollows = false;
    std::deque<Due> m_due;
    std::uint64_t m_fromClient = 0; // frames
    std::uint64_t m_fromServer = 0;
    bool m_confirms = false; // the client's third frame was a tag: E2
};

} // namespace Halyard::Wire::TfServer
