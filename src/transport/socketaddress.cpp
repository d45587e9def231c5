// SPDX-License-Identifier: MIT
#include "transport/socketaddress_p.h"

#include <cstring>

#include <net/if.h>
#include <netinet/in.h>

#include <QtEndian>

namespace Halyard {

QHostAddress withoutMapping(const QHostAddress &address)
{
    bool mapped = false;
    const quint32 v4 = address.toIPv4Address(&mapped);
    return mapped ? QHostAddress(v4) : address;
}

QString addressText(const QHostAddress &address, quint16 port)
{
    const QString text = address.toString();
    const bool brackets = text.contains(u':');
    return (brackets ? u'[' + text + u']' : text) + u':' + QString::number(port);
}

SocketAddress::SocketAddress(const QHostAddress &address, quint16 port)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        sockaddr_in v4 {};
        v4.sin_family = AF_INET;
        v4.sin_port = qToBigEndian(port);
        v4.sin_addr.s_addr = qToBigEndian(address.toIPv4Address());
        size = sizeof v4;
        std::memcpy(&storage, &v4, size);
        return;
    }
    sockaddr_in6 v6 {};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = qToBigEndian(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&v6.sin6_addr, &bytes, sizeof bytes);
    if (const QByteArray scope = address.scopeId().toLatin1(); !scope.isEmpty()) {
        bool isNumber = false;
        const uint number = scope.toUInt(&isNumber);
        v6.sin6_scope_id = isNumber ? number : ::if_nametoindex(scope.constData());
    }
    size = sizeof v6;
    std::memcpy(&storage, &v6, size);
}

quint16 SocketAddress::port() const
{
    if (family() == AF_INET) {
        sockaddr_in v4 {};
        std::memcpy(&v4, &storage, sizeof v4);
        return qFromBigEndian(v4.sin_port);
    }
    sockaddr_in6 v6 {};
    std::memcpy(&v6, &storage, sizeof v6);
    return qFromBigEndian(v6.sin6_port);
}

} // namespace Halyard
