// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "wire/export.h"

namespace Halyard::Wire {

/// What went wrong. The numbers are part of the wire format (vstp ERR frames carry them,
/// docs/wire/vstp-conventions.md) and are never reused. 1–999 belong to Halyard, from 1000 on to
/// applications.
enum class ErrorCode : std::uint16_t {
    None = 0,

    // The peer's bytes (1–99)
    PayloadTooLarge = 1, ///< a frame larger than the limit, known from its header; or one too large to send
    UnknownFrameType = 2,
    HeartbeatTimedOut = 3,
    BadMagic = 4,
    BadVersion = 5,
    CrcMismatch = 6,
    BadHeaders = 7, ///< a header block that does not parse, or a header too long to be written
    TooManyHeaders = 8,
    FrameTooSlow = 9,         ///< a frame was begun and not completed in time
    FrameTruncated = 10,      ///< the stream ended inside a frame
    UnexpectedFrame = 11,     ///< a frame that the state of the session does not allow
    MalformedMessage = 12,    ///< a frame whose content does not parse
    InputBudgetExceeded = 13, ///< too much unfinished input, of this connection or of all of them
    DecompressionBomb = 14,
    ProtocolNotRecognised = 15,
    OutputNotRead = 16, ///< the peer never reads what it made us write

    // Transport (100–199)
    ConnectionRefused = 100,
    HostNotFound = 101,
    ConnectTimedOut = 102,
    ConnectionLost = 103, ///< reset, or ended where the protocol does not allow it
    AddressInUse = 104,
    AddressNotAvailable = 105,
    TransportFailed = 106, ///< any other error of a socket; the detail says which
    TooManyConnections = 107,
    HandshakeTimedOut = 108,
    IdleTimedOut = 109,
    ClosedBeforeReady = 110, ///< the peer closed before transport or protocol were ready
    DrainTimedOut = 111,
    FileFailed = 112,    ///< a file could not be read or written; the detail says why
    WriteTimedOut = 113, ///< the peer took nothing of what waits for it

    // Security (200–299)
    NoCertificate = 200,
    BadCertificate = 201,     ///< a certificate or key of ours that cannot be used
    CertificateExpired = 202, ///< expired or not yet valid
    CertificateHostMismatch = 203,
    CertificateUntrusted = 204,
    CertificatePinMismatch = 205,
    PlainPeerOnTlsPort = 206,
    TlsPeerOnPlainPort = 207,
    TlsHandshakeFailed = 208,
    AuthenticationFailed = 209,
    CredentialsRequired = 210,
    DecryptionFailed = 211,
    SecurityHandshakeFailed = 212,

    // Wrong use (300–399)
    NotConnected = 300,
    NotSupportedByProtocol = 301,
    QueueFull = 302,
    InvalidArgument = 303,
    InvalidUrl = 304,
    AlreadyOpen = 305,
    NotReady = 306, ///< not now, but after the next Writable
    DeserializationFailed = 307,
    UnknownProtocol = 308,

    // Calls (400–499)
    CallLost = 400, ///< the connection went while the call was open
    CallTimedOut = 401,
    CallCancelled = 402,
    CallRefused = 403, ///< too many open requests, or the server is closing
    HandlerFailed = 404,
    NoSuchRoute = 405,
    PeerError = 406,      ///< the peer answered with an error of its own kind
    AnswerTimedOut = 407, ///< the application that was asked did not answer in time

    // From here on codes belong to applications
    FirstOfApplication = 1000,
};

/// Who caused it.
enum class ErrorOrigin : std::uint8_t {
    Local,     ///< wrong use of the API, or a limit of ours on the way out
    Peer,      ///< the peer broke the protocol or answered with an error
    Transport, ///< the network, the socket, TLS
};

/// An error as a value. False when there is none.
struct Error {
    ErrorCode code = ErrorCode::None;
    ErrorOrigin origin = ErrorOrigin::Local;
    std::string detail; ///< English, for logs: the offending value and where it was; never keys or payload

    explicit operator bool() const noexcept { return code != ErrorCode::None; }
    friend bool operator==(const Error &, const Error &) = default;
};

/// The code's name as in ErrorCode, e.g. "CrcMismatch"; "Application" from 1000 on, "Unknown" otherwise.
[[nodiscard]] HALYARD_EXPORT std::string_view errorName(ErrorCode code) noexcept;

template <class T>
using Result = tl::expected<T, Error>;

/// `return failure(ErrorCode::BadMagic, ErrorOrigin::Peer, "…")` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, ErrorOrigin origin, std::string detail)
{
    return tl::unexpected(Error {code, origin, std::move(detail)});
}
/// The same for what a caller of ours asks and does not get.
[[nodiscard]] inline tl::unexpected<Error> refused(ErrorCode code, std::string detail)
{
    return failure(code, ErrorOrigin::Local, std::move(detail));
}
/// The same for bytes of a peer that follow no layout.
[[nodiscard]] inline tl::unexpected<Error> malformed(std::string detail)
{
    return failure(ErrorCode::MalformedMessage, ErrorOrigin::Peer, std::move(detail));
}

} // namespace Halyard::Wire
