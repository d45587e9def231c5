// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "wire/bytes.h"
#include "wire/headerblock.h"

namespace Halyard::Wire {

enum class MessageKind : std::uint8_t {
    Request, ///< wants a Reply, or Items and an End, or an Error
    Reply,   ///< the one answer to a request
    Item,    ///< one of several answers
    End,     ///< no more Items; the payload may be a last word
    Cancel,  ///< the caller wants no answer any more
    Error,   ///< the answer is an error; with id 0 it concerns the connection
    Event,   ///< one way, no answer
};

/// A message as sessions take and give it. Who hands it out says how long its views live.
struct MessageView {
    MessageKind kind = MessageKind::Event;
    std::uint64_t id
        = 0; ///< of the request that this is or belongs to; chosen by the caller, > 0; 0 for Events
    std::string_view route;  ///< UTF-8, at most 255 bytes; may be empty
    HeaderBlockView headers; ///< the application's; what the protocol itself needs is not among them
    ByteView payload;
    std::uint16_t code = 0; ///< of an Error: 1–999 as in ErrorCode, from 1000 the application's, 0 unknown
};

} // namespace Halyard::Wire
