// SPDX-License-Identifier: MIT
#include "transport/transportfactory.h"

#include "transport/memorylistener_p.h"
#include "transport/memorytransport_p.h"
#include "transport/tcplistener_p.h"
#include "transport/tcptransport_p.h"
#include "transport/tlslistener_p.h"
#include "transport/tlstransport_p.h"

namespace Halyard {

using Wire::ErrorCode;
using Wire::ErrorOrigin;

namespace {

auto invalidUrl(const QUrl &url, const char *why)
{
    // Not the whole address: it may hold a password.
    return Wire::failure(ErrorCode::InvalidUrl, ErrorOrigin::Local,
        url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery).toStdString() + ": " + why);
}

Wire::Result<std::unique_ptr<Transport>> wrapped(
    std::unique_ptr<Transport> transport, const TransportOptions &options)
{
    return options.wrap ? options.wrap(std::move(transport)) : std::move(transport);
}

/// "memory://name" and "memory:name".
QString memoryName(const QUrl &url) { return url.host() + url.path(); }

} // namespace

Wire::Result<std::unique_ptr<Transport>> TransportFactory::connector(
    const QUrl &url, const TransportOptions &options)
{
    if (!url.isValid())
        return invalidUrl(url, "not a URL");
    if (url.scheme() == u"memory") {
        if (memoryName(url).isEmpty())
            return invalidUrl(url, "the name is missing");
        if (!options.memoryNetwork)
            return Wire::failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "no memory network");
        return wrapped(std::make_unique<MemoryTransport>(memoryName(url), options), options);
    }
    const bool tls = url.scheme() == u"tls";
    if (!tls && url.scheme() != u"tcp")
        return invalidUrl(url, "the transport is none of tcp, tls, memory");
    if (url.host().isEmpty())
        return invalidUrl(url, "the host is missing");
    const int port = url.port(DefaultPort);
    if (port == 0)
        return invalidUrl(url, "port 0 cannot be connected to");
    if (!tls)
        return wrapped(std::make_unique<TcpTransport>(url.host(), quint16(port), options), options);
    auto configuration = TlsConfiguration::forClient(options.tls);
    if (!configuration)
        return tl::unexpected(configuration.error());
    return wrapped(
        std::make_unique<TlsTransport>(url.host(), quint16(port), std::move(*configuration), options),
        options);
}

Wire::Result<std::unique_ptr<Listener>> TransportFactory::listener(
    const QUrl &url, const TransportOptions &options)
{
    if (!url.isValid())
        return invalidUrl(url, "not a URL");
    if (url.scheme() == u"memory") {
        if (memoryName(url).isEmpty())
            return invalidUrl(url, "the name is missing");
        if (!options.memoryNetwork)
            return Wire::failure(ErrorCode::InvalidArgument, ErrorOrigin::Local, "no memory network");
        return std::make_unique<MemoryListener>(memoryName(url), options);
    }
    const bool tls = url.scheme() == u"tls";
    if (!tls && url.scheme() != u"tcp")
        return invalidUrl(url, "the transport is none of tcp, tls, memory");
    if (url.port() < 0)
        return invalidUrl(url, "listening needs a port");
    if (tls)
        return std::make_unique<TlsListener>(url.host(), quint16(url.port()), options);
    return std::make_unique<TcpListener>(url.host(), quint16(url.port()), options);
}

} // namespace Halyard
