// SPDX-License-Identifier: MIT
// What Client and Server still hold when a transport fails, stops taking what is written, or ends.
#include <QTest>

#include "faultysession.h"

using namespace Halyard;
using std::chrono::milliseconds;
using At = FaultyPair::At;

class tst_FaultyQueues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aFailingWrite_data() { kinds(); }
    void aFailingWrite();
    void neverDraining_data() { kinds(); }
    void neverDraining();
    void neverDrainingServer_data() { kinds(); }
    void neverDrainingServer();
    void muchBeforeTheEnd_data();
    void muchBeforeTheEnd();

private:
    static void kinds()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"memory", "tcp", "tls"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
};

void tst_FaultyQueues::aFailingWrite()
{
    QFETCH(const QString, kind);
    FaultyPair pair(kind, At::Client, {});
    QVERIFY(pair.ends->open());
    QSignalSpy errors(pair.ends->client.get(), &Client::errorOccurred);
    QSignalSpy closed(pair.ends->client.get(), &Client::closed);
    std::optional<Request> held;
    pair.ends->server->handle("hold", [&](const Request &request) { held = request; });
    const auto sent = pair.ends->client->request("hold");
    QTRY_VERIFY(held);
    pair.latest->setPlan({.failWriteAfter = 0});
    const auto unsent = pair.ends->client->request("hold");
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 1);
    const auto error = errors[0][0].value<Error>();
    QCOMPARE(error.code(), ErrorCode::TransportFailed);
    QCOMPARE(error.origin(), ErrorOrigin::Transport);
    for (const auto &call : {sent, unsent}) {
        QCOMPARE(resultOf(call).error().code(), ErrorCode::CallLost);
        QVERIFY2(call.result().error().detail().contains("TransportFailed"),
            qPrintable(call.result().error().detail()));
    }
    QTRY_VERIFY(held->isCancelled());
    QTRY_COMPARE(pair.ends->server->connectionCount(), 0);
}

void tst_FaultyQueues::neverDraining()
{
    QFETCH(const QString, kind);
    ClientOptions options;
    options.connection.queueHighBytes = 64 * 1024;
    options.connection.queueLowBytes = 16 * 1024;
    options.connection.drainTimeout = milliseconds(50);
    options.connection.engine.closeTimeout = milliseconds(50);
    FaultyPair pair(kind, At::Client, {}, {}, options);
    QVERIFY(pair.ends->open());
    Client &client = *pair.ends->client;
    QSignalSpy errors(&client, &Client::errorOccurred);
    QSignalSpy closed(&client, &Client::closed);
    pair.latest->setPlan({.neverDrain = true});

    CallOptions impatient;
    impatient.timeout = milliseconds(50);
    const auto timedOut = client.request("hold", {}, impatient);
    const auto lost = client.request("hold");
    constexpr qsizetype Size = 10'000;
    SendOutcome outcome = SendResult::Queued;
    for (int i = 0; i < 1'000 && outcome; ++i) {
        outcome = client.send("news", QByteArray(Size, 'n'));
        QCoreApplication::processEvents();
    }
    QCOMPARE(outcome.result(), SendResult::Rejected);
    QCOMPARE(outcome.error().code(), ErrorCode::QueueFull);
    // Encoded ahead of the transport: outputAheadBytes, one message more and the control frames.
    const qint64 ahead = pair.latest->bytesToWrite();
    QVERIFY2(ahead > 0 && ahead < options.connection.outputAheadBytes + 2 * Size,
        qPrintable(QString::number(ahead)));
    QCOMPARE(resultOf(timedOut).error().code(), ErrorCode::CallTimedOut);
    QVERIFY(errors.isEmpty()); // the connection itself lives

    client.close();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::DrainTimedOut);
    QCOMPARE(resultOf(lost).error().code(), ErrorCode::CallCancelled);
    QTRY_COMPARE(pair.ends->server->connectionCount(), 0);
}

void tst_FaultyQueues::neverDrainingServer()
{
    QFETCH(const QString, kind);
    ServerOptions options;
    options.connection.maxQueuedAnswerBytes = 500'000;
    options.connection.engine.closeTimeout = milliseconds(50);
    FaultyPair pair(kind, At::Server, {}, options);
    QList<Request> held;
    pair.ends->server->handle("hold", [&](const Request &request) { held += request; });
    QVERIFY(pair.ends->open());
    QSignalSpy errors(pair.ends->atServer, &Connection::errorOccurred);
    QList<QFuture<Result<Reply>>> calls;
    for (int i = 0; i < 10; ++i)
        calls += pair.ends->client->request("hold");
    QTRY_COMPARE(held.size(), calls.size());
    pair.latest->setPlan({.neverDrain = true});
    for (const Request &request : std::as_const(held))
        request.respond(Reply(QByteArray(100'000, 'a')));
    held.clear();
    QTRY_COMPARE(errors.size(), 1);
    QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::OutputNotRead);
    QTRY_COMPARE(pair.ends->server->connectionCount(), 0);
    for (const auto &call : std::as_const(calls))
        QCOMPARE(resultOf(call).error().code(), ErrorCode::CallLost);
}

void tst_FaultyQueues::muchBeforeTheEnd_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("how");
    for (const char *kind : {"memory", "tcp", "tls"}) {
        for (const char *how : {"end", "reset"})
            QTest::addRow("%s, %s", kind, how) << QString::fromLatin1(kind) << QString::fromLatin1(how);
    }
}

// More messages than one batch holds lie in the engine when the transport ends: all are delivered.
void tst_FaultyQueues::muchBeforeTheEnd()
{
    QFETCH(const QString, kind);
    QFETCH(const QString, how);
    constexpr int Messages = 2'000;
    ClientOptions options;
    options.connection.queueHighMessages = Messages;
    FaultyPair pair(kind, At::Server, {}, {}, options);
    QVERIFY(pair.ends->open());
    int received = 0;
    connect(pair.ends->server.get(), &Server::messageReceived, this,
        [&](Connection *, const Message &message) { received += message.payload() == "x" ? 1 : 0; });
    QSignalSpy errors(pair.ends->atServer, &Connection::errorOccurred);
    QSignalSpy closed(pair.ends->server.get(), &Server::connectionClosed);
    // All that the messages will be, known from what one of them costs.
    const auto before = qint64(pair.ends->atServer->counters().bytesReceived);
    QVERIFY(pair.ends->client->send("news", "x"));
    QTRY_COMPARE(received, 1);
    const qint64 each = qint64(pair.ends->atServer->counters().bytesReceived) - before;
    const qint64 end = before + each * (1 + Messages);
    FaultPlan plan;
    (how == u"end" ? plan.endInputAfter : plan.resetAfterInput) = end;
    pair.latest->setPlan(plan);
    for (int i = 0; i < Messages; ++i)
        QVERIFY(pair.ends->client->send("news", "x"));
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(received, 1 + Messages);
    QCOMPARE(errors.size(), how == u"end" ? 0 : 1);
    if (how == u"reset")
        QCOMPARE(errors[0][0].value<Error>().code(), ErrorCode::ConnectionLost);
}

QTEST_GUILESS_MAIN(tst_FaultyQueues)
#include "tst_faultyqueues.moc"
