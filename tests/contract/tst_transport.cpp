// SPDX-License-Identifier: MIT
// What every transport promises, asked of every transport under every event dispatcher.
#include <vector>

#include <QSignalSpy>
#include <QTest>

#include "dispatchers.h"
#include "transportworld.h"

using namespace Halyard;
using Wire::ErrorCode;

class tst_Transport : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void opensAndExchanges_data() { rows(); }
    void opensAndExchanges();
    void tellsWhoThePeerIs_data() { rows(); }
    void tellsWhoThePeerIs();
    void movesMuchBothWaysAtOnce_data() { rows(); }
    void movesMuchBothWaysAtOnce();
    void smallReadsGetEverything_data() { rows(); }
    void smallReadsGetEverything();
    void aPeerThatDoesNotReadHoldsTheWriterBack_data() { rows(); }
    void aPeerThatDoesNotReadHoldsTheWriterBack();
    void pausedReadingTellsNothing_data() { rows(); }
    void pausedReadingTellsNothing();
    void aResetIsNoticedWhilePaused_data() { rows(); }
    void aResetIsNoticedWhilePaused();
    void anEndWhilePausedIsToldAfterResuming_data() { rows(); }
    void anEndWhilePausedIsToldAfterResuming();
    void halfCloseLeavesTheOtherDirectionOpen_data() { rows(); }
    void halfCloseLeavesTheOtherDirectionOpen();
    void halfCloseWaitsForWhatIsPending_data() { rows(); }
    void halfCloseWaitsForWhatIsPending();
    void closeFlushes_data() { rows(); }
    void closeFlushes();
    void closeLosesNothingAgainstAPeerThatSends_data() { rows(); }
    void closeLosesNothingAgainstAPeerThatSends();
    void closeGivesUpOnAPeerThatNeverReads_data() { rows(); }
    void closeGivesUpOnAPeerThatNeverReads();
    void closeDoesNotWaitForEverForThePeersClose_data() { rows(); }
    void closeDoesNotWaitForEverForThePeersClose();
    void bothMayCloseAtOnce_data() { rows(); }
    void bothMayCloseAtOnce();
    void abortResets_data() { rows(); }
    void abortResets();
    void destroyingResets_data() { rows(); }
    void destroyingResets();
    void writingToAPeerThatHasGoneFails_data() { rows(); }
    void writingToAPeerThatHasGoneFails();
    void nothingIsToldFromInsideACall_data() { rows(); }
    void nothingIsToldFromInsideACall();
    void anySlotMayDelete_data();
    void anySlotMayDelete();
    void refusedIsTyped_data() { rows(); }
    void refusedIsTyped();
    void endsBeforeTheBeginning_data() { rows(); }
    void endsBeforeTheBeginning();
    void afterTheEndNothingHappens_data() { rows(); }
    void afterTheEndNothingHappens();
    void aSilentPeerDelaysNobody_data() { rows(); }
    void aSilentPeerDelaysNobody();
    void acceptingPausesAndGoesOn_data() { rows(); }
    void acceptingPausesAndGoesOn();
    void pendingIsBounded_data() { rows(); }
    void pendingIsBounded();
    void theListenerMayBeDeletedInItsSlot_data() { rows(); }
    void theListenerMayBeDeletedInItsSlot();

private:
    static void rows();
};

namespace {

const QStringList Kinds {QStringLiteral("tcp"), QStringLiteral("memory")};

/// Lets everything that is under way arrive: a round trip over a connection of its own.
bool roundTrip(TransportWorld &world)
{
    Pair pair(world);
    if (!pair.open)
        return false;
    pair.client->write(view("ping"));
    if (!QTest::qWaitFor([&] { return pair.fromServer->received == "ping"; }))
        return false;
    pair.server->write(view("pong"));
    return QTest::qWaitFor([&] { return pair.fromClient->received == "pong"; });
}

bool isClosed(const std::unique_ptr<Recorder> &recorder)
{
    return QTest::qWaitFor([&] { return recorder->closed > 0; });
}

} // namespace

void tst_Transport::rows()
{
    QTest::addColumn<QString>("kind");
    for (const QString &kind : Kinds)
        QTest::newRow(qPrintable(kind)) << kind;
}

