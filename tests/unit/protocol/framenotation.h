// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "protocol/event.h"
#include "protocol/message.h"
#include "wire/bytes.h"
#include "wire/headerblock.h"
#include "wire/vstp/codec.h"

/// Frames, messages and events as one line of text each, so that tests read like conversations:
///   frame    TYPE[+ack][+flag…] key=value … | payload
///   message  kind [#id] [/route] [!code] [key=value …] [| payload]
///   event    ready, finished, closed [ErrorName], needs NAME, frame | body, or a message
namespace Halyard::Wire::Test {

/// The bytes of a frame in notation.
[[nodiscard]] Bytes frameBytes(std::string_view notation, Vstp::Profile profile = Vstp::Profile::R);
/// The first frame of some bytes, which it consumes, in notation; "?" and the rest in hexadecimal where there
/// is none.
[[nodiscard]] std::string takeFrame(ByteView &bytes, Vstp::Profile profile = Vstp::Profile::R);
[[nodiscard]] std::string describe(const Event &event);
[[nodiscard]] std::string describe(const MessageView &message);

/// A message that owns what its view refers to.
class OwnedMessage
{
public:
    explicit OwnedMessage(std::string_view notation);
    [[nodiscard]] MessageView view() const;

private:
    MessageView m_message;
    std::string m_route;
    HeaderBlock m_headers;
    std::string m_payload;
};

[[nodiscard]] Bytes fromHex(std::string_view text);
[[nodiscard]] std::string toHex(ByteView bytes);

} // namespace Halyard::Wire::Test
