// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QUrl>

#include "transport/listener.h"
#include "transport/transport.h"
#include "transport/transportoptions.h"
#include "wire/error.h"
#include "wire/export.h"

namespace Halyard {

/// Makes transports and listeners from the transport part of an endpoint address:
/// `tcp://host:port`, `tls://host:port`, `memory://name` (or `memory:name`).
/// Hosts are looked up by the transport itself, all addresses of a name are tried.
class HALYARD_EXPORT TransportFactory
{
public:
    static constexpr quint16 DefaultPort = 6969;

    /// `url` with scheme, host, port and path of the transport alone. The port is DefaultPort where it is
    /// absent. Fails with InvalidUrl where the scheme is none of ours or the host is missing, with
    /// InvalidArgument where options lack something (a memory network, a pin that can be read).
    [[nodiscard]] static Wire::Result<std::unique_ptr<Transport>> connector(
        const QUrl &url, const TransportOptions &options);
    /// As connector(), but the port must be there; 0 asks for any free one. An empty host, "*" and "[::]"
    /// mean all addresses of both families, "localhost" means both loopback addresses.
    [[nodiscard]] static Wire::Result<std::unique_ptr<Listener>> listener(
        const QUrl &url, const TransportOptions &options);
};

} // namespace Halyard
