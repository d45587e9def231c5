// SPDX-License-Identifier: MIT
#pragma once

#include <QMetaType>
#include <QString>
#include <QUrl>

#include "endpoint/password.h"
#include "endpoint/result.h"
#include "protocol/protocolfactory.h"
#include "transport/transportfactory.h"
#include "wire/export.h"

class QDebug;

namespace Halyard {

/// Where an endpoint is and how to talk to it:
///   [protocol+]transport://[user[:password]@]host[:port][/path][?option=value&...]
/// e.g. "tls://localhost", "vstp+tcp://[::1]:7000?peer=easy", "local:///run/app.socket", "memory://test".
///
/// - transports: tcp tls ws wss local udp memory; the protocol is vstp where none is named
/// - port: 6969 where none is named for connecting; required for listening, where 0 lets the system choose;
///   local and memory have none
/// - host: required, but for local with a path; IPv6 literals in brackets
/// - path: local (the socket's file), ws and wss only
/// - user: only for connecting and only where the protocol authenticates; NotSupportedByProtocol elsewhere
///   (vstp does not)
/// - options: `pin` (tls, wss: sha256:HEX or spki-sha256:HEX) and `insecure` (tls, wss: 0 or 1) are the
///   transport's, all others must be known to the protocol
/// Everything may be percent-encoded. A password is kept, but neither shown nor logged.
class HALYARD_EXPORT EndpointAddress
{
public:
    static constexpr quint16 DefaultPort = 6969;

    enum class Use : quint8 { Connect, Listen };

    /// Not valid; parse() makes valid ones.
    EndpointAddress() = default;

    /// Fails with InvalidUrl, saying which part is wrong and why; with UnknownProtocol where the registry has
    /// no such protocol; with NotSupportedByProtocol for a user name that the protocol has no use for.
    [[nodiscard]] static Result<EndpointAddress> parse(
        const QUrl &url, Use use, const Wire::ProtocolRegistry &registry);
    /// The same from what a user typed.
    [[nodiscard]] static Result<EndpointAddress> parse(
        const QString &text, Use use, const Wire::ProtocolRegistry &registry);

    [[nodiscard]] bool isValid() const noexcept { return !m_transport.isEmpty(); }
    [[nodiscard]] QString protocol() const { return m_protocol; }
    /// Whether the address named the protocol, rather than leaving it at vstp.
    [[nodiscard]] bool namesProtocol() const noexcept { return m_namesProtocol; }
    [[nodiscard]] QString transport() const { return m_transport; }
    /// Whether the transport is encrypted (tls, wss).
    [[nodiscard]] bool isSecure() const;
    /// Without brackets; empty for local with a path.
    [[nodiscard]] QString host() const { return m_host; }
    /// 0 where the transport has none, or where the system shall choose.
    [[nodiscard]] quint16 port() const noexcept { return m_port; }
    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] QString user() const { return m_user; }
    [[nodiscard]] const Password &password() const noexcept { return m_password; }
    /// Those of the protocol; whether their values are good, its factory knows.
    [[nodiscard]] const Wire::OptionValues &protocolOptions() const noexcept { return m_protocolOptions; }
    [[nodiscard]] QByteArray pin() const { return m_pin; }
    [[nodiscard]] bool isInsecure() const noexcept { return m_insecure; }
    /// `base` with the options of this address put over it.
    [[nodiscard]] TransportOptions applyTo(TransportOptions base) const;

    /// The same address with another host, port or pin: what a server prints once it listens.
    [[nodiscard]] EndpointAddress withHost(const QString &host) const;
    [[nodiscard]] EndpointAddress withPort(quint16 port) const;
    [[nodiscard]] EndpointAddress withPin(const QByteArray &pin) const;

    /// Scheme (the transport's), host, port and path: what TransportFactory takes.
    [[nodiscard]] QUrl transportUrl() const;
    /// All of it but the password.
    [[nodiscard]] QString toString() const;

    friend HALYARD_EXPORT QDebug operator<<(QDebug debug, const EndpointAddress &address);

private:
    QString m_protocol;
    QString m_transport;
    QString m_host;
    QString m_path;
    QString m_user;
    Password m_password;
    QByteArray m_pin;
    Wire::OptionValues m_protocolOptions;
    quint16 m_port = 0;
    bool m_namesProtocol = false;
    bool m_insecure = false;

    friend class EndpointAddressParser;
};

} // namespace Halyard

Q_DECLARE_METATYPE(Halyard::EndpointAddress)
