// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "wire/export.h"
#include "wire/npro/framing.h"
#include "wire/streamdissector.h"

namespace Halyard::Wire {
class SealedRecords;
}

namespace Halyard::Wire::Npro {

class Exchange;

/// Explains network-protocol on a byte stream, with the decoder's own layout. The client's first packet tells
/// whether the session is sealed; of one that is it shows the handshake, and records as such until unlock(),
/// from then on also the message in each. A record that comes again, or goes back, is marked as the engine
/// would refuse it.
class HALYARD_EXPORT NproDissector final : public StreamDissector
{
public:
    explicit NproDissector(const DissectorLimits &limits = defaultLimits());
    ~NproDissector() override;

    /// Those of StreamDissector with the protocol's own size of frames.
    [[nodiscard]] static DissectorLimits defaultLimits();
    void useSecurities(std::shared_ptr<const SecurityProvider> securities) override;
    [[nodiscard]] Result<void> unlock(ByteView exportedSecrets) override;
    [[nodiscard]] bool followsConversation() const override { return m_kind == Kind::Sealed; }

private:
    enum class Kind : std::uint8_t { Unknown, Clear, Sealed };

    [[nodiscard]] std::optional<bool> looksLikeFrame(ByteView bytes) const override;
    [[nodiscard]] std::optional<std::byte> firstByte() const override;
    void explainFrame(Dissection &dissection, bool isTruncated) override;
    void explainGarbage(Dissection &dissection, const Error &error) override;

    void explainMessage(Dissection &dissection, ByteView body, std::optional<std::uint32_t> expected);
    void explainRecord(Dissection &dissection, ByteView body);
    void explainOpened(Dissection &dissection, Field &opened);
    [[nodiscard]] std::optional<std::uint32_t> handshakeDue(Direction direction);

    NproFraming m_framing;
    Kind m_kind = Kind::Unknown;
    std::array<std::uint64_t, 2> m_packets {}; // so far, by direction
    const std::unique_ptr<Exchange> m_exchange;
    const std::unique_ptr<SealedRecords> m_records;
};

} // namespace Halyard::Wire::Npro
