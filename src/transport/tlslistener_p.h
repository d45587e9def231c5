// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "transport/tcplistener_p.h"
#include "transport/tlsconfiguration_p.h"

namespace Halyard {

/// Accepts TLS connections; the handshake is each transport's own.
class TlsListener final : public TcpListener
{
    Q_OBJECT
public:
    using TcpListener::TcpListener;

    [[nodiscard]] Wire::Result<void> listen() override;
    [[nodiscard]] Wire::Result<void> setTls(const TlsOptions &tls) override;

protected:
    [[nodiscard]] std::unique_ptr<Transport> makeTransport(int descriptor) override;

private:
    TlsConfiguration m_tls; ///< made by listen() or setTls()
};

} // namespace Halyard
