// SPDX-License-Identifier: MIT
#include "app/errortext.h"

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
        QT_TRANSLATE_NOOP(
            "ErrorText", "Perhaps it speaks another protocol, or none of its own accord: try ?peer=raw.")},
    {ErrorCode::HeartbeatTimedOut, QT_TRANSLATE_NOOP("ErrorText", "%1 has fallen silent."),
        QT_TRANSLATE_NOOP("ErrorText", "A peer that knows no heartbeat is opened with ?peer=raw.")},
    {ErrorCode::AddressInUse, QT_TRANSLATE_NOOP("ErrorText", "Something else listens at %1 already."),
        QT_TRANSLATE_NOOP("ErrorText", "Choose another port, or 0 to have one chosen.")},
    {ErrorCode::AddressNotAvailable,
        QT_TRANSLATE_NOOP("ErrorText", "%1 is no address of this machine, or not allowed."),
        QT_TRANSLATE_NOOP("ErrorText", "Use localhost or 0.0.0.0, and a port above 1023.")},
    {ErrorCode::InvalidUrl, QT_TRANSLATE_NOOP("ErrorText", "“%1” is no address."),
        QT_TRANSLATE_NOOP("ErrorText", "Write it like tls://localhost:6969 or vstp+tcp://192.0.2.1:7000.")},
    {ErrorCode::UnknownProtocol, QT_TRANSLATE_NOOP("ErrorText", "The protocol of %1 is not known."),
        QT_TRANSLATE_NOOP("ErrorText", "Leave it out to use vstp.")},
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
    {ErrorCode::MalformedMessage, QT_TRANSLATE_NOOP("ErrorText", "%1 cannot be understood."),
        QT_TRANSLATE_NOOP(
            "ErrorText", "Only pcapng files can be opened; convert others with editcap -F pcapng.")},
    {ErrorCode::FileFailed, QT_TRANSLATE_NOOP("ErrorText", "%1 could not be read or written."),
        QT_TRANSLATE_NOOP("ErrorText", "Check that there is space and that you may do this there.")},
};

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
    const QString place = safeText(where, 255);
    ErrorText text;
    text.detail = safeText(error.toString(), 1'024);
    for (const Wording &wording : Wordings) {
        if (wording.code == error.code()) {
            text.what = QCoreApplication::translate("ErrorText", wording.what).arg(place);
            text.advice = QCoreApplication::translate("ErrorText", wording.advice);
            return text;
        }
    }
    text.what = QCoreApplication::translate("ErrorText", "Something went wrong with %1.").arg(place);
    return text;
}

} // namespace Halyard::Inspector
