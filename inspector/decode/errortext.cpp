// SPDX-License-Identifier: MIT
#include "decode/errortext.h"

#include <algorithm>
#include <span>

#include <QCoreApplication>

#include "decode/safetext.h"

namespace Halyard::Inspector {

namespace {

struct Wording {
    ErrorCode code;
    const char *what; ///< %1 is the place
    const char *advice;
};

constexpr Wording Wordings[] = {
    {ErrorCode::ConnectionRefused, QT_TRANSLATE_NOOP("ErrorText", "Nobody listens at %1."),
        QT_TRANSLATE_NOOP("ErrorText", "Start the server first, or check host and port.")},
    {ErrorCode::HostNotFound, QT_TRANSLATE_NOOP("ErrorText", "The host of %1 is not known."),
        QT_TRANSLATE_NOOP("ErrorText", "Check the spelling, or use its IP address.")},
    {ErrorCode::ConnectTimedOut, QT_TRANSLATE_NOOP("ErrorText", "%1 did not answer in time."),
        QT_TRANSLATE_NOOP("ErrorText", "Check that the host can be reached and no firewall is between.")},
    {ErrorCode::ConnectionLost, QT_TRANSLATE_NOOP("ErrorText", "The connection with %1 was cut."),
        QT_TRANSLATE_NOOP("ErrorText", "Look at the last frames for the reason, then connect again.")},
    {ErrorCode::ClosedBeforeReady, QT_TRANSLATE_NOOP("ErrorText", "%1 closed before it was ready."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Perhaps it expects TLS (tls://…), no TLS (tcp://…), or another protocol.")},
    {ErrorCode::HandshakeTimedOut, QT_TRANSLATE_NOOP("ErrorText", "The handshake with %1 took too long."),
        QT_TRANSLATE_NOOP("ErrorText",
            "Perhaps it speaks another protocol, or with other options: name them in the address.")},
    {ErrorCode::HeartbeatTimedOut, QT_TRANSLATE_NOOP("ErrorText", "%1 has fallen silent."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Perhaps it hangs, or knows no heartbeat: an option of the protocol may say so.")},
    {ErrorCode::AddressInUse, QT_TRANSLATE_NOOP("ErrorText", "Something else listens at %1 already."),
        QT_TRANSLATE_NOOP("ErrorText", "Choose another port, or 0 to have one chosen.")},
    {ErrorCode::AddressNotAvailable,
        QT_TRANSLATE_NOOP("ErrorText", "%1 is no address of this machine, or not allowed."),
        QT_TRANSLATE_NOOP("ErrorText", "Use localhost or 0.0.0.0, and a port above 1023.")},
    {ErrorCode::InvalidUrl, QT_TRANSLATE_NOOP("ErrorText", "“%1” is no address."),
        QT_TRANSLATE_NOOP("ErrorText", "Write it like tls://localhost:6969 or tcp://192.0.2.1:7000.")},
    {ErrorCode::UnknownProtocol, QT_TRANSLATE_NOOP("ErrorText", "The protocol of %1 is not known."),
        QT_TRANSLATE_NOOP("ErrorText", "Check the spelling, or leave it out to use the usual one.")},
    {ErrorCode::NoCertificate, QT_TRANSLATE_NOOP("ErrorText", "A server with TLS at %1 needs a certificate."),
        QT_TRANSLATE_NOOP("ErrorText", "Listen without TLS (tcp://…), or let one be made for localhost.")},
    {ErrorCode::CertificateUntrusted,
        QT_TRANSLATE_NOOP("ErrorText", "The certificate of %1 comes from nobody we trust."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Add ?pin=sha256:… with the server's fingerprint, or, for a test, ?insecure=1.")},
    {ErrorCode::CertificateHostMismatch,
        QT_TRANSLATE_NOOP("ErrorText", "The certificate of %1 is for another host."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Use the name that the certificate was made for, or pin it with ?pin=sha256:….")},
    {ErrorCode::CertificateExpired,
        QT_TRANSLATE_NOOP("ErrorText", "The certificate of %1 has expired or is not valid yet."),
        QT_TRANSLATE_NOOP("ErrorText", "Check both clocks, or renew it.")},
    {ErrorCode::CertificatePinMismatch,
        QT_TRANSLATE_NOOP("ErrorText", "%1 has another certificate than the pinned one."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "If the server was set up anew, take over its new pin; otherwise be careful.")},
    {ErrorCode::PlainPeerOnTlsPort, QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 speaks without TLS."),
        QT_TRANSLATE_NOOP("ErrorText", "Use tcp:// instead of tls://.")},
    {ErrorCode::TlsPeerOnPlainPort, QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 speaks TLS."),
        QT_TRANSLATE_NOOP("ErrorText", "Use tls:// instead of tcp://.")},
    {ErrorCode::TlsHandshakeFailed, QT_TRANSLATE_NOOP("ErrorText", "The TLS handshake with %1 failed."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Both sides need TLS 1.3; perhaps the other has no TLS at all (tcp://…).")},
    {ErrorCode::BadMagic, QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 speaks another protocol."),
        QT_TRANSLATE_NOOP("ErrorText", "The bytes in the list show what it said.")},
    {ErrorCode::FileFailed, QT_TRANSLATE_NOOP("ErrorText", "%1 could not be read or written."),
        QT_TRANSLATE_NOOP("ErrorText", "Check that there is space and that you may do this there.")},
    {ErrorCode::PayloadTooLarge, QT_TRANSLATE_NOOP("ErrorText", "A message of %1 is larger than allowed."),
        QT_TRANSLATE_NOOP("ErrorText", "Send it in parts, or raise the limit on the side that refused it.")},
    {ErrorCode::UnknownFrameType,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 sent a frame of a type that is not known."),
        QT_TRANSLATE_NOOP("ErrorText",
            "The frame is marked in the list; its fields say what is wrong with it. Perhaps it speaks a "
            "newer version.")},
    {ErrorCode::BadVersion,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 speaks another version of the protocol."),
        QT_TRANSLATE_NOOP("ErrorText", "Update one of the two, or name another protocol in the address.")},
    {ErrorCode::CrcMismatch, QT_TRANSLATE_NOOP("ErrorText", "A frame of %1 was damaged on its way."),
        QT_TRANSLATE_NOOP("ErrorText",
            "Its checksum is marked in the list. A device between may change bytes; TLS (tls://…) would show "
            "it.")},
    {ErrorCode::BadHeaders, QT_TRANSLATE_NOOP("ErrorText", "The headers of a message of %1 cannot be used."),
        QT_TRANSLATE_NOOP("ErrorText", "Check names and values of the headers, and how long they are.")},
    {ErrorCode::TooManyHeaders,
        QT_TRANSLATE_NOOP("ErrorText", "A message of %1 has more headers than allowed."),
        QT_TRANSLATE_NOOP("ErrorText", "Send fewer headers.")},
    {ErrorCode::FrameTooSlow,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 began a frame and did not finish it."),
        QT_TRANSLATE_NOOP("ErrorText", "The list shows as far as it came; perhaps a length in it is wrong.")},
    {ErrorCode::FrameTruncated, QT_TRANSLATE_NOOP("ErrorText", "%1 ended in the middle of a frame."),
        QT_TRANSLATE_NOOP("ErrorText", "The last frame of the list shows as far as it came.")},
    {ErrorCode::UnexpectedFrame,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 sent a frame that was not its turn."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Look at the frames before it: the protocol does not allow it there.")},
    {ErrorCode::MalformedMessage,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 sent something that cannot be understood."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "The frame is marked in the list; its fields say what is wrong with it.")},
    {ErrorCode::InputBudgetExceeded,
        QT_TRANSLATE_NOOP("ErrorText", "Too much unfinished input came from %1."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "The peer begins more than it finishes; open fewer connections at once.")},
    {ErrorCode::DecompressionBomb,
        QT_TRANSLATE_NOOP("ErrorText", "A compressed message of %1 would become far too large."),
        QT_TRANSLATE_NOOP("ErrorText", "Do not trust this peer, or have it send the message uncompressed.")},
    {ErrorCode::ProtocolNotRecognised, QT_TRANSLATE_NOOP("ErrorText", "What %1 speaks was not recognised."),
        QT_TRANSLATE_NOOP("ErrorText", "Name the protocol in the address, as in protocol+tcp://host:6969.")},
    {ErrorCode::OutputNotRead,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 does not read what it is sent."),
        QT_TRANSLATE_NOOP("ErrorText", "Perhaps it hangs; connect again.")},
    {ErrorCode::TransportFailed, QT_TRANSLATE_NOOP("ErrorText", "The connection with %1 failed."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "The words below are those of the system; check network and address.")},
    {ErrorCode::TooManyConnections, QT_TRANSLATE_NOOP("ErrorText", "%1 has as many connections as it may."),
        QT_TRANSLATE_NOOP("ErrorText", "Close some of them, or try again later.")},
    {ErrorCode::IdleTimedOut, QT_TRANSLATE_NOOP("ErrorText", "Nothing was said with %1 for too long."),
        QT_TRANSLATE_NOOP("ErrorText", "Connect again; a heartbeat keeps a quiet connection open.")},
    {ErrorCode::DrainTimedOut,
        QT_TRANSLATE_NOOP("ErrorText", "%1 did not take the rest of what was to be sent before it closed."),
        QT_TRANSLATE_NOOP("ErrorText", "What was sent last may not have arrived; send it again.")},
    {ErrorCode::WriteTimedOut,
        QT_TRANSLATE_NOOP("ErrorText", "The peer of %1 has taken nothing of what waits for it for too long."),
        QT_TRANSLATE_NOOP("ErrorText", "Perhaps it hangs or its network is gone; connect again.")},
    {ErrorCode::BadCertificate,
        QT_TRANSLATE_NOOP("ErrorText", "The certificate or key for %1 cannot be used."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Check that both files are PEM, belong together and need no password.")},
    {ErrorCode::AuthenticationFailed, QT_TRANSLATE_NOOP("ErrorText", "%1 did not accept who we are."),
        QT_TRANSLATE_NOOP("ErrorText", "Check the user's name and password; both sides need the same ones.")},
    {ErrorCode::CredentialsRequired, QT_TRANSLATE_NOOP("ErrorText", "%1 asks for a user and a password."),
        QT_TRANSLATE_NOOP("ErrorText",
            "Write them into the address, as in tcp://user@host:6969, or name the users who may "
            "come "
            "in.")},
    {ErrorCode::DecryptionFailed, QT_TRANSLATE_NOOP("ErrorText", "What came from %1 could not be opened."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Both sides need the same keys; perhaps something between changed the bytes.")},
    {ErrorCode::SecurityHandshakeFailed,
        QT_TRANSLATE_NOOP("ErrorText", "%1 did not agree on how to protect the connection."),
        QT_TRANSLATE_NOOP("ErrorText",
            "Check that both sides use the same way of sealing, and the same user and password.")},
    {ErrorCode::NotConnected, QT_TRANSLATE_NOOP("ErrorText", "There is no open connection with %1."),
        QT_TRANSLATE_NOOP("ErrorText", "Connect first, then try again.")},
    {ErrorCode::NotSupportedByProtocol,
        QT_TRANSLATE_NOOP("ErrorText", "The protocol of %1 has nothing like that."),
        QT_TRANSLATE_NOOP("ErrorText", "Send another type of message, or without route and headers.")},
    {ErrorCode::QueueFull, QT_TRANSLATE_NOOP("ErrorText", "Too much waits to be sent to %1."),
        QT_TRANSLATE_NOOP("ErrorText", "Wait until the peer has read some of it.")},
    {ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("ErrorText", "What was written for %1 cannot be used."),
        QT_TRANSLATE_NOOP("ErrorText", "The words below say what is wrong with it.")},
    {ErrorCode::AlreadyOpen, QT_TRANSLATE_NOOP("ErrorText", "%1 is open already."),
        QT_TRANSLATE_NOOP("ErrorText", "Stop it first, to start it anew.")},
    {ErrorCode::NotReady, QT_TRANSLATE_NOOP("ErrorText", "%1 cannot take more at the moment."),
        QT_TRANSLATE_NOOP("ErrorText", "Try again in a moment.")},
    {ErrorCode::DeserializationFailed,
        QT_TRANSLATE_NOOP("ErrorText", "The content of a message of %1 cannot be read."),
        QT_TRANSLATE_NOOP("ErrorText", "It may be made for another version of the application.")},
    {ErrorCode::CallLost,
        QT_TRANSLATE_NOOP("ErrorText", "The connection with %1 went before the answer came."),
        QT_TRANSLATE_NOOP("ErrorText", "Connect again and ask once more; whether it was done is not known.")},
    {ErrorCode::CallTimedOut, QT_TRANSLATE_NOOP("ErrorText", "%1 did not answer the request in time."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Perhaps it is busy; ask again, or look whether the request is in its list.")},
    {ErrorCode::CallCancelled, QT_TRANSLATE_NOOP("ErrorText", "The request to %1 was called off."),
        QT_TRANSLATE_NOOP("ErrorText", "Send it again if it is still wanted.")},
    {ErrorCode::CallRefused, QT_TRANSLATE_NOOP("ErrorText", "%1 takes no more requests."),
        QT_TRANSLATE_NOOP("ErrorText", "It has too many at a time or is closing; try again later.")},
    {ErrorCode::HandlerFailed, QT_TRANSLATE_NOOP("ErrorText", "%1 failed while it worked on the request."),
        QT_TRANSLATE_NOOP("ErrorText", "The log of the server should say why.")},
    {ErrorCode::NoSuchRoute, QT_TRANSLATE_NOOP("ErrorText", "%1 knows no such route."),
        QT_TRANSLATE_NOOP("ErrorText", "Check the spelling of the route.")},
    {ErrorCode::PeerError, QT_TRANSLATE_NOOP("ErrorText", "%1 answered with an error."),
        QT_TRANSLATE_NOOP("ErrorText", "The words below are those of the peer.")},
    {ErrorCode::AnswerTimedOut,
        QT_TRANSLATE_NOOP("ErrorText", "The application behind %1 did not answer in time."),
        QT_TRANSLATE_NOOP("ErrorText", "It is busy or waits for something itself; try again later.")},
};

/// Where it is a file that is read or written.
constexpr Wording FileWordings[] = {
    {ErrorCode::MalformedMessage, QT_TRANSLATE_NOOP("ErrorText", "%1 cannot be understood."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Only pcapng files can be opened; convert others with editcap -F pcapng.")},
    {ErrorCode::PayloadTooLarge,
        QT_TRANSLATE_NOOP("ErrorText", "%1 holds a block that is larger than allowed."),
        QT_TRANSLATE_NOOP("ErrorText", "The file may be damaged; split it with editcap -c.")},
};

constexpr Wording ApplicationWording {ErrorCode::FirstOfApplication,
    QT_TRANSLATE_NOOP("ErrorText", "%1 answered with an error of its application's own."),
    QT_TRANSLATE_NOOP("ErrorText", "What the number means is the application's affair.")};

const Wording *wordingOf(std::span<const Wording> wordings, ErrorCode code)
{
    const auto found = std::find_if(
        wordings.begin(), wordings.end(), [code](const Wording &wording) { return wording.code == code; });
    return found == wordings.end() ? nullptr : &*found;
}

ErrorText worded(const Wording *wording, const Error &error, const QString &where)
{
    ErrorText text;
    text.detail = safeText(error.toString(), 1'024);
    text.what = QCoreApplication::translate("ErrorText",
        wording ? wording->what : QT_TRANSLATE_NOOP("ErrorText", "Something went wrong with %1."))
                    .arg(safeText(where, 255));
    if (wording)
        text.advice = QCoreApplication::translate("ErrorText", wording->advice);
    return text;
}

} // namespace

QString ErrorText::toLines() const
{
    QString lines = what;
    if (!advice.isEmpty())
        lines += u'\n' + advice;
    if (!detail.isEmpty())
        lines += QStringLiteral("\n\n") + detail;
    return lines;
}

ErrorText errorText(const Error &error, const QString &where)
{
    return worded(
        error.isApplication() ? &ApplicationWording : wordingOf(Wordings, error.code()), error, where);
}

ErrorText fileErrorText(const Error &error, const QString &fileName)
{
    const Wording *wording = wordingOf(FileWordings, error.code());
    return wording ? worded(wording, error, fileName) : errorText(error, fileName);
}

} // namespace Halyard::Inspector
