// SPDX-License-Identifier: MIT
// How every transport ends, under every event dispatcher.
#include <vector>

#include <QSignalSpy>
#include <QTest>

#include "dispatchers.h"
#include "transportworld.h"

using namespace Halyard;
using Wire::ErrorCode;

class tst_TransportEnd : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void closeFlushes_data() { kindRows(); }
    void closeFlushes();
    void closeLosesNothingAgainstAPeerThatSends_data() { kindRows(); }
    void closeLosesNothingAgainstAPeerThatSends();
    void closeGivesUpOnAPeerThatNeverReads_data() { kindRows(); }
    void closeGivesUpOnAPeerThatNeverReads();
    void closeDoesNotWaitForEverForThePeersClose_data() { kindRows(); }
    void closeDoesNotWaitForEverForThePeersClose();
    void bothMayCloseAtOnce_data() { kindRows(); }
    void bothMayCloseAtOnce();
    void abortResets_data() { kindRows(); }
    void abortResets();
    void aResetBehindTheEndIsNoticed_data() { kindRows(); }
    void aResetBehindTheEndIsNoticed();
    void destroyingResets_data() { kindRows(); }
    void destroyingResets();
    void writingToAPeerThatHasGoneFails_data() { kindRows(); }
    void writingToAPeerThatHasGoneFails();
    void anySlotMayDelete_data();
    void anySlotMayDelete();
    void endsBeforeTheBeginning_data() { kindRows(); }
    void endsBeforeTheBeginning();
    void afterTheEndNothingHappens_data() { kindRows(); }
    void afterTheEndNothingHappens();
};

void tst_TransportEnd::closeFlushes()
{
    WORLD;
    CONNECTED_PAIR();
    const QByteArray bytes = pattern(16'000'000);
    pair.client->write(view(bytes));
    QVERIFY(pair.client->bytesToWrite() > 0);
    pair.client->close();
    QVERIFY(!pair.client->isOpen());
    QTRY_VERIFY_WITH_TIMEOUT(pair.fromServer->inputEnded, 60'000);
    QVERIFY(pair.fromServer->received == bytes);
    pair.server->close();
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(!pair.fromServer->error && !pair.fromClient->error);
}

void tst_TransportEnd::closeLosesNothingAgainstAPeerThatSends()
{
    WORLD;
    CONNECTED_PAIR();
    const QByteArray flood = pattern(300'000);
    const QByteArray bytes = pattern(3'000'000);
    connect(pair.server.get(), &Transport::bytesWritten, pair.fromServer.get(), [&] {
        if (pair.server->isOpen() && pair.server->bytesToWrite() == 0 && !pair.fromServer->inputEnded)
            pair.server->write(view(flood));
    });
    pair.client->setReadingPaused(true); // so that something lies unread when the client closes
    pair.server->write(view(pattern(16'000'000)));
    QVERIFY(roundTrip(world));
    pair.client->write(view(bytes));
    pair.client->close();
    QTRY_VERIFY_WITH_TIMEOUT(pair.fromServer->inputEnded, 60'000);
    QVERIFY(pair.fromServer->received == bytes);
    pair.server->abort();
    QVERIFY(isClosed(pair.fromClient));
    QVERIFY(!pair.fromClient->error);
}

void tst_TransportEnd::closeGivesUpOnAPeerThatNeverReads()
{
    WORLD;
    world.options.flushTimeout = std::chrono::milliseconds(50);
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true);
    pair.client->write(view(pattern(32'000'000)));
    pair.client->close();
    QVERIFY(isClosed(pair.fromClient));
    QVERIFY(pair.fromClient->error);
    QCOMPARE(pair.fromClient->error->code, ErrorCode::DrainTimedOut);
    QVERIFY(isClosed(pair.fromServer));
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
}

void tst_TransportEnd::closeDoesNotWaitForEverForThePeersClose()
{
    WORLD;
    world.options.lingerTimeout = std::chrono::milliseconds(20);
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true); // so that it does not even notice
    pair.client->close();
    QVERIFY(isClosed(pair.fromClient));
    QVERIFY(!pair.fromClient->error);
}

void tst_TransportEnd::bothMayCloseAtOnce()
{
    WORLD;
    CONNECTED_PAIR();
    pair.client->write(view("bye"));
    pair.server->write(view("bye"));
    pair.client->close();
    pair.server->close();
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(!pair.fromServer->error && !pair.fromClient->error);
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "closed"}));
    QCOMPARE(pair.fromServer->log, QStringList({"opened", "closed"}));
}

void tst_TransportEnd::abortResets()
{
    WORLD;
    CONNECTED_PAIR();
    pair.client->write(view(pattern(16'000'000)));
    pair.client->abort();
    QVERIFY(!pair.client->isOpen());
    QCOMPARE(pair.client->bytesToWrite(), 0);
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(!pair.fromClient->error);
    QVERIFY(pair.fromServer->error);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
    QCOMPARE(pair.fromServer->error->origin, Wire::ErrorOrigin::Transport);
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "closed"}));
    QCOMPARE(pair.fromServer->log.last(), "closed");
    QVERIFY(!pair.fromServer->inputEnded);
}

void tst_TransportEnd::aResetBehindTheEndIsNoticed()
{
    WORLD;
    if (!world.hasHalfClose())
        return;
    CONNECTED_PAIR();
    pair.client->finishOutput();
    QTRY_VERIFY(pair.fromServer->inputEnded);
    pair.server->setReadingPaused(true); // neither does that make it deaf, nor the end of it
    pair.server->setReadingPaused(false);
    pair.client->abort();
    QVERIFY(isClosed(pair.fromServer)); // without a write that would find out
    QVERIFY(pair.fromServer->error);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
}

