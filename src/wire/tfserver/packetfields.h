// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "wire/dissection.h"
#include "wire/tfserver/packet.h"

/// Packets as fields. `body` is what the packet was parsed from and what its views refer to; offsets count
/// from `at` bytes in front of it. Not installed.
namespace Halyard::Wire::TfServer {

[[nodiscard]] Field packetField(
    Generation generation, const PacketMeta &packet, ByteView body, std::size_t at);
[[nodiscard]] Field packetField(
    Generation generation, const HandlerQuery &packet, ByteView body, std::size_t at);
[[nodiscard]] Field packetField(
    Generation generation, const HandlerAnswer &packet, ByteView body, std::size_t at);
[[nodiscard]] Field packetField(
    Generation generation, const ServerError &packet, ByteView body, std::size_t at);
/// Bytes that mean whatever the application says.
[[nodiscard]] Field bytesField(std::string name, ByteView bytes, std::size_t at);

} // namespace Halyard::Wire::TfServer
