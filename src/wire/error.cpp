// SPDX-License-Identifier: MIT
#include "wire/error.h"

namespace Halyard::Wire {

// Numbers that travel on the wire: a change here breaks peers that are already out.
static_assert(std::uint16_t(ErrorCode::PayloadTooLarge) == 1);
static_assert(std::uint16_t(ErrorCode::OutputNotRead) == 16);
static_assert(std::uint16_t(ErrorCode::ConnectionRefused) == 100);
static_assert(std::uint16_t(ErrorCode::NoCertificate) == 200);
static_assert(std::uint16_t(ErrorCode::NotConnected) == 300);
static_assert(std::uint16_t(ErrorCode::CallLost) == 400);
static_assert(std::uint16_t(ErrorCode::FirstOfApplication) == 1000);

std::string_view errorName(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::None:
        return "None";
    case ErrorCode::PayloadTooLarge:
        return "PayloadTooLarge";
    case ErrorCode::UnknownFrameType:
        return "UnknownFrameType";
    case ErrorCode::HeartbeatTimedOut:
        return "HeartbeatTimedOut";
    case ErrorCode::BadMagic:
        return "BadMagic";
    case ErrorCode::BadVersion:
        return "BadVersion";
    case ErrorCode::CrcMismatch:
        return "CrcMismatch";
    case ErrorCode::BadHeaders:
        return "BadHeaders";
    case ErrorCode::TooManyHeaders:
        return "TooManyHeaders";
    case ErrorCode::FrameTooSlow:
        return "FrameTooSlow";
    case ErrorCode::FrameTruncated:
        return "FrameTruncated";
    case ErrorCode::UnexpectedFrame:
        return "UnexpectedFrame";
    case ErrorCode::MalformedMessage:
        return "MalformedMessage";
    case ErrorCode::InputBudgetExceeded:
        return "InputBudgetExceeded";
    case ErrorCode::DecompressionBomb:
        return "DecompressionBomb";
    case ErrorCode::ProtocolNotRecognised:
        return "ProtocolNotRecognised";
    case ErrorCode::OutputNotRead:
        return "OutputNotRead";
    case ErrorCode::ConnectionRefused:
        return "ConnectionRefused";
    case ErrorCode::HostNotFound:
        return "HostNotFound";
    case ErrorCode::ConnectTimedOut:
        return "ConnectTimedOut";
    case ErrorCode::ConnectionLost:
        return "ConnectionLost";
    case ErrorCode::AddressInUse:
        return "AddressInUse";
    case ErrorCode::AddressNotAvailable:
        return "AddressNotAvailable";
    case ErrorCode::TransportFailed:
        return "TransportFailed";
    case ErrorCode::TooManyConnections:
        return "TooManyConnections";
    case ErrorCode::HandshakeTimedOut:
        return "HandshakeTimedOut";
    case ErrorCode::IdleTimedOut:
        return "IdleTimedOut";
    case ErrorCode::ClosedBeforeReady:
        return "ClosedBeforeReady";
    case ErrorCode::DrainTimedOut:
        return "DrainTimedOut";
    case ErrorCode::FileFailed:
        return "FileFailed";
    case ErrorCode::WriteTimedOut:
        return "WriteTimedOut";
    case ErrorCode::NoCertificate:
        return "NoCertificate";
    case ErrorCode::BadCertificate:
        return "BadCertificate";
    case ErrorCode::CertificateExpired:
        return "CertificateExpired";
    case ErrorCode::CertificateHostMismatch:
        return "CertificateHostMismatch";
    case ErrorCode::CertificateUntrusted:
        return "CertificateUntrusted";
    case ErrorCode::CertificatePinMismatch:
        return "CertificatePinMismatch";
    case ErrorCode::PlainPeerOnTlsPort:
        return "PlainPeerOnTlsPort";
    case ErrorCode::TlsPeerOnPlainPort:
        return "TlsPeerOnPlainPort";
    case ErrorCode::TlsHandshakeFailed:
        return "TlsHandshakeFailed";
    case ErrorCode::AuthenticationFailed:
        return "AuthenticationFailed";
    case ErrorCode::CredentialsRequired:
        return "CredentialsRequired";
    case ErrorCode::DecryptionFailed:
        return "DecryptionFailed";
    case ErrorCode::SecurityHandshakeFailed:
        return "SecurityHandshakeFailed";
    case ErrorCode::NotConnected:
        return "NotConnected";
    case ErrorCode::NotSupportedByProtocol:
        return "NotSupportedByProtocol";
    case ErrorCode::QueueFull:
        return "QueueFull";
    case ErrorCode::InvalidArgument:
        return "InvalidArgument";
    case ErrorCode::InvalidUrl:
        return "InvalidUrl";
    case ErrorCode::AlreadyOpen:
        return "AlreadyOpen";
    case ErrorCode::NotReady:
        return "NotReady";
    case ErrorCode::DeserializationFailed:
        return "DeserializationFailed";
    case ErrorCode::UnknownProtocol:
        return "UnknownProtocol";
    case ErrorCode::CallLost:
        return "CallLost";
    case ErrorCode::CallTimedOut:
        return "CallTimedOut";
    case ErrorCode::CallCancelled:
        return "CallCancelled";
    case ErrorCode::CallRefused:
        return "CallRefused";
    case ErrorCode::HandlerFailed:
        return "HandlerFailed";
    case ErrorCode::NoSuchRoute:
        return "NoSuchRoute";
    case ErrorCode::PeerError:
        return "PeerError";
    case ErrorCode::AnswerTimedOut:
        return "AnswerTimedOut";
    case ErrorCode::FirstOfApplication:
        break;
    }
    return code >= ErrorCode::FirstOfApplication ? "Application" : "Unknown";
}

} // namespace Halyard::Wire
