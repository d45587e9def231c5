// SPDX-License-Identifier: MIT
// What every transport promises while it is open, asked of every transport under every event dispatcher.
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
    void opensAndExchanges_data() { kindRows(); }
    void opensAndExchanges();
    void tellsWhoThePeerIs_data() { kindRows(); }
    void tellsWhoThePeerIs();
    void movesMuchBothWaysAtOnce_data() { kindRows(); }
    void movesMuchBothWaysAtOnce();
    void smallReadsGetEverything_data() { kindRows(); }
    void smallReadsGetEverything();
    void aPeerThatDoesNotReadHoldsTheWriterBack_data() { kindRows(); }
    void aPeerThatDoesNotReadHoldsTheWriterBack();
    void pausedReadingTellsNothing_data() { kindRows(); }
    void pausedReadingTellsNothing();
    void aResetIsNoticedWhilePaused_data() { kindRows(); }
    void aResetIsNoticedWhilePaused();
    void anEndWhilePausedIsToldAfterResuming_data() { kindRows(); }
    void anEndWhilePausedIsToldAfterResuming();
    void halfCloseLeavesTheOtherDirectionOpen_data() { kindRows(); }
    void halfCloseLeavesTheOtherDirectionOpen();
    void halfCloseWaitsForWhatIsPending_data() { kindRows(); }
    void halfCloseWaitsForWhatIsPending();
    void nothingIsToldFromInsideACall_data() { kindRows(); }
    void nothingIsToldFromInsideACall();
    void anAnswerFromASlotTellsNothing_data() { kindRows(); }
    void anAnswerFromASlotTellsNothing();
};

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
    QVERIFY(pair.client->bytesNotTaken() >= pair.client->bytesToWrite());
    QCOMPARE(pair.fromServer->received.size(), 0);

    pair.server->setReadingPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(pair.fromServer->received.size(), total, 60'000);
    QTRY_COMPARE(pair.client->bytesToWrite(), 0);
    QTRY_COMPARE(pair.client->bytesNotTaken(), 0);
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

// What lies behind the piece that is being answered, each a record of its own under TLS, is told afterwards.
void tst_Transport::anAnswerFromASlotTellsNothing()
{
    WORLD;
    CONNECTED_PAIR(true, false);
    constexpr int Pieces = 50;
    bool inside = false;
    int violations = 0;
    QByteArray received;
    connect(pair.server.get(), &Transport::readyRead, this, [&] {
        violations += inside ? 1 : 0;
        Wire::Bytes into(7);
        const qsizetype count = pair.server->read(into);
        received.append(reinterpret_cast<const char *>(into.data()), count);
        inside = true;
        pair.server->write(Wire::ByteView(into).first(std::size_t(count)));
        inside = false;
    });
    QByteArray said;
    for (int i = 0; i < Pieces; ++i) {
        const QByteArray piece = pattern(5, i);
        pair.client->write(view(piece));
        said += piece;
    }
    QTRY_COMPARE(received, said);
    QTRY_COMPARE(pair.fromClient->received, said);
    QCOMPARE(violations, 0);
}

HALYARD_TEST_WITH_DISPATCHER(tst_Transport)
#include "tst_transport.moc"
