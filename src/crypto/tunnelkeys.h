// SPDX-License-Identifier: MIT
#pragma once

#include "crypto/secret.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard::Wire {

/// The two sealed formats of tfserver, which nothing on the wire tells apart before the client's third frame.
enum class TunnelFormat : std::uint8_t {
    E1, ///< crates up to 0.4.4: no confirmation, a counter in every record
    E2, ///< from 0.4.5 on: both sides confirm, the counter is implied
};

/// What one direction of a tunnel seals with.
struct TunnelKey {
    Secret<32> key;
    Secret<12> nonceBase; ///< zeros in E1
};

/// All that follows from SPAKE2's key (tfserver specification, section 4.3).
struct TunnelKeys {
    TunnelKey clientToServer;
    TunnelKey serverToClient;
    Secret<32> clientTag; ///< E2: proves to the server that the client has the key
    Secret<32> serverTag;
};

inline constexpr std::size_t TunnelTagBytes = 32;
/// Whether that is the tag, in a time that does not tell how much of it is right.
[[nodiscard]] bool isTunnelTag(ByteView tag, const Secret<TunnelTagBytes> &expected) noexcept;
/// What all wrong secrets look like: AuthenticationFailed, whichever it was.
[[nodiscard]] Error tunnelRefusal();

/// The messages are those of SPAKE2, with their letters.
[[nodiscard]] HALYARD_EXPORT TunnelKeys deriveTunnelKeys(TunnelFormat format, const Secret<32> &shared,
    ByteView clientName, ByteView serverName, ByteView clientMessage, ByteView serverMessage);

} // namespace Halyard::Wire
