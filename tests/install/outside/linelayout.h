// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <halyard/protocol/message.h>
#include <halyard/wire/error.h>

/// A body is four words, `KIND ID ROUTE PAYLOAD`: `? 7 shout ahoy` asks, `! 7 - AHOY` answers, `. 0 log
/// hello` is an event. The payload goes on to the end of the line; `-` stands for no route. Session and
/// dissector both read a line with this, so that they cannot disagree. All are views of the body.
struct Line {
    std::string_view kind;
    std::string_view id;
    std::string_view route;
    std::string_view payload;

    [[nodiscard]] static Line read(Halyard::Wire::ByteView body);
    /// What the words mean; fails with MalformedMessage.
    [[nodiscard]] Halyard::Wire::Result<Halyard::Wire::MessageView> message() const;
};
