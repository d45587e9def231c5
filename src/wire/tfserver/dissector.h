// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "wire/export.h"
#include "wire/lengthframing.h"
#include "wire/streamdissector.h"

namespace Halyard::Wire {
class SealedRecords;
}

namespace Halyard::Wire::TfServer {

class Exchange;

/// Explains tfserver on a byte stream, with the parsers that the sessions use. Nothing in a frame says what
/// it is, so it follows the conversation: the client's first frame tells whether it is sealed and which
/// generation it is, a PacketMeta whether a payload comes next, the row of requests what an answer belongs
/// to. Of a sealed session it shows the handshake, and records as such until unlock(), from then on also the
/// packet or payload in each. A record that comes again, or does not open, is marked as the engine would
/// refuse it.
class HALYARD_EXPORT TfServerDissector final : public StreamDissector
{
public:
    explicit TfServerDissector(const DissectorLimits &limits = {});
    ~TfServerDissector() override;

    void useSecurities(std::shared_ptr<const SecurityProvider> securities) override;
    [[nodiscard]] Result<void> unlock(ByteView exportedSecrets) override;
    [[nodiscard]] bool followsConversation() const override { return true; }

private:
    enum class Kind : std::uint8_t { Unknown, Clear, Sealed };

    [[nodiscard]] std::optional<bool> looksLikeFrame(ByteView bytes) const override;
    [[nodiscard]] std::optional<std::byte> firstByte() const override;
    void explainFrame(Dissection &dissection, bool isTruncated) override;
    void explainGarbage(Dissection &dissection, const Error &error) override;

    void explainBody(Dissection &dissection, ByteView body);
    void explainSealedBody(Dissection &dissection, ByteView body);
    void explainRecord(Dissection &dissection, ByteView body);

    const LengthFraming m_framing;
    Kind m_kind = Kind::Unknown;
    std::array<std::uint64_t, 2> m_frames {}; // so far, by direction
    bool m_confirms = false;                  // the client's third frame was a tag: E2
    const std::unique_ptr<Exchange> m_exchange;
    const std::unique_ptr<SealedRecords> m_records;
};

} // namespace Halyard::Wire::TfServer
