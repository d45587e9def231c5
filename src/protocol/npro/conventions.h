// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "protocol/message.h"
#include "wire/bytes.h"
#include "wire/error.h"
#include "wire/export.h"
#include "wire/headerblock.h"
#include "wire/npro/codec.h"
#include "wire/npro/naming.h"

/// How an application's messages become network-protocol's and back
/// (docs/wire/network-protocol-conventions.md).
///
///   route     message                        header `variant`
///   ping      Ping, answered by Pong         …
///   echo      Echo, answered by Echo         Ping, Pong, Echo, Custom, Unknown: this message, whatever the
///   any other Custom with it for a command   route says; set where a route or an answer alone would mislead
///
/// The answer to a Custom is a Custom of the same command, unless the headers `variant` or `command` say so.
namespace Halyard::Wire::Npro {

/// What an answer is an answer to.
struct Asked {
    enum class Kind : std::uint8_t { Ping, Echo, Custom };
    Kind kind = Kind::Custom;
    std::string command;
};

/// An Event or Request as the message that it is on the wire; views of the given one. Fails with
/// NotSupportedByProtocol for other headers, and InvalidArgument for a variant that does not exist or has no
/// room for the payload.
[[nodiscard]] HALYARD_EXPORT Result<Message> toWire(const MessageView &message);
/// The same for a Reply.
[[nodiscard]] HALYARD_EXPORT Result<Message> toWire(const MessageView &reply, const Asked &asked);

/// What is asked by a message; nothing can be by one that is neither Ping, Echo nor Custom.
[[nodiscard]] HALYARD_EXPORT std::optional<Asked> askedBy(const Message &message);

/// An Event or Request that came; `headers` holds what it refers to.
[[nodiscard]] HALYARD_EXPORT MessageView fromWire(
    const Message &message, MessageKind kind, std::uint64_t id, HeaderBlock &headers);
/// A Reply that came.
[[nodiscard]] HALYARD_EXPORT MessageView fromWire(
    const Message &message, const Asked &asked, std::uint64_t id, HeaderBlock &headers);

} // namespace Halyard::Wire::Npro
