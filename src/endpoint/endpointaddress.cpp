// SPDX-License-Identifier: MIT
#include "endpoint/endpointaddress.h"

#include <algorithm>
#include <array>
#include <optional>

#include <QDebug>
#include <QUrlQuery>

#include "crypto/certificatepin.h"

namespace Halyard {
namespace {

struct TransportTraits {
    QLatin1String name;
    bool port = false;
    bool path = false;
    bool tls = false;
};

constexpr std::array Transports {
    TransportTraits {QLatin1String("tcp"), true, false, false},
    TransportTraits {QLatin1String("tls"), true, false, true},
    TransportTraits {QLatin1String("ws"), true, true, false},
    TransportTraits {QLatin1String("wss"), true, true, true},
    TransportTraits {QLatin1String("local"), false, true, false},
    TransportTraits {QLatin1String("udp"), true, false, false},
    TransportTraits {QLatin1String("memory"), false, false, false},
};

const TransportTraits *findTransport(QStringView name)
{
    const auto found = std::find_if(
        Transports.begin(), Transports.end(), [name](const auto &traits) { return traits.name == name; });
    return found == Transports.end() ? nullptr : &*found;
}

/// Everything up to the last @ may be a password that was not written as it should be.
QString withoutUserInfo(const QString &text)
{
    const auto begin = text.indexOf(QLatin1String("://"));
    const auto end = text.lastIndexOf(QLatin1Char('@'));
    if (end < 0)
        return text;
    return begin >= 0 && begin < end ? text.left(begin + 3) + text.mid(end + 1) : text.mid(end + 1);
}

} // namespace

/// One parse: each step refuses with the part that is wrong, or fills in its part of the address.
class EndpointAddressParser
{
public:
    EndpointAddressParser(const QUrl &url, EndpointAddress::Use use, const Wire::ProtocolRegistry &registry)
        : m_url(url)
        , m_registry(registry)
        , m_use(use)
    { }

    Result<EndpointAddress> parse()
    {
        const bool parsed = scheme() && host() && port() && path() && userInfo() && options();
        if (!parsed)
            return tl::unexpected(*m_error);
        return m_address;
    }

private:
    [[nodiscard]] bool listening() const { return m_use == EndpointAddress::Use::Listen; }

    bool refuse(ErrorCode code, const QString &why)
    {
        m_error = Error(code, ErrorOrigin::Local,
            QStringLiteral("%1, in \"%2\"").arg(why, withoutUserInfo(m_url.toString(QUrl::RemoveUserInfo))));
        return false;
    }
    bool refuse(const QString &why) { return refuse(ErrorCode::InvalidUrl, why); }

    bool scheme()
    {
        const auto scheme = m_url.scheme();
        const auto plus = scheme.lastIndexOf(QLatin1Char('+'));
        const auto transport = scheme.mid(plus + 1);
        m_traits = findTransport(transport);
        if (transport.isEmpty())
            return refuse(QStringLiteral("transport: missing, as in tls://localhost"));
        if (!m_traits)
            return refuse(QStringLiteral("transport: \"%1\" is none of tcp tls ws wss local udp memory")
                              .arg(transport));
        m_address.m_transport = transport;
        m_address.m_namesProtocol = plus >= 0;
        m_address.m_protocol = plus >= 0 ? scheme.left(plus) : QStringLiteral("vstp");
        m_protocol = m_registry.find(m_address.m_protocol.toStdString());
        if (!m_protocol)
            return refuse(ErrorCode::UnknownProtocol,
                QStringLiteral("protocol: \"%1\" is not known").arg(m_address.m_protocol));
        return true;
    }

    bool host()
    {
        m_address.m_host = m_url.host(QUrl::FullyDecoded);
        // "memory:name" and "memory://name" are the same.
        if (m_address.m_transport == QLatin1String("memory") && m_address.m_host.isEmpty())
            m_address.m_host = m_url.path(QUrl::FullyDecoded).toLower();
        const bool named = !m_address.m_host.isEmpty();
        if (m_address.m_transport == QLatin1String("local")) {
            if (named == !m_url.path().isEmpty())
                return refuse(
                    QStringLiteral("path: local takes either a name, as in local://name, or a file, as "
                                   "in local:///run/file"));
            return true;
        }
        return named
            || refuse(listening() ? QStringLiteral("host: missing; 0.0.0.0 or [::] stands for every address")
                                  : QStringLiteral("host: missing"));
    }

    bool port()
    {
        const int port = m_url.port(-1);
        if (!m_traits->port)
            return port < 0 || refuse(QStringLiteral("port: %1 has none").arg(m_traits->name));
        if (port < 0 && listening())
            return refuse(QStringLiteral("port: missing; 0 lets the system choose one"));
        if (port == 0 && !listening())
            return refuse(QStringLiteral("port: 0 is no port to connect to"));
        m_address.m_port = port < 0 ? EndpointAddress::DefaultPort : quint16(port);
        return true;
    }

    bool path()
    {
        if (m_url.hasFragment())
            return refuse(QStringLiteral("fragment: an endpoint has none"));
        const auto path = m_url.path(QUrl::FullyDecoded);
        if (m_traits->path) {
            m_address.m_path = path;
            return true;
        }
        return path.isEmpty() || path == QLatin1String("/") || m_url.host().isEmpty() // memory:name
            || refuse(QStringLiteral("path: %1 has none").arg(m_traits->name));
    }

    bool userInfo()
    {
        m_address.m_user = m_url.userName(QUrl::FullyDecoded);
        m_address.m_password = Password::takenFrom(m_url.password(QUrl::FullyDecoded));
        if (m_address.m_user.isEmpty())
            return m_address.m_password.isEmpty()
                || refuse(QStringLiteral("user: a password without a name"));
        if (listening())
            return refuse(
                QStringLiteral("user: belongs to connecting; a server is given its users as options"));
        return m_protocol->authenticates
            || refuse(ErrorCode::NotSupportedByProtocol,
                QStringLiteral("user: %1 does not authenticate users").arg(m_address.m_protocol));
    }