#define WORLD                                                                                                \
    QFETCH(const QString, kind);                                                                             \
    TransportWorld world(kind)

#define CONNECTED_PAIR(...)                                                                                  \
    Pair pair(world __VA_OPT__(, ) __VA_ARGS__);                                                             \
    QVERIFY(pair.open)

void tst_Transport::opensAndExchanges()
{
    WORLD;
    CONNECTED_PAIR();
    QVERIFY(pair.client->isOpen() && pair.server->isOpen());
    QCOMPARE(pair.client->kind(), Transport::Kind::Stream);
    pair.client->write(view("from client"));
    QTRY_COMPARE(pair.fromServer->received, "from client");
    pair.server->write(view("from server"));
    QTRY_COMPARE(pair.fromClient->received, "from server");
    QCOMPARE(pair.client->bytesToWrite(), 0);

    pair.client->close();
    QTRY_VERIFY(pair.fromServer->inputEnded);
    pair.server->close();
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QCOMPARE(pair.fromClient->log, QStringList({"opened", "read", "closed"}));
    QCOMPARE(pair.fromServer->log, QStringList({"opened", "read", "inputEnded", "closed"}));
}

void tst_Transport::tellsWhoThePeerIs()
{
    WORLD;
    CONNECTED_PAIR();
    const TransportInfo info = pair.client->info();
    QVERIFY(kind.startsWith(info.name));
    QVERIFY(!info.peerName.isEmpty());
    if (info.name != u"memory") {
        QCOMPARE(info.peerAddress, QHostAddress(QHostAddress::LocalHost));
        QCOMPARE(info.peerPort, pair.listener->port());
        QCOMPARE(pair.server->info().peerPort, info.localPort);
        QCOMPARE(info.peerName, "127.0.0.1:" + QString::number(info.peerPort));
    }
    pair.client->abort();
    QVERIFY(isClosed(pair.fromClient));
    QCOMPARE(pair.client->info().peerName, info.peerName);
}

void tst_Transport::movesMuchBothWaysAtOnce()
{
    WORLD;
    CONNECTED_PAIR();
    const QByteArray there = pattern(8'000'000, 1);
    const QByteArray back = pattern(8'000'000, 2);
    QSignalSpy written(pair.client.get(), &Transport::bytesWritten);
    pair.client->write(view(there));
    pair.server->write(view(back));
    QVERIFY(pair.client->bytesToWrite() > 0);
    QTRY_COMPARE_WITH_TIMEOUT(pair.fromServer->received.size(), there.size(), 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(pair.fromClient->received.size(), back.size(), 60'000);
    QVERIFY(pair.fromServer->received == there && pair.fromClient->received == back);
    QTRY_COMPARE(pair.client->bytesToWrite(), 0);
    QTRY_VERIFY(!written.isEmpty());
}

void tst_Transport::smallReadsGetEverything()
{
    WORLD;
    CONNECTED_PAIR();
    pair.fromServer->readSize = 7;
    const QByteArray bytes = pattern(5'000);
    pair.client->write(view(bytes));
    QTRY_COMPARE(pair.fromServer->received.size(), bytes.size());
    QVERIFY(pair.fromServer->received == bytes);
    QVERIFY(pair.fromServer->readyReads >= 5'000 / 7);
}

void tst_Transport::aPeerThatDoesNotReadHoldsTheWriterBack()
{
    WORLD;
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true);
    QVERIFY(pair.server->isReadingPaused());
    const QByteArray chunk = pattern(256 * 1024);
    qsizetype total = 0;
    // The kernel takes some megabytes; a transport that held nothing back would take these for ever.
    while (total < 200'000'000 && pair.client->bytesToWrite() < 4 * chunk.size()) {
        pair.client->write(view(chunk));
        total += chunk.size();
        QCoreApplication::processEvents();
    }
    QVERIFY(total < 200'000'000);
    QCOMPARE(pair.fromServer->received.size(), 0);

    pair.server->setReadingPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(pair.fromServer->received.size(), total, 60'000);
    QTRY_COMPARE(pair.client->bytesToWrite(), 0);
    QVERIFY(pair.fromClient->log.contains("written"));
}

void tst_Transport::pausedReadingTellsNothing()
{
    WORLD;
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true);
    pair.client->write(view("unheard"));
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromServer->readyReads, 0);
    pair.client->write(view(" twice"));
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromServer->readyReads, 0);
    pair.server->setReadingPaused(false);
    QTRY_COMPARE(pair.fromServer->received, "unheard twice");

    pair.server->setReadingPaused(true); // and once more, now after something was read
    pair.client->write(view(" thrice"));
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromServer->received, "unheard twice");
    pair.server->setReadingPaused(false);
    QTRY_COMPARE(pair.fromServer->received, "unheard twice thrice");
}

