// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/tlsarguments.h"
#include "endpoint/endpointaddress.h"
#include "endpoint/result.h"
#include "transport/transportfactory.h"

namespace Halyard::Cli {

/// How to listen: the address, and a certificate for it where it needs one.
struct ListenSetup {
    EndpointAddress address;
    TransportOptions transport;
    QByteArray pin; ///< of a certificate that was made for this run; empty otherwise
};

/// Parses the address and loads the certificate, or makes one where tls is to be listened at without. Fails
/// as EndpointAddress::parse() and TlsArguments::load() do.
[[nodiscard]] Result<ListenSetup> prepareListening(const std::string &url, const TlsArguments &arguments);

/// Says on standard error where a server listens, as an address that a client can use as it stands: with the
/// real port, localhost instead of an any-address, and the pin.
void announceListening(const EndpointAddress &bound, const QByteArray &pin);

} // namespace Halyard::Cli
