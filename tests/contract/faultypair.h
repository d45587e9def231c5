// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <QSignalSpy>
#include <QTest>

#include "transport/faultinjector.h"
#include "transportworld.h"

/// A connected pair whose client is under an injector.
struct FaultyPair {
    FaultyPair(TransportWorld &world, const Halyard::FaultPlan &plan)
        : m_listener(world.makeListener())
    {
        if (!m_listener)
            return;
        QSignalSpy pending(m_listener.get(), &Halyard::Listener::pendingAvailable);
        client = std::make_unique<Halyard::FaultInjector>(world.makeConnector(*m_listener), plan);
        fromClient = std::make_unique<Recorder>(*client);
        client->open();
        if (pending.isEmpty() && !pending.wait())
            return;
        server = m_listener->takePending();
        fromServer = std::make_unique<Recorder>(*server);
        server->open();
        open = QTest::qWaitFor([this] { return fromClient->opened && fromServer->opened; });
    }

    std::unique_ptr<Halyard::FaultInjector> client;
    std::unique_ptr<Halyard::Transport> server;
    std::unique_ptr<Recorder> fromClient;
    std::unique_ptr<Recorder> fromServer;
    bool open = false;

private:
    std::unique_ptr<Halyard::Listener> m_listener;
};

inline const QByteArray Digits = "0123456789";

#define FAULTY_PAIR(plan)                                                                                    \
    WORLD;                                                                                                   \
    FaultyPair pair(world, plan);                                                                            \
    QVERIFY(pair.open)
