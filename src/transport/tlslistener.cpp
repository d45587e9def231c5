// SPDX-License-Identifier: MIT
#include "transport/tlslistener_p.h"

#include "transport/logging_p.h"
#include "transport/tlstransport_p.h"

namespace Halyard {

Wire::Result<void> TlsListener::listen()
{
    if (auto set = setTls(options().tls); !set)
        return set;
    return TcpListener::listen();
}

Wire::Result<void> TlsListener::setTls(const TlsOptions &tls)
{
    auto configuration = TlsConfiguration::forServer(tls);
    if (!configuration)
        return tl::unexpected(configuration.error());
    const QSslCertificate &leaf = tls.certificateChain.first();
    if (leaf.expiryDate() < QDateTime::currentDateTimeUtc())
        qCWarning(securityLog) << "our certificate has expired at" << leaf.expiryDate().toString(Qt::ISODate);
    m_tls = std::move(*configuration);
    options().tls = tls;
    return {};
}

std::unique_ptr<Transport> TlsListener::makeTransport(int descriptor)
{
    return std::make_unique<TlsTransport>(descriptor, m_tls, options());
}

} // namespace Halyard
