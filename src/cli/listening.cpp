// SPDX-License-Identifier: MIT
#include "cli/listening.h"

#include <QHostAddress>

#include "cli/console.h"
#include "transport/tlscredentials.h"

namespace Halyard::Cli {
namespace {

/// 0.0.0.0 and the like.
bool isAnyAddress(const QString &host)
{
    const QHostAddress address(host);
    return address == QHostAddress::AnyIPv4 || address == QHostAddress::AnyIPv6
        || address == QHostAddress::Any;
}

} // namespace

Result<ListenSetup> prepareListening(const std::string &url, const TlsArguments &arguments)
{
    auto address = EndpointAddress::parse(
        QString::fromStdString(url), EndpointAddress::Use::Listen, Wire::ProtocolRegistry::standard());
    if (!address)
        return failure(address.error());
    auto tls = arguments.load();
    if (!tls)
        return failure(tls.error());
    ListenSetup setup;
    setup.address = std::move(*address);
    setup.transport.tls = std::move(*tls);
    if (setup.address.isSecure() && !arguments.hasCertificate()) {
        const auto host = setup.address.host();
        auto pin = useDevelopmentCertificate(
            setup.transport.tls, isAnyAddress(host) ? QStringList() : QStringList(host));
        if (!pin)
            return failure(pin.error());
        setup.pin = std::move(*pin);
    }
    return setup;
}

void announceListening(const EndpointAddress &bound, const QByteArray &pin)
{
    auto address = isAnyAddress(bound.host()) ? bound.withHost(QStringLiteral("localhost")) : bound;
    if (!pin.isEmpty())
        address = address.withPin(pin);
    announce(QStringLiteral("listening ") + address.toString());
}

} // namespace Halyard::Cli
