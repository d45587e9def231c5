// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/message.h"
#include "wire/bytes.h"
#include "wire/error.h"

namespace Halyard::Wire {

/// Protocol and security handshakes are done; capabilities() is final.
struct Ready {
};
/// One message of the peer; its views live until the engine's next non-const call.
struct MessageReceived {
    MessageView message;
};
/// One frame body after a handoff took the session away (Engine::handOff); lives as long as a message's
/// views.
struct FrameReceived {
    ByteView body;
};
/// The engine waits for provide(). `identity` is the user the peer named, empty where we are the client.
struct CredentialsNeeded {
    std::string identity;
};
/// An outgoing message that is waited for (a call, an acknowledged event) has come to its end without a
/// message: error.code says how.
struct Settled {
    std::uint64_t id = 0;
    Error error;
};
/// send() that failed with NotReady is worth another try.
struct Writable {
};
/// One step was taken that concerns nobody outside (a PING answered, a late reply dropped): ask again. It is
/// a step of its own so that the owner can stop between two of them while output is not read.
struct Progress {
};
/// The peer will send nothing more (BYE, half-close), but still reads. Answers that are due should be sent,
/// then close() called.
struct PeerFinished {
};
/// The last event: all output has left or was given up. A clean close has no error.
struct Closed {
    Error error;
};

using Event = std::variant<Ready, MessageReceived, FrameReceived, CredentialsNeeded, Settled, Writable,
    Progress, PeerFinished, Closed>;

} // namespace Halyard::Wire
