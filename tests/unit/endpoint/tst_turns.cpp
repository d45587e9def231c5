// SPDX-License-Identifier: MIT
// What one turn of the event loop reads and delivers, and where the queue's low marks lie. Over the memory
// transport, where each turn is known.
#include <functional>

#include "endpointpair.h"
#include "settled.h"

using namespace Halyard;

namespace {

const QByteArray Payload(100, 'x');

qsizetype cost() { return Message::event(QStringLiteral("x"), Payload).costBytes(); }

/// Messages by the turn of the event loop in which they came.
class Batches : public QObject
{
public:
    explicit Batches(const Server &server)
    {
        connect(&server, &Server::messageReceived, this, [this] {
            ++count;
            if (m_open) {
                ++sizes.back();
                return;
            }
            m_open = true;
            sizes += 1;
            // Behind whatever is delivered by the same event.
            QMetaObject::invokeMethod(
                this, [this] { m_open = false; }, Qt::QueuedConnection);
        });
    }

    QList<int> sizes;
    int count = 0;

private:
    bool m_open = false;
};

/// Looks once in each turn of the event loop, until the look says that it has seen enough.
class Watch : public QObject
{
public:
    explicit Watch(std::function<bool()> look)
        : m_look(std::move(look))
    {
        again();
    }

private:
    void again()
    {
        if (!m_look())
            return;
        QMetaObject::invokeMethod(
            this, [this] { again(); }, Qt::QueuedConnection);
    }

    const std::function<bool()> m_look;
};

void sendMany(Client &client, int count)
{
    for (int i = 0; i < count; ++i)
        QVERIFY(client.send(QStringLiteral("x"), Payload) == SendResult::Queued);
}

} // namespace

class tst_Turns : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void deliveredMessages_data();
    static void deliveredMessages();
    static void deliveredBytes_data();
    static void deliveredBytes();
    static void readBytes();
    static void lowMarks_data();
    static void lowMarks();
};

void tst_Turns::deliveredMessages_data()
{
    QTest::addColumn<int>("sent");
    QTest::addColumn<QList<int>>("batches");
    QTest::newRow("one less") << 9 << QList<int> {9};
    QTest::newRow("as many") << 10 << QList<int> {10};
    QTest::newRow("one more") << 11 << QList<int> {10, 1};
    QTest::newRow("twice") << 20 << QList<int> {10, 10};
}

void tst_Turns::deliveredMessages()
{
    QFETCH(const int, sent);
    QFETCH(const QList<int>, batches);
    ServerOptions options;
    options.connection.deliveredMessagesPerTurn = 10;
    EndpointPair pair = EndpointPair::inMemory(options);
    QVERIFY(pair.open());
    const Batches seen(*pair.server);
    sendMany(*pair.client, sent);
    QTRY_COMPARE(seen.count, sent);
    QCOMPARE(seen.sizes, batches);
}

void tst_Turns::deliveredBytes_data()
{
    QTest::addColumn<int>("difference");
    QTest::addColumn<QList<int>>("batches");
    QTest::newRow("one byte less") << -1 << QList<int> {10, 10, 5};
    QTest::newRow("ten messages") << 0 << QList<int> {10, 10, 5};
    QTest::newRow("one byte more") << 1 << QList<int> {11, 11, 3};
}

void tst_Turns::deliveredBytes()
{
    QFETCH(const int, difference);
    QFETCH(const QList<int>, batches);
    ServerOptions options;
    options.connection.deliveredBytesPerTurn = 10 * cost() + difference;
    EndpointPair pair = EndpointPair::inMemory(options);
    QVERIFY(pair.open());
    const Batches seen(*pair.server);
    sendMany(*pair.client, 25);
    QTRY_COMPARE(seen.count, 25);
    QCOMPARE(seen.sizes, batches);
}

void tst_Turns::readBytes()
{
    ServerOptions options;
    options.connection.readBytesPerTurn = 1'000;
    EndpointPair pair = EndpointPair::inMemory(options);
    QVERIFY(pair.open());
    const auto read = [&pair] { return qint64(pair.atServer->counters().bytesReceived); };
    qint64 before = read();
    qint64 most = 0;
    const Batches seen(*pair.server);
    const Watch watch([&, looks = 0]() mutable {
        const qint64 now = read();
        most = std::max(most, now - std::exchange(before, now));
        return seen.count < 100 && ++looks < 10'000;
    });
    sendMany(*pair.client, 100); // all of it lies there before the first of it is read
    QTRY_COMPARE(seen.count, 100);
    QCOMPARE(most, 1'000);
}

void tst_Turns::lowMarks_data()
{
    QTest::addColumn<ConnectionOptions>("limits");
    ConnectionOptions options;
    options.outputAheadBytes = 1'000;
    options.queueHighBytes = 400 * cost();
    options.queueLowBytes = 200 * cost();
    QTest::newRow("bytes") << options;
    options = {};
    options.outputAheadBytes = 1'000;
    options.queueHighMessages = 400;
    options.queueLowMessages = 200;
    QTest::newRow("messages") << options;
}

void tst_Turns::lowMarks()
{
    QFETCH(const ConnectionOptions, limits);
    ClientOptions options;
    options.connection = limits;
    ServerOptions slow;
    slow.connection.readBytesPerTurn = 1'000;
    EndpointPair pair = EndpointPair::inMemory(slow, options);
    QVERIFY(pair.open());
    Connection *connection = pair.client->connection();
    // Until the peer's end of the pipe is full, and then the queue up to its high mark.
    pair.atServer->setReceivingPaused(true);
    qsizetype queuedWhenWritable = -1;
    connect(connection, &Connection::writableChanged, connection, [&](bool writable) {
        if (writable && queuedWhenWritable < 0)
            queuedWhenWritable = connection->queuedBytes() / cost();
    });
    const Batches seen(*pair.server);
    int sent = 0;
    while (connection->isWritable()) {
        for (int i = 0; i < 100 && connection->isWritable(); ++i, ++sent)
            QVERIFY(pair.client->send(QStringLiteral("x"), Payload));
        settle();
    }
    QCOMPARE(queuedWhenWritable, -1);
    QVERIFY(connection->queuedBytes() > 300 * cost());
    pair.atServer->setReceivingPaused(false);
    QTRY_VERIFY(queuedWhenWritable >= 0);
    // Some more have left until the slot was called.
    QVERIFY2(queuedWhenWritable <= 200, qPrintable(QString::number(queuedWhenWritable)));
    QVERIFY2(queuedWhenWritable > 100, qPrintable(QString::number(queuedWhenWritable)));
    QTRY_COMPARE(seen.count, sent);
}

QTEST_GUILESS_MAIN(tst_Turns)
#include "tst_turns.moc"
