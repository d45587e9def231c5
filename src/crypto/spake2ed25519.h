// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "crypto/secret.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// One side of SPAKE2 over edwards25519 as the Rust crate spake2 0.4 does it (tfserver specification,
/// section 4.2); this is not RFC 9382: M, N and the transcript are others. Both sides arrive at the same key
/// if, and only if, they have the same password and names; nothing tells them so.
class HALYARD_EXPORT Spake2Ed25519
{
public:
    enum class Side : std::uint8_t {
        Client, ///< A
        Server, ///< B
    };
    static constexpr std::size_t RandomBytes = 64;  ///< what the scalar is made of
    static constexpr std::size_t MessageBytes = 33; ///< the side's letter, the point
    using Message = std::array<std::byte, MessageBytes>;
    using Key = Secret<32>;

    /// `random`: RandomBytes bytes that nobody else knows and that are never used again. The names are those
    /// of the two sides, as both know them.
    Spake2Ed25519(Side side, ByteView password, ByteView clientName, ByteView serverName, ByteView random);

    /// For the peer.
    [[nodiscard]] const Message &message() const noexcept { return m_message; }

    /// The key, from the peer's message. Fails with SecurityHandshakeFailed where that is no message of the
    /// other side, or no point of the group's large part (honest peers never send others).
    [[nodiscard]] Result<Key> finish(ByteView peerMessage) const;

private:
    const Side m_side;
    Secret<32> m_scalar;         // x or y
    Secret<32> m_passwordScalar; // w
    Secret<96> m_hashes;         // of password and names: the transcript's beginning
    Message m_message {};
    bool m_usable = false; // false for a scalar of zero, which chance does not bring
};

} // namespace Halyard::Wire
