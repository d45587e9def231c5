// SPDX-License-Identifier: MIT
#include <QTest>

#include "endpoint/sendqueue_p.h"

using namespace Halyard;

namespace {

Message eventOf(const QByteArray &payload) { return Message::event(QStringLiteral("log"), payload); }

Message requestOf(quint64 id) { return Message::request(id, QStringLiteral("sum"), "1 2"); }

/// What the messages cost that take() would give.
qsizetype costOfAll(SendQueue queue)
{
    qsizetype cost = 0;
    while (const auto message = queue.takeFirst())
        cost += message->costBytes();
    return cost;
}

} // namespace

/// The queue behind send(): messages and their count are never apart.
class tst_SendQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstInFirstOut();
    void putBackComesFirst();
    void requestsAreWithdrawn();
    void aCancelOvertakes();
    void eventsAreDropped();
};

void tst_SendQueue::firstInFirstOut()
{
    SendQueue queue;
    QVERIFY(queue.isEmpty());
    QVERIFY(!queue.takeFirst());
    QCOMPARE(queue.bytes(), 0);
    queue.append(eventOf("a"));
    queue.append(eventOf(QByteArray(1'000, 'b')));
    QCOMPARE(queue.count(), 2);
    QCOMPARE(queue.bytes(), eventOf("a").costBytes() + eventOf(QByteArray(1'000, 'b')).costBytes());
    QCOMPARE(queue.takeFirst()->payload(), QByteArray("a"));
    QCOMPARE(queue.bytes(), eventOf(QByteArray(1'000, 'b')).costBytes());
    QCOMPARE(queue.takeFirst()->payload().size(), 1'000);
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.bytes(), 0);
}

void tst_SendQueue::putBackComesFirst()
{
    SendQueue queue;
    queue.append(eventOf("a"));
    queue.append(eventOf("bc"));
    const auto cost = queue.bytes();
    queue.putBack(*queue.takeFirst());
    QCOMPARE(queue.count(), 2);
    QCOMPARE(queue.bytes(), cost);
    QCOMPARE(queue.takeFirst()->payload(), QByteArray("a"));
}

void tst_SendQueue::requestsAreWithdrawn()
{
    SendQueue queue;
    queue.append(requestOf(1));
    queue.append(Message::cancel(2)); // not the request of that id
    queue.append(requestOf(3));
    QVERIFY(queue.withdrawRequest(1));
    QVERIFY(!queue.withdrawRequest(1));
    QVERIFY(!queue.withdrawRequest(2));
    QCOMPARE(queue.count(), 2);
    QCOMPARE(queue.bytes(), costOfAll(queue));
    QCOMPARE(queue.takeFirst()->kind(), MessageKind::Cancel);
    QCOMPARE(queue.takeFirst()->id(), 3U);
}

void tst_SendQueue::aCancelOvertakes()
{
    SendQueue queue;
    queue.append(requestOf(2));
    QVERIFY(!queue.takeFirst(SendQueue::Take::Cancel));
    queue.append(Message::cancel(1));
    queue.append(eventOf("x"));
    queue.putBack(requestOf(5)); // it was taken before the cancel came, and could not be sent
    const auto cost = queue.bytes();
    QCOMPARE(queue.takeFirst(SendQueue::Take::Cancel)->id(), 1U);
    QVERIFY(queue.bytes() < cost);
    QVERIFY(!queue.takeFirst(SendQueue::Take::Cancel));
    QCOMPARE(queue.takeFirst()->id(), 5U);
    QCOMPARE(queue.takeFirst()->id(), 2U);
    QCOMPARE(queue.takeFirst()->payload(), QByteArray("x"));
    QCOMPARE(queue.bytes(), 0);
}

void tst_SendQueue::eventsAreDropped()
{
    SendQueue queue;
    queue.append(requestOf(1));
    for (int i = 0; i < 5; ++i)
        queue.append(eventOf(QByteArray::number(i)));
    QCOMPARE(queue.dropEvents([&] { return queue.count() <= 4; }), 2U);
    QCOMPARE(queue.count(), 4);
    QCOMPARE(queue.bytes(), costOfAll(queue));
    QCOMPARE(queue.dropEvents([] { return true; }), 0U);
    QCOMPARE(queue.dropEvents([] { return false; }), 3U); // never what somebody waits for
    QCOMPARE(queue.count(), 1);
    QCOMPARE(queue.takeFirst()->kind(), MessageKind::Request);
    QCOMPARE(queue.bytes(), 0);
}

QTEST_GUILESS_MAIN(tst_SendQueue)
#include "tst_sendqueue.moc"
