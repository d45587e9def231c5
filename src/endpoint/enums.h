// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include "wire/export.h"

/// The enums of the namespace, in one header because moc takes one Q_NAMESPACE for it. Those that mirror an
/// enum of Halyard::Wire have the same names and numbers, pinned in enums.cpp.
namespace Halyard {

Q_NAMESPACE_EXPORT(HALYARD_EXPORT)

/// What went wrong; mirrors Wire::ErrorCode, where each is explained. 1–999 are Halyard's and never reused,
/// from 1000 on numbers belong to applications and have no name here.
enum class ErrorCode : quint16 {
    None = 0,

    PayloadTooLarge = 1,
    UnknownFrameType = 2,
    HeartbeatTimedOut = 3,
    BadMagic = 4,
    BadVersion = 5,
    CrcMismatch = 6,
    BadHeaders = 7,
    TooManyHeaders = 8,
    FrameTooSlow = 9,
    FrameTruncated = 10,
    UnexpectedFrame = 11,
    MalformedMessage = 12,
    InputBudgetExceeded = 13,
    DecompressionBomb = 14,
    ProtocolNotRecognised = 15,
    OutputNotRead = 16,

    ConnectionRefused = 100,
    HostNotFound = 101,
    ConnectTimedOut = 102,
    ConnectionLost = 103,
    AddressInUse = 104,
    AddressNotAvailable = 105,
    TransportFailed = 106,
    TooManyConnections = 107,
    HandshakeTimedOut = 108,
    IdleTimedOut = 109,
    ClosedBeforeReady = 110,
    DrainTimedOut = 111,
    FileFailed = 112,
    WriteTimedOut = 113,

    NoCertificate = 200,
    BadCertificate = 201,
    CertificateExpired = 202,
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

    NotConnected = 300,
    NotSupportedByProtocol = 301,
    QueueFull = 302,
    InvalidArgument = 303,
    InvalidUrl = 304,
    AlreadyOpen = 305,
    NotReady = 306,
    DeserializationFailed = 307,
    UnknownProtocol = 308,

    CallLost = 400,
    CallTimedOut = 401,
    CallCancelled = 402,
    CallRefused = 403,
    HandlerFailed = 404,
    NoSuchRoute = 405,
    PeerError = 406,
    AnswerTimedOut = 407,

    FirstOfApplication = 1000,
};
Q_ENUM_NS(ErrorCode)

/// Who caused an error; mirrors Wire::ErrorOrigin.
enum class ErrorOrigin : quint8 {
    Local,     ///< wrong use of the API, or a limit of ours on the way out
    Peer,      ///< the peer broke the protocol or answered with an error
    Transport, ///< the network, the socket, TLS
};
Q_ENUM_NS(ErrorOrigin)

/// What a message is; mirrors Wire::MessageKind.
enum class MessageKind : quint8 {
    Request, ///< wants a Reply, or Items and an End, or an Error
    Reply,   ///< the one answer to a request
    Item,    ///< one of several answers
    End,     ///< no more Items; the payload may be a last word
    Cancel,  ///< the caller wants no answer any more
    Error,   ///< the answer is an error; with id 0 it concerns the connection
    Event,   ///< one way, no answer
};
Q_ENUM_NS(MessageKind)

/// What became of a message handed over for sending.
enum class SendResult : quint8 {
    Queued,
    Backpressured, ///< queued too, but the queue is above its high water mark: wait for it to sink
    Rejected,      ///< not queued: the queue is full, the message too large, or nothing is connected
};
Q_ENUM_NS(SendResult)

/// What happens to a message that a full outgoing queue has no place for.
enum class OverflowPolicy : quint8 {
    Reject,          ///< it is Rejected
    DropOldestEvent, ///< Events that wait longest make room, counted; Rejected where that is not enough
    Close,           ///< the connection closes with QueueFull
};
Q_ENUM_NS(OverflowPolicy)

/// How a Serializer writes values.
enum class PayloadFormat : quint8 { Cbor, Json };
Q_ENUM_NS(PayloadFormat)

} // namespace Halyard
