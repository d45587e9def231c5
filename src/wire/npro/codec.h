// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"

/// network-protocol, "NPRO" for short (docs/wire/network-protocol.md). A packet is
///   | MAGIC "NPRO" | VERSION 1 | LENGTH u32 BE, of the payload | payload |
/// and its payload, what sessions see, is one message in bincode, or a sealed record of one.
namespace Halyard::Wire::Npro {

/// How the key of a sealed session is derived; nothing on the wire tells before the first record.
enum class Family : std::uint8_t {
    A, ///< crates up to 1.0.0
    B, ///< from 1.0.1 on
};

inline constexpr std::size_t HeaderBytes = 9;
/// What crates take at most, and what is decided by a header alone.
inline constexpr std::size_t MaxPayloadBytes = 16'777'216;

// The messages; a variant's index in Message is its number on the wire. Views are those of the parsed bytes.
struct Ping {
    friend bool operator==(const Ping &, const Ping &) = default;
};
struct Pong {
    friend bool operator==(const Pong &, const Pong &) = default;
};
/// The first packet of a sealed session.
struct HandshakeInit {
    std::array<std::byte, 32> publicKey {}; ///< X25519
    std::uint64_t timestamp = 0;            ///< milliseconds since 1970-01-01 UTC, by the client's clock
    std::array<std::byte, 16> nonce {};
    friend bool operator==(const HandshakeInit &, const HandshakeInit &) = default;
};
struct HandshakeResponse {
    std::array<std::byte, 32> publicKey {};
    std::array<std::byte, 16> nonce {};
    std::array<std::byte, 32> verification {}; ///< SHA-256 of the client's nonce
    friend bool operator==(const HandshakeResponse &, const HandshakeResponse &) = default;
};
struct HandshakeConfirm {
    std::array<std::byte, 32> verification {}; ///< SHA-256 of the server's nonce
    friend bool operator==(const HandshakeConfirm &, const HandshakeConfirm &) = default;
};
struct Echo {
    std::string_view text; ///< UTF-8
    friend bool operator==(const Echo &, const Echo &) = default;
};
struct Disconnect {
    friend bool operator==(const Disconnect &, const Disconnect &) = default;
};
struct Custom {
    std::string_view command; ///< UTF-8
    ByteView payload;
    friend bool operator==(const Custom &one, const Custom &other) noexcept
    {
        return one.command == other.command && asText(one.payload) == asText(other.payload);
    }
};
/// What crates make of every number that they do not know, too.
struct Unknown {
    friend bool operator==(const Unknown &, const Unknown &) = default;
};
using Message = std::variant<Ping, Pong, HandshakeInit, HandshakeResponse, HandshakeConfirm, Echo, Disconnect,
    Custom, Unknown>;

/// As in the crate: "Ping", "SecureHandshakeInit", …; "Unknown" for a number that no message has.
[[nodiscard]] HALYARD_EXPORT std::string_view messageName(std::uint32_t tag) noexcept;
[[nodiscard]] HALYARD_EXPORT std::string_view messageName(const Message &message) noexcept;

/// Parses the payload of a packet, or the content of a record. As the crate does, surplus bytes are ignored
/// and numbers that nobody knows are Unknown. Fails with MalformedMessage.
[[nodiscard]] HALYARD_EXPORT Result<Message> parseMessage(ByteView body);

/// A message as bytes: what stands in front of a Custom's payload, and that payload, which is not copied.
struct MessageBytes {
    Bytes front;
    ByteView rest;
    [[nodiscard]] std::size_t size() const noexcept { return front.size() + rest.size(); }
};
/// Fails with InvalidArgument for text that is no UTF-8: no peer could read it.
[[nodiscard]] HALYARD_EXPORT Result<MessageBytes> encodeMessage(const Message &message);
/// The same in one piece, for text that is known to be good.
[[nodiscard]] HALYARD_EXPORT Bytes writeMessage(const Message &message);

} // namespace Halyard::Wire::Npro
