// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <QHostAddress>
#include <QString>

namespace Halyard {

/// An IPv4 address that arrived through an IPv6 socket, as IPv4; others as they are.
[[nodiscard]] QHostAddress withoutMapping(const QHostAddress &address);
/// "192.0.2.7:6969", "[2001:db8::1]:6969".
[[nodiscard]] QString addressText(const QHostAddress &address, quint16 port);

/// A socket address as the kernel wants it.
struct SocketAddress {
    sockaddr_storage storage {};
    socklen_t size = 0;

    SocketAddress() = default;
    SocketAddress(const QHostAddress &address, quint16 port);
    [[nodiscard]] const sockaddr *data() const { return reinterpret_cast<const sockaddr *>(&storage); }
    [[nodiscard]] sockaddr *data() { return reinterpret_cast<sockaddr *>(&storage); }
    [[nodiscard]] int family() const { return storage.ss_family; }
    [[nodiscard]] quint16 port() const;
};

} // namespace Halyard
