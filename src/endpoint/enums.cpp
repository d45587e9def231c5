// SPDX-License-Identifier: MIT
#include "endpoint/enums.h"

#include "protocol/message.h"
#include "wire/error.h"

namespace Halyard {
namespace {

// The numbers travel on the wire. Whoever changes one, or adds a code on one side only, is stopped here.
template <class Mirror, class Original>
constexpr bool pinned(Mirror mirror, Original original, std::underlying_type_t<Mirror> number)
{
    static_assert(std::is_same_v<std::underlying_type_t<Mirror>, std::underlying_type_t<Original>>);
    return std::underlying_type_t<Mirror>(mirror) == number
        && std::underlying_type_t<Original>(original) == number;
}

#define PIN_CODE(name, number) static_assert(pinned(ErrorCode::name, Wire::ErrorCode::name, number))
PIN_CODE(None, 0);
PIN_CODE(PayloadTooLarge, 1);
PIN_CODE(UnknownFrameType, 2);
PIN_CODE(HeartbeatTimedOut, 3);
PIN_CODE(BadMagic, 4);
PIN_CODE(BadVersion, 5);
PIN_CODE(CrcMismatch, 6);
PIN_CODE(BadHeaders, 7);
PIN_CODE(TooManyHeaders, 8);
PIN_CODE(FrameTooSlow, 9);
PIN_CODE(FrameTruncated, 10);
PIN_CODE(UnexpectedFrame, 11);
PIN_CODE(MalformedMessage, 12);
PIN_CODE(InputBudgetExceeded, 13);
PIN_CODE(DecompressionBomb, 14);
PIN_CODE(ProtocolNotRecognised, 15);
PIN_CODE(OutputNotRead, 16);
PIN_CODE(ConnectionRefused, 100);
PIN_CODE(HostNotFound, 101);
PIN_CODE(ConnectTimedOut, 102);
PIN_CODE(ConnectionLost, 103);
PIN_CODE(AddressInUse, 104);
PIN_CODE(AddressNotAvailable, 105);
PIN_CODE(TransportFailed, 106);
PIN_CODE(TooManyConnections, 107);
PIN_CODE(HandshakeTimedOut, 108);
PIN_CODE(IdleTimedOut, 109);
PIN_CODE(ClosedBeforeReady, 110);
PIN_CODE(DrainTimedOut, 111);
PIN_CODE(FileFailed, 112);
PIN_CODE(WriteTimedOut, 113);
PIN_CODE(NoCertificate, 200);
PIN_CODE(BadCertificate, 201);
PIN_CODE(CertificateExpired, 202);
PIN_CODE(CertificateHostMismatch, 203);
PIN_CODE(CertificateUntrusted, 204);
PIN_CODE(CertificatePinMismatch, 205);
PIN_CODE(PlainPeerOnTlsPort, 206);
PIN_CODE(TlsPeerOnPlainPort, 207);
PIN_CODE(TlsHandshakeFailed, 208);
PIN_CODE(AuthenticationFailed, 209);
PIN_CODE(CredentialsRequired, 210);
PIN_CODE(DecryptionFailed, 211);
PIN_CODE(SecurityHandshakeFailed, 212);
PIN_CODE(NotConnected, 300);
PIN_CODE(NotSupportedByProtocol, 301);
PIN_CODE(QueueFull, 302);
PIN_CODE(InvalidArgument, 303);
PIN_CODE(InvalidUrl, 304);
PIN_CODE(AlreadyOpen, 305);
PIN_CODE(NotReady, 306);
PIN_CODE(DeserializationFailed, 307);
PIN_CODE(UnknownProtocol, 308);
PIN_CODE(CallLost, 400);
PIN_CODE(CallTimedOut, 401);
PIN_CODE(CallCancelled, 402);
PIN_CODE(CallRefused, 403);
PIN_CODE(HandlerFailed, 404);
PIN_CODE(NoSuchRoute, 405);
PIN_CODE(PeerError, 406);
PIN_CODE(AnswerTimedOut, 407);
PIN_CODE(FirstOfApplication, 1000);
#undef PIN_CODE

#define PIN(type, name, number) static_assert(pinned(type::name, Wire::type::name, number))
PIN(ErrorOrigin, Local, 0);
PIN(ErrorOrigin, Peer, 1);
PIN(ErrorOrigin, Transport, 2);
PIN(MessageKind, Request, 0);
PIN(MessageKind, Reply, 1);
PIN(MessageKind, Item, 2);
PIN(MessageKind, End, 3);
PIN(MessageKind, Cancel, 4);
PIN(MessageKind, Error, 5);
PIN(MessageKind, Event, 6);
#undef PIN

} // namespace
} // namespace Halyard
