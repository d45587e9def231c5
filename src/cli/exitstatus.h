// SPDX-License-Identifier: MIT
#pragma once

namespace Halyard {

class Error;

namespace Cli {

/// What a command's exit status tells a shell.
enum class ExitStatus : int {
    Done = 0,
    PeerError = 1,      ///< the peer answered with an error
    Usage = 2,          ///< wrong usage: arguments, files, certificates of ours
    NoConnection = 3,   ///< no connection, no handshake, or the connection was lost
    BrokenProtocol = 4, ///< the peer (or the bytes to decode) broke the protocol
    TimedOut = 5,       ///< whatever it was that did not come in time: connection, handshake, answer
};

/// Of what has ended a command, or kept it from beginning; Done where there is no error. Not for what a peer
/// says in an answer: that is PeerError, whichever code it chose.
[[nodiscard]] ExitStatus exitStatusFor(const Error &error);

} // namespace Cli
} // namespace Halyard