void tst_TransportEnd::destroyingResets()
{
    WORLD;
    CONNECTED_PAIR();
    pair.client.reset();
    QVERIFY(isClosed(pair.fromServer));
    QVERIFY(pair.fromServer->error);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
    QCOMPARE(pair.fromClient->log, QStringList({"opened"}));
}

void tst_TransportEnd::writingToAPeerThatHasGoneFails()
{
    WORLD;
    world.options.lingerTimeout = std::chrono::milliseconds(0);
    CONNECTED_PAIR();
    pair.client->close();
    QVERIFY(isClosed(pair.fromClient));
    QTRY_VERIFY(pair.fromServer->inputEnded);
    if (!world.hasHalfClose()) { // then both have closed
        QVERIFY(isClosed(pair.fromServer));
        return;
    }
    const QByteArray bytes = pattern(100'000);
    QTRY_VERIFY((pair.server->write(view(bytes)), pair.fromServer->error.has_value()));
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
    QVERIFY(isClosed(pair.fromServer));
}

void tst_TransportEnd::anySlotMayDelete_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("signal");
    for (const QString &kind : transportKinds()) {
        for (const char *signal : {"opened", "readyRead", "bytesWritten", "inputEnded", "failed", "closed"})
            QTest::addRow("%s, %s", qPrintable(kind), signal) << kind << QString::fromLatin1(signal);
    }
}

void tst_TransportEnd::anySlotMayDelete()
{
    WORLD;
    QFETCH(const QString, signal);
    world.options.lingerTimeout = std::chrono::milliseconds(20); // the other end never closes
    const auto listener = world.makeListener();
    QVERIFY(listener);
    for (const bool victimIsClient : {true, false}) {
        QSignalSpy pending(listener.get(), &Listener::pendingAvailable);
        std::unique_ptr<Transport> client = world.makeConnector(*listener);
        std::unique_ptr<Transport> server;
        std::unique_ptr<Transport> &victim = victimIsClient ? client : server;
        std::unique_ptr<Transport> &other = victimIsClient ? server : client;
        Recorder fromClient(*client, !victimIsClient || signal != u"readyRead");
        if (victimIsClient && signal == u"opened")
            connect(client.get(), &Transport::opened, this, [&] { client.reset(); });
        client->open();
        QVERIFY(!pending.isEmpty() || pending.wait());
        server = listener->takePending();
        QVERIFY(server);
        Recorder fromServer(*server, victimIsClient || signal != u"readyRead");
        Recorder &fromOther = victimIsClient ? fromServer : fromClient;
        const auto murder = [&] { victim.reset(); };
        if (!victim) { // murdered already
            server->open();
            QTRY_VERIFY(fromOther.closed > 0 || fromOther.inputEnded);
            continue;
        }
        if (!victimIsClient && signal == u"opened")
            connect(victim.get(), &Transport::opened, this, murder);
        if (signal == u"readyRead")
            connect(victim.get(), &Transport::readyRead, this, murder);
        if (signal == u"bytesWritten")
            connect(victim.get(), &Transport::bytesWritten, this, murder);
        if (signal == u"inputEnded")
            connect(victim.get(), &Transport::inputEnded, this, murder);
        if (signal == u"failed")
            connect(victim.get(), &Transport::failed, this, murder);
        if (signal == u"closed")
            connect(victim.get(), &Transport::closed, this, murder);
        server->open();
        if (signal != u"opened") {
            QTRY_VERIFY(fromClient.opened && fromServer.opened);
            if (signal == u"readyRead")
                other->write(view("read this"));
            else if (signal == u"bytesWritten")
                victim->write(view(pattern(16'000'000)));
            else if (signal == u"inputEnded")
                other->close();
            else if (signal == u"failed")
                other->abort();
            else
                victim->close();
        }
        QTRY_VERIFY(!victim);
        QTRY_VERIFY(fromOther.closed > 0 || fromOther.inputEnded);
    }
}

void tst_TransportEnd::endsBeforeTheBeginning()
{
    WORLD;
    const auto listener = world.makeListener();
    for (const bool opening : {false, true}) {
        for (const bool aborts : {false, true}) {
            const auto transport = world.makeConnector(*listener);
            Recorder recorder(*transport);
            if (opening)
                transport->open();
            if (aborts)
                transport->abort();
            else
                transport->close();
            QTRY_COMPARE(recorder.closed, 1);
            transport->open();
            QVERIFY(roundTrip(world));
            QCOMPARE(recorder.log, QStringList({"closed"}));
        }
    }
}

void tst_TransportEnd::afterTheEndNothingHappens()
{
    WORLD;
    CONNECTED_PAIR();
    pair.client->abort();
    Wire::Bytes into(10);
    const auto touch = [&](Transport &transport) {
        transport.open();
        transport.write(view("x"));
        QCOMPARE(transport.read(into), 0);
        transport.setReadingPaused(true);
        transport.setReadingPaused(false);
        transport.finishOutput();
        transport.close();
        transport.abort();
        QCOMPARE(transport.bytesToWrite(), 0);
        QVERIFY(!transport.isOpen());
    };
    touch(*pair.client);
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    touch(*pair.client);
    touch(*pair.server);
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromClient->closed, 1);
    QCOMPARE(pair.fromServer->closed, 1);
}

HALYARD_TEST_WITH_DISPATCHER(tst_TransportEnd)
#include "tst_transportend.moc"