void tst_Transport::aResetIsNoticedWhilePaused()
{
    WORLD;
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true);
    pair.client->write(view(pattern(3'000'000)));
    QVERIFY(roundTrip(world));
    pair.client->abort();
    QVERIFY(isClosed(pair.fromServer));
    QVERIFY(pair.fromServer->error);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
    QCOMPARE(pair.fromServer->readyReads, 0);
    QCOMPARE(pair.fromServer->log, QStringList({"opened", "failed", "closed"}));
}

void tst_Transport::anEndWhilePausedIsToldAfterResuming()
{
    WORLD;
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true);
    pair.client->write(view("last words"));
    pair.client->close();
    QVERIFY(roundTrip(world));
    QCOMPARE(pair.fromServer->log, QStringList({"opened"}));
    pair.server->setReadingPaused(false);
    QTRY_VERIFY(pair.fromServer->inputEnded);
    QCOMPARE(pair.fromServer->received, "last words");
    pair.server->close();
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));
    QVERIFY(!pair.fromServer->error && !pair.fromClient->error);
}

void tst_Transport::halfCloseLeavesTheOtherDirectionOpen()
{
    WORLD;
    CONNECTED_PAIR();
    pair.client->write(view("question"));
    pair.client->finishOutput();
    pair.client->finishOutput();
    QTRY_COMPARE(pair.fromServer->received, "question");
    if (!world.hasHalfClose()) { // nothing has happened
        pair.client->write(view("!"));
        QTRY_COMPARE(pair.fromServer->received, "question!");
        QVERIFY(!pair.fromServer->inputEnded);
        return;
    }
    pair.client->write(view("too late"));
    QTRY_VERIFY(pair.fromServer->inputEnded);
    QVERIFY(pair.server->isOpen());
    const QByteArray answer = pattern(2'000'000);
    pair.server->write(view(answer));
    QTRY_COMPARE(pair.fromClient->received.size(), answer.size());
    QVERIFY(pair.fromClient->received == answer);
    pair.server->close();
    QVERIFY(isClosed(pair.fromServer)); // at once: the client has nothing more to say
    QTRY_VERIFY(pair.fromClient->inputEnded);
    QVERIFY(pair.client->isOpen());
    pair.client->close();
    QVERIFY(isClosed(pair.fromClient));
    QCOMPARE(pair.fromServer->received, "question");
    QVERIFY(!pair.fromServer->error && !pair.fromClient->error);
}

