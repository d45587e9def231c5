// SPDX-License-Identifier: MIT
#include <QSignalSpy>
#include <QTest>

#include "endpointpair.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

/// Connection::setReceivingPaused().
class tst_ReceivingPause : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void holdsThePeerUp();
    void goesOnWhereItStopped();
    void echoesWithoutLossUnderPressure();
    void closesWhilePaused();
    void connectionsDeletedWhilePausedEnd();
};

namespace {

constexpr int Messages = 20'000;
const QByteArray Payload(1'000, 'x');

/// Sends so many messages, as fast as the queue takes them.
void pour(Client &client, int count)
{
    auto left = std::make_shared<int>(count);
    const auto some = [&client, left] {
        while (*left > 0) {
            const auto outcome = client.send(u"pour"_s, Payload);
            if (!outcome)
                return;
            --*left;
            if (outcome == SendResult::Backpressured)
                return;
        }
    };
    QObject::connect(&client, &Client::writableChanged, &client, [some](bool writable) {
        if (writable)
            some();
    });
    some();
}

} // namespace

void tst_ReceivingPause::holdsThePeerUp()
{
    auto pair = EndpointPair();
    QVERIFY(pair.open());
    QSignalSpy received(pair.server.get(), &Server::messageReceived);
    pair.atServer->setReceivingPaused(true);
    QSignalSpy writable(pair.client.get(), &Client::writableChanged);
    pour(*pair.client, Messages);
    // The client's queue fills and stays full: nothing is taken from it any more.
    QTRY_VERIFY(!pair.client->connection()->isWritable());
    QVERIFY(received.size() <= 256);
    pair.atServer->setReceivingPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(received.size(), Messages, 30'000);
}

void tst_ReceivingPause::goesOnWhereItStopped()
{
    auto pair = EndpointPair::inMemory();
    QVERIFY(pair.open());
    int received = 0;
    connect(pair.server.get(), &Server::messageReceived, this, [&](Connection *connection, const Message &) {
        if (++received % 100 == 0) {
            connection->setReceivingPaused(true);
            QMetaObject::invokeMethod(
                connection, [connection] { connection->setReceivingPaused(false); }, Qt::QueuedConnection);
        }
    });
    pour(*pair.client, Messages);
    QTRY_COMPARE_WITH_TIMEOUT(received, Messages, 30'000);
}

void tst_ReceivingPause::echoesWithoutLossUnderPressure()
{
    auto pair = EndpointPair();
    QVERIFY(pair.open());
    int rejected = 0;
    auto *const atServer = pair.atServer;
    connect(atServer, &Connection::writableChanged, atServer,
        [atServer](bool writable) { atServer->setReceivingPaused(!writable); });
    connect(pair.server.get(), &Server::messageReceived, this,
        [&](Connection *connection, const Message &message) {
            const auto outcome = connection->send(message);
            if (outcome == SendResult::Backpressured)
                connection->setReceivingPaused(true);
            else if (!outcome)
                ++rejected;
        });
    int received = 0;
    connect(pair.client.get(), &Client::messageReceived, this, [&] {
        // A client that now and then does not read at all, for as long as there is something to send.
        if (++received % 1'000 == 0) {
            auto *connection = pair.client->connection();
            connection->setReceivingPaused(true);
            QMetaObject::invokeMethod(
                connection, [connection] { connection->setReceivingPaused(false); }, Qt::QueuedConnection);
        }
    });
    pour(*pair.client, Messages);
    QTRY_COMPARE_WITH_TIMEOUT(received, Messages, 30'000);
    QCOMPARE(rejected, 0);
}

void tst_ReceivingPause::closesWhilePaused()
{
    auto pair = EndpointPair();
    QVERIFY(pair.open());
    pair.atServer->setReceivingPaused(true);
    QSignalSpy closed(pair.client.get(), &Client::closed);
    pair.server->close();
    QTRY_COMPARE(closed.size(), 1);
    QTRY_VERIFY(pair.server->connections().isEmpty());
}

void tst_ReceivingPause::connectionsDeletedWhilePausedEnd()
{
    auto pair = EndpointPair();
    QVERIFY(pair.open());
    pair.atServer->setReceivingPaused(true);
    QSignalSpy closed(pair.client.get(), &Client::closed);
    delete pair.atServer;
    QTRY_COMPARE(closed.size(), 1);
}

QTEST_GUILESS_MAIN(tst_ReceivingPause)
#include "tst_receivingpause.moc"
