// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/npro/codec.h"

namespace Halyard::Wire::Npro {

/// How an application of the crate can write a message outside of packets: one of these bytes, then the
/// message. Nothing on the wire is written so (network-protocol specification, section 2.1).
enum class Format : std::uint8_t {
    Bincode = 1,
    Json = 2,        ///< fields by name, byte arrays as lists of numbers
    MessagePack = 3, ///< fields by position, byte arrays the same
};

/// Byte for byte as the crate writes it. Fails with InvalidArgument for text that is no UTF-8.
[[nodiscard]] HALYARD_EXPORT Result<Bytes> writeFormatted(const Message &message, Format format);

/// The message in bincode, for parseMessage(). Takes what the crate writes, and fields in any order, fields
/// that nobody knows, and bytes as MessagePack's `bin`. Fails with MalformedMessage; nesting ends at three
/// levels, and memory grows with what is there, not with what is announced.
[[nodiscard]] HALYARD_EXPORT Result<Bytes> readFormatted(ByteView formatted);

} // namespace Halyard::Wire::Npro
