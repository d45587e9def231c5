// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "wire/export.h"
#include "wire/npro/framing.h"
#include "wire/recordopener.h"
#include "wire/securityprovider.h"
#include "wire/streamdissector.h"

namespace Halyard::Wire::Npro {

/// Explains network-protocol on a byte stream, with the decoder's own layout. The client's first packet tells
/// whether the session is sealed; of one that is it shows the handshake, and records as such until unlock(),
/// from then on also the message in each. A record that comes again, or goes back, is marked as the engine
/// would refuse it.
class HALYARD_EXPORT NproDissector final : public StreamDissector
{
public:
    /// How many records back a repeated one is known.
    static constexpr std::size_t RememberedNonces = 512;

    explicit NproDissector(const DissectorLimits &limits = defaultLimits());

    /// Those of StreamDissector with the protocol's own size of frames.
    [[nodiscard]] static DissectorLimits defaultLimits();
    void useSecurities(std::shared_ptr<const SecurityProvider> securities) override;
    [[nodiscard]] Result<void> unlock(ByteView exportedSecrets) override;

private:
    enum class Kind : std::uint8_t { Unknown, Clear, Sealed };

    [[nodiscard]] std::optional<bool> looksLikeFrame(ByteView bytes) const override;
    [[nodiscard]] std::optional<std::byte> firstByte() const override;
    void explainFrame(Dissection &dissection, bool isTruncated) override;
    void explainGarbage(Dissection &dissection, const Error &error) override;

    void explainMessage(Dissection &dissection, ByteView body, std::optional<std::uint32_t> expected);
    void explainRecord(Dissection &dissection, ByteView body);
    void openRecord(Dissection &dissection, Field &record, ByteView body);
    [[nodiscard]] std::optional<std::uint32_t> handshakeDue(Direction direction);
    [[nodiscard]] bool isRepeated(ByteView nonce);

    NproFraming m_framing;
    Kind m_kind = Kind::Unknown;
    std::array<std::uint64_t, 2> m_packets {}; // so far, by direction
    std::shared_ptr<const SecurityProvider> m_securities;
    std::unique_ptr<RecordOpener> m_opener;
    std::vector<std::uint64_t> m_nonces;
    std::size_t m_oldestNonce = 0;
};

} // namespace Halyard::Wire::Npro
