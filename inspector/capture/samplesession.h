// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QTimer>

#include "capture/observedsession.h"
#include "capture/tapintake.h"
#include "endpoint/client.h"
#include "endpoint/server.h"

namespace Halyard::Inspector {

/// The built-in sample: a client and a server in memory that talk about everything there is to see, and a
/// peer that speaks something else. The client's connection stays open, so that one can send oneself.
class SampleSession final : public ObservedSession
{
    Q_OBJECT
public:
    SampleSession(quint32 number, const EndpointRequest &request, std::shared_ptr<Intake> intake);
    ~SampleSession() override;

    void start() override;
    void stop() override;

protected:
    [[nodiscard]] Connection *connectionOf(quint32 conversation) const override;

private:
    void setUpServer();
    void nextStep();
    void sendGarbage();

    const std::shared_ptr<MemoryNetwork> m_network;
    std::unique_ptr<TapIntake> m_clientTap;
    std::unique_ptr<TapIntake> m_garbageTap;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<Server> m_garbageServer;
    std::unique_ptr<Client> m_client;
    std::unique_ptr<Transport> m_garbage;
    QTimer m_stepTimer;
    int m_step = 0;
};

} // namespace Halyard::Inspector
