// SPDX-License-Identifier: MIT
#include "cli/exitstatus.h"

#include "endpoint/error.h"

namespace Halyard::Cli {
namespace {

ExitStatus statusOfCall(const Error &error)
{
    switch (error.code()) {
    case ErrorCode::CallTimedOut:
        return ExitStatus::TimedOut;
    case ErrorCode::CallLost:
    case ErrorCode::CallCancelled: // only the end of the program cancels
        return ExitStatus::NoConnection;
    default:
        return ExitStatus::PeerError;
    }
}

ExitStatus statusOfTransport(const Error &error)
{
    switch (error.code()) {
    case ErrorCode::ConnectTimedOut:
    case ErrorCode::HandshakeTimedOut:
    case ErrorCode::IdleTimedOut:
    case ErrorCode::DrainTimedOut:
    case ErrorCode::WriteTimedOut:
        return ExitStatus::TimedOut;
    case ErrorCode::FileFailed:
        return ExitStatus::Usage;
    default:
        return ExitStatus::NoConnection;
    }
}

ExitStatus statusOfPeersBytes(const Error &error)
{
    if (error.code() == ErrorCode::HeartbeatTimedOut || error.code() == ErrorCode::FrameTooSlow)
        return ExitStatus::TimedOut;
    // The same codes tell of messages of ours that cannot be sent.
    return error.origin() == ErrorOrigin::Local ? ExitStatus::Usage : ExitStatus::BrokenProtocol;
}

ExitStatus statusOfSecurity(const Error &error)
{
    switch (error.code()) {
    case ErrorCode::NoCertificate:
    case ErrorCode::BadCertificate:
    case ErrorCode::CredentialsRequired:
        return error.origin() == ErrorOrigin::Local ? ExitStatus::Usage : ExitStatus::NoConnection;
    case ErrorCode::DecryptionFailed:
        return ExitStatus::BrokenProtocol;
    default:
        return ExitStatus::NoConnection;
    }
}

} // namespace

ExitStatus exitStatusFor(const Error &error)
{
    const int number = error.number();
    if (number == 0)
        return ExitStatus::Done;
    if (error.isApplication())
        return ExitStatus::PeerError;
    if (number < 100)
        return statusOfPeersBytes(error);
    if (number < 200)
        return statusOfTransport(error);
    if (number < 300)
        return statusOfSecurity(error);
    if (number < 400) {
        if (error.origin() == ErrorOrigin::Peer) // the answer to a request
            return ExitStatus::PeerError;
        return error.code() == ErrorCode::NotConnected ? ExitStatus::NoConnection : ExitStatus::Usage;
    }
    return statusOfCall(error);
}

} // namespace Halyard::Cli