void tst_Transport::halfCloseWaitsForWhatIsPending()
{
    WORLD;
    if (!world.hasHalfClose())
        return;
    CONNECTED_PAIR(true, false);
    pair.server->setReadingPaused(true);
    const QByteArray bytes = pattern(16'000'000);
    pair.client->write(view(bytes));
    pair.client->finishOutput();
    QVERIFY(pair.client->bytesToWrite() > 0);
    QVERIFY(roundTrip(world));
    QVERIFY(!pair.fromServer->inputEnded);
    pair.fromServer->reads = true;
    pair.server->setReadingPaused(false);
    QTRY_VERIFY_WITH_TIMEOUT(pair.fromServer->inputEnded, 60'000);
    QVERIFY(pair.fromServer->received == bytes);
}

void tst_Transport::closeFlushes()
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

void tst_Transport::closeLosesNothingAgainstAPeerThatSends()
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

void tst_Transport::closeGivesUpOnAPeerThatNeverReads()
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

void tst_Transport::closeDoesNotWaitForEverForThePeersClose()
{
    WORLD;
    world.options.lingerTimeout = std::chrono::milliseconds(20);
    CONNECTED_PAIR();
    pair.server->setReadingPaused(true); // so that it does not even notice
    pair.client->close();
    QVERIFY(isClosed(pair.fromClient));
    QVERIFY(!pair.fromClient->error);
}

void tst_Transport::bothMayCloseAtOnce()
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

void tst_Transport::abortResets()
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

void tst_Transport::destroyingResets()
{
    WORLD;
    CONNECTED_PAIR();
    pair.client.reset();
    QVERIFY(isClosed(pair.fromServer));
    QVERIFY(pair.fromServer->error);
    QCOMPARE(pair.fromServer->error->code, ErrorCode::ConnectionLost);
    QCOMPARE(pair.fromClient->log, QStringList({"opened"}));
}

void tst_Transport::writingToAPeerThatHasGoneFails()
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

void tst_Transport::nothingIsToldFromInsideACall()
{
    WORLD;
    CONNECTED_PAIR();
    bool inside = false;
    int violations = 0;
    for (Transport *transport : {pair.client.get(), pair.server.get()}) {
        const auto judge = [&] { violations += inside ? 1 : 0; };
        connect(transport, &Transport::opened, this, judge);
        connect(transport, &Transport::readyRead, this, judge);
        connect(transport, &Transport::bytesWritten, this, judge);
        connect(transport, &Transport::inputEnded, this, judge);
        connect(transport, &Transport::failed, this, judge);
        connect(transport, &Transport::closed, this, judge);
    }
    const auto call = [&](auto function) {
        inside = true;
        function();
        inside = false;
        QCoreApplication::processEvents();
    };
    Wire::Bytes into(1000);
    call([&] { pair.client->write(view(pattern(3'000'000))); });
    call([&] { (void)pair.server->read(into); });
    call([&] { pair.server->setReadingPaused(true); });
    call([&] { pair.server->setReadingPaused(false); });
    call([&] { pair.client->finishOutput(); });
    call([&] { (void)pair.server->read(into); });
    QTRY_VERIFY(pair.client->bytesToWrite() == 0);
    QTRY_VERIFY(pair.fromServer->inputEnded || !world.hasHalfClose());
    call([&] { pair.server->write(view("x")); });
    call([&] { pair.server->close(); });
    call([&] { pair.client->abort(); });
    call([&] { pair.server->abort(); });
    QVERIFY(isClosed(pair.fromClient) && isClosed(pair.fromServer));

    const auto refused = world.makeRefused();
    Recorder recorder(*refused);
    connect(refused.get(), &Transport::failed, this, [&] { violations += inside ? 1 : 0; });
    call([&] { refused->open(); });
    QTRY_COMPARE(recorder.closed, 1);
    QCOMPARE(violations, 0);
}

void tst_Transport::anySlotMayDelete_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("signal");
    for (const QString &kind : Kinds) {
        for (const char *signal : {"opened", "readyRead", "bytesWritten", "inputEnded", "failed", "closed"})
            QTest::addRow("%s, %s", qPrintable(kind), signal) << kind << QString::fromLatin1(signal);
    }
}

void tst_Transport::anySlotMayDelete()
{
    WORLD;
    QFETCH(const QString, signal);
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
        server = world.wrap(listener->takePending());
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

void tst_Transport::refusedIsTyped()
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

void tst_Transport::endsBeforeTheBeginning()
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

void tst_Transport::afterTheEndNothingHappens()
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

void tst_Transport::aSilentPeerDelaysNobody()
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
    server = world.wrap(std::move(server));
    Recorder fromServer(*server);
    server->open();
    QTRY_VERIFY(fromServer.opened && fromClient.opened);
    client->write(view("heard"));
    QTRY_COMPARE(fromServer.received, "heard");
}

void tst_Transport::acceptingPausesAndGoesOn()
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

void tst_Transport::pendingIsBounded()
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

void tst_Transport::theListenerMayBeDeletedInItsSlot()
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

#undef CONNECTED_PAIR
#undef WORLD

HALYARD_TEST_WITH_DISPATCHER(tst_Transport)
#include "tst_transport.moc"