    bool options()
    {
        // A password that was not encoded ends up here; naming the option would show it.
        if (m_url.query(QUrl::FullyEncoded).contains(QLatin1Char('@')))
            return refuse(QStringLiteral("user: the characters / ? # @ in it must be percent-encoded"));
        QStringList seen;
        const auto items = QUrlQuery(m_url).queryItems(QUrl::FullyDecoded);
        for (const auto &[name, value] : items) {
            if (seen.contains(name))
                return refuse(QStringLiteral("option %1: given twice").arg(name));
            seen.append(name);
            if (!option(name, value))
                return false;
        }
        return true;
    }

    bool option(const QString &name, const QString &value)
    {
        if (name == QLatin1String("pin") || name == QLatin1String("insecure")) {
            if (!m_traits->tls)
                return refuse(QStringLiteral("option %1: only tls and wss have certificates").arg(name));
            return name == QLatin1String("pin") ? pin(value) : insecure(value);
        }
        const auto &known = m_protocol->options;
        const auto key = name.toStdString();
        if (std::none_of(
                known.begin(), known.end(), [&key](const auto &option) { return option.name == key; }))
            return refuse(QStringLiteral("option %1: not known to %2").arg(name, m_address.m_protocol));
        m_address.m_protocolOptions.emplace(key, value.toStdString());
        return true;
    }

    bool pin(const QString &value)
    {
        m_address.m_pin = value.toLatin1();
        return Wire::CertificatePin::parse(m_address.m_pin.toStdString()).has_value()
            || refuse(QStringLiteral("option pin: expected sha256:HEX or spki-sha256:HEX with 64 digits"));
    }

    bool insecure(const QString &value)
    {
        m_address.m_insecure = value == QLatin1String("1");
        return m_address.m_insecure || value == QLatin1String("0")
            || refuse(QStringLiteral("option insecure: expected 0 or 1"));
    }

    const QUrl &m_url;
    const Wire::ProtocolRegistry &m_registry;
    EndpointAddress::Use m_use;
    const TransportTraits *m_traits = nullptr;
    const Wire::ProtocolDescription *m_protocol = nullptr;
    EndpointAddress m_address;
    std::optional<Error> m_error;
};

Result<EndpointAddress> EndpointAddress::parse(
    const QUrl &url, Use use, const Wire::ProtocolRegistry &registry)
{
    if (url.isValid())
        return EndpointAddressParser(url, use, registry).parse();
    // QUrl's text goes on with the whole source, password included.
    auto reason = url.errorString().section(QLatin1Char(';'), 0, 0);
    if (reason.isEmpty())
        reason = QStringLiteral("empty address");
    return failure(ErrorCode::InvalidUrl, ErrorOrigin::Local, reason);
}

Result<EndpointAddress> EndpointAddress::parse(
    const QString &text, Use use, const Wire::ProtocolRegistry &registry)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    auto result = parse(url, use, registry);
    if (!result && !url.isValid())
        return failure(ErrorCode::InvalidUrl, ErrorOrigin::Local,
            QStringLiteral("%1, in \"%2\"").arg(result.error().detail(), withoutUserInfo(text.trimmed())));
    return result;
}

bool EndpointAddress::isSecure() const
{
    const auto *traits = findTransport(m_transport);
    return traits && traits->tls;
}

TransportOptions EndpointAddress::applyTo(TransportOptions base) const
{
    if (!m_pin.isEmpty())
        base.tls.pin = m_pin;
    if (m_insecure)
        base.tls.insecure = true;
    return base;
}

EndpointAddress EndpointAddress::withHost(const QString &host) const
{
    auto copy = *this;
    copy.m_host = host;
    return copy;
}

EndpointAddress EndpointAddress::withPort(quint16 port) const
{
    auto copy = *this;
    copy.m_port = port;
    return copy;
}

EndpointAddress EndpointAddress::withPin(const QByteArray &pin) const
{
    auto copy = *this;
    copy.m_pin = pin;
    return copy;
}

QUrl EndpointAddress::transportUrl() const
{
    const auto *traits = findTransport(m_transport);
    if (!traits)
        return {};
    QUrl url;
    url.setScheme(m_transport);
    url.setHost(m_host, QUrl::DecodedMode);
    if (traits->port)
        url.setPort(m_port);
    url.setPath(m_path, QUrl::DecodedMode);
    return url;
}

QString EndpointAddress::toString() const
{
    if (!isValid())
        return {};
    auto url = transportUrl();
    if (m_namesProtocol)
        url.setScheme(m_protocol + QLatin1Char('+') + m_transport);
    url.setUserName(m_user, QUrl::DecodedMode);
    QUrlQuery query;
    const auto add = [&query](const QString &name, const QString &value) {
        query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value, ":/")));
    };
    for (const auto &[name, value] : m_protocolOptions)
        add(QString::fromStdString(name), QString::fromStdString(value));
    if (!m_pin.isEmpty())
        add(QStringLiteral("pin"), QString::fromLatin1(m_pin));
    if (m_insecure)
        add(QStringLiteral("insecure"), QStringLiteral("1"));
    if (!query.isEmpty())
        url.setQuery(query);
    return url.toString(QUrl::FullyEncoded);
}

QDebug operator<<(QDebug debug, const EndpointAddress &address)
{
    const QDebugStateSaver saver(debug);
    debug.nospace().noquote() << "EndpointAddress(" << address.toString() << ')';
    return debug;
}

} // namespace Halyard
