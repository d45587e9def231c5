// SPDX-License-Identifier: MIT
#include "cli/listening.h"

#include "cli/console.h"
#include "cli/madecertificate.h"

namespace Halyard::Cli {
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
        auto made = makeCertificate(setup.address.host());
        if (!made)
            return failure(made.error());
        setup.transport.tls = std::move(made->tls);
        setup.pin = made->pin;
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
