// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QSet>
#include <QTimer>

#include "capture/observedsession.h"
#include "capture/tapintake.h"
#include "endpoint/client.h"
#include "endpoint/proxy.h"
#include "endpoint/server.h"

namespace Halyard::Inspector {

/// A client, a server or a proxy under observation.
class EndpointSession final : public ObservedSession
{
    Q_OBJECT
public:
    EndpointSession(quint32 number, const EndpointRequest &request, std::shared_ptr<Intake> intake);
    ~EndpointSession() override;

    void start() override;
    void stop() override;

protected:
    [[nodiscard]] Connection *connectionOf(quint32 conversation) const override;

private:
    Result<EndpointAddress> connectOut(const Wire::ProtocolRegistry &registry);
    Result<EndpointAddress> listen(const Wire::ProtocolRegistry &registry);
    Result<EndpointAddress> standBetween(const Wire::ProtocolRegistry &registry);
    Result<Tap *> makeTap(const EndpointAddress &address, const QString &target, Viewpoint viewpoint,
        const Wire::ProtocolRegistry &registry);
    [[nodiscard]] Result<TlsOptions> serverTls(const EndpointAddress &address);
    [[nodiscard]] QList<Connection *> connections() const;
    void offerSending();
    void refresh();
    void reportActive(const EndpointAddress &address);
    void reportEnd(const Error &error);

    std::unique_ptr<TapIntake> m_tap; ///< outlives the endpoints
    std::unique_ptr<Client> m_client;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<Proxy> m_proxy;
    QSet<quint32> m_offered; ///< conversations on which messages can be sent
    QString m_target;        ///< without password
    QByteArray m_pin;
    QByteArray m_certificate;
    Error m_lastError;
    QTimer m_refreshTimer;
};

} // namespace Halyard::Inspector
