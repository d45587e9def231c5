// SPDX-License-Identifier: MIT
// How every kind of transport is accepted, under every event dispatcher.
#include <vector>

#include <QSignalSpy>
#include <QTest>

#include "dispatchers.h"
#include "transportworld.h"

using namespace Halyard;
using Wire::ErrorCode;

class tst_Listener : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusedIsTyped_data() { kindRows(); }
    void refusedIsTyped();
    void aSilentPeerDelaysNobody_data() { kindRows(); }
    void aSilentPeerDelaysNobody();
    void acceptingPausesAndGoesOn_data() { kindRows(); }
    void acceptingPausesAndGoesOn();
    void pendingIsBounded_data() { kindRows(); }
    void pendingIsBounded();
    void aFullBacklogRefuses_data();
    void aFullBacklogRefuses();
    void theListenerMayBeDeletedInItsSlot_data() { kindRows(); }
    void theListenerMayBeDeletedInItsSlot();
};

void tst_Listener::refusedIsTyped()
{
    WORLD;
    const auto transport = world.makeRefused();
    QVERIFY(transport);
    Recorder recorder(*transport);
    transport->open();
    QTRY_COMPARE(recorder.closed, 1);
    QVERIFY(recorder.error);
    QCOMPARE(recorder.error->code, ErrorCode::ConnectionRefused);
    QCOMPARE(recorder.log, QStringList({"failed", "closed"}));
}

void tst_Listener::aSilentPeerDelaysNobody()
{
    WORLD;
    const auto listener = world.makeListener();
    QSignalSpy pending(listener.get(), &Listener::pendingAvailable);
    std::vector<std::unique_ptr<Transport>> silent;
    for (int i = 0; i < 20; ++i) { // connected, never opened on the server's side
        silent.push_back(world.makeConnector(*listener));
        silent.back()->open();
    }
    std::vector<std::unique_ptr<Transport>> unopened;
    const auto takeAll = [&] {
        while (auto transport = listener->takePending())
            unopened.push_back(std::move(transport));
        return unopened.size() == silent.size();
    };
    QTRY_VERIFY(takeAll());

    const auto client = world.makeConnector(*listener);
    Recorder fromClient(*client);
    client->open();
    std::unique_ptr<Transport> server;
    QTRY_VERIFY(server || (server = listener->takePending()));
    Recorder fromServer(*server);
    server->open();
    QTRY_VERIFY(fromServer.opened && fromClient.opened);
    client->write(view("heard"));
    QTRY_COMPARE(fromServer.received, "heard");
}

void tst_Listener::acceptingPausesAndGoesOn()
{
    WORLD;
    const auto listener = world.makeListener();
    QVERIFY(listener->isListening());
    QSignalSpy pending(listener.get(), &Listener::pendingAvailable);
    listener->setAcceptingPaused(true);
    const auto client = world.makeConnector(*listener);
    client->open();
    TransportWorld elsewhere(kind);
    QVERIFY(roundTrip(elsewhere));
    QVERIFY(pending.isEmpty());
    QVERIFY(!listener->takePending());
    listener->setAcceptingPaused(false);
    QTRY_VERIFY(!pending.isEmpty());
    QVERIFY(listener->takePending());
    QVERIFY(!listener->takePending());

    const auto second = listener->listen();
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::AlreadyOpen);
    listener->close();
    QVERIFY(!listener->isListening());
    QVERIFY(listener->listen());
    QVERIFY(listener->isListening());
}

void tst_Listener::pendingIsBounded()
{
    WORLD;
    const auto listener = world.makeListener();
    constexpr int Count = 3 * Listener::MaxPending;
    std::vector<std::unique_ptr<Transport>> clients;
    std::vector<std::unique_ptr<Transport>> servers;
    for (int i = 0; i < Count; ++i) {
        clients.push_back(world.makeConnector(*listener));
        clients.back()->open();
    }
    const auto takeAll = [&] {
        int taken = 0;
        while (auto transport = listener->takePending()) {
            servers.push_back(std::move(transport));
            ++taken;
        }
        return taken;
    };
    while (int(servers.size()) < Count) {
        int taken = 0;
        QTRY_VERIFY(taken > 0 || (taken = takeAll()) > 0);
        QVERIFY(taken <= Listener::MaxPending);
    }
}

void tst_Listener::aFullBacklogRefuses_data()
{
    QTest::addColumn<int>("clients");
    for (const int difference : {-1, 0, 1})
        QTest::addRow("%+d", difference) << 3 + difference;
}

void tst_Listener::aFullBacklogRefuses()
{
    // Of real sockets it is the kernel's, which counts in its own way.
    QFETCH(const int, clients);
    TransportWorld world(QStringLiteral("memory"));
    world.options.acceptBacklog = 3;
    const auto listener = world.makeListener();
    listener->setAcceptingPaused(true);
    std::vector<std::unique_ptr<Transport>> connectors;
    std::vector<std::unique_ptr<Recorder>> recorders;
    for (int i = 0; i < clients; ++i) {
        connectors.push_back(world.makeConnector(*listener));
        recorders.push_back(std::make_unique<Recorder>(*connectors.back()));
        connectors.back()->open();
    }
    for (int i = 0; i < clients; ++i) {
        const Recorder &recorder = *recorders[std::size_t(i)];
        QTRY_VERIFY(recorder.opened || recorder.closed == 1);
        QCOMPARE(recorder.opened, i < 3);
        QCOMPARE(recorder.error.has_value(), i >= 3);
        if (i >= 3)
            QCOMPARE(recorder.error->code, ErrorCode::ConnectionRefused);
    }
    listener->setAcceptingPaused(false);
    std::unique_ptr<Transport> taken;
    QTRY_VERIFY(taken || (taken = listener->takePending())); // and there is room again
    const auto late = world.makeConnector(*listener);
    Recorder fromLate(*late);
    late->open();
    QTRY_VERIFY(fromLate.opened);
}

void tst_Listener::theListenerMayBeDeletedInItsSlot()
{
    WORLD;
    auto listener = world.makeListener();
    const auto client = world.makeConnector(*listener);
    Recorder fromClient(*client);
    connect(listener.get(), &Listener::pendingAvailable, this, [&] { listener.reset(); });
    client->open();
    QTRY_VERIFY(!listener);
    QTRY_VERIFY(fromClient.inputEnded || fromClient.closed > 0); // what was pending went with it
}

HALYARD_TEST_WITH_DISPATCHER(tst_Listener)
#include "tst_listener.moc"
