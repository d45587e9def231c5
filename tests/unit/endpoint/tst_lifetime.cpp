// SPDX-License-Identifier: MIT
#include <QTest>

#include "endpointpair.h"

using namespace Halyard;

/// A connected pair whose server keeps the requests for "later" without an answer.
struct PairWithRequest : EndpointPair {
    explicit PairWithRequest(const ServerOptions &options = {})
        : EndpointPair(options)
    {
        server->handle("later", [this](const Request &request) { kept += request; });
    }
    /// Opens and asks; true when the server has got it.
    [[nodiscard]] bool ask()
    {
        if (!open())
            return false;
        reply = client->request("later");
        return QTest::qWaitFor([this] { return !kept.isEmpty(); });
    }
    void answer(const QByteArray &payload) { kept.takeFirst().respond(Reply(payload)); }

    QList<Request> kept;
    QFuture<Result<Reply>> reply;
};

/// Opening, closing, losing and deleting, at any moment.
class tst_Lifetime : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void closeIsClean();
    void closeWaitsForAnswers();
    void closeFailsOpenCalls();
    void serverCloseDrains();
    void drainTimesOut();
    void lostConnectionFailsCalls();
    void serverVanishesWhileConnecting();
    void refusedConnection();
    void wrongUse_data();
    void wrongUse();
    void openTwice();
    void reconnects();
    void noReconnectAfterClose();
    void deleteWithQueuedMessages();
    void idleTimeout();
    void signalOrder();
    void logsNothingUnlessAsked();
};

void tst_Lifetime::closeIsClean()
{
    EndpointPair pair = EndpointPair::inMemory();
    QVERIFY(pair.open());
    QSignalSpy clientClosed(pair.client.get(), &Client::closed);
    QSignalSpy clientError(pair.client.get(), &Client::errorOccurred);
    QSignalSpy serverClosed(pair.server.get(), &Server::connectionClosed);
    QSignalSpy serverError(pair.atServer, &Connection::errorOccurred);
    pair.client->close();
    QVERIFY(clientClosed.isEmpty());
    QTRY_COMPARE(clientClosed.size(), 1);
    QTRY_COMPARE(serverClosed.size(), 1);
    QVERIFY(clientError.isEmpty());
    QVERIFY(serverError.isEmpty());
    QCOMPARE(pair.server->connectionCount(), 0);
    QCOMPARE(pair.client->state(), Client::State::Idle);
    QVERIFY(pair.client->open(pair.url)); // and again
    QTRY_COMPARE(pair.client->state(), Client::State::Open);
}

void tst_Lifetime::closeWaitsForAnswers()
{
    PairWithRequest pair;
    QVERIFY(pair.ask());
    QSignalSpy closed(pair.server.get(), &Server::connectionClosed);
    pair.atServer->close();
    QVERIFY(!closed.wait(50)); // an answer is due
    pair.answer("in time");
    QCOMPARE(resultOf(pair.reply)->payload(), QByteArray("in time"));
    QTRY_COMPARE(closed.size(), 1);
}

void tst_Lifetime::closeFailsOpenCalls()
{
    PairWithRequest pair;
    QVERIFY(pair.ask());
    pair.client->close();
    QVERIFY(!pair.reply.isFinished());
    QCOMPARE(resultOf(pair.reply).error().code(), ErrorCode::CallCancelled);
}

void tst_Lifetime::serverCloseDrains()
{
    PairWithRequest pair;
    QVERIFY(pair.ask());
    QSignalSpy closed(pair.server.get(), &Server::closed);
    pair.server->close();
    QVERIFY(!pair.server->isListening());
    const auto refused = pair.client->request("later");
    QCOMPARE(resultOf(refused).error().code(), ErrorCode::CallRefused);
    pair.answer("done");
    QCOMPARE(resultOf(pair.reply)->payload(), QByteArray("done"));
    QTRY_COMPARE(closed.size(), 1);
}

void tst_Lifetime::drainTimesOut()
{
    ServerOptions options;
    options.connection.drainTimeout = std::chrono::milliseconds(50);
    PairWithRequest pair(options);
    QVERIFY(pair.ask());
    QSignalSpy error(pair.atServer, &Connection::errorOccurred);
    QSignalSpy closed(pair.server.get(), &Server::closed);
    pair.server->close();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(error.first().first().value<Error>().code(), ErrorCode::DrainTimedOut);
    QVERIFY(!resultOf(pair.reply));
}

void tst_Lifetime::lostConnectionFailsCalls()
{
    PairWithRequest pair;
    QVERIFY(pair.ask());
    Call *call = pair.client->call("later");
    QSignalSpy failed(call, &Call::failed);
    QTRY_COMPARE(pair.kept.size(), 2);
    QSignalSpy error(pair.client.get(), &Client::errorOccurred);
    pair.atServer->abort();
    QCOMPARE(resultOf(pair.reply).error().code(), ErrorCode::CallLost);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::CallLost);
    QTRY_COMPARE(error.size(), 1);
    QCOMPARE(error.first().first().value<Error>().code(), ErrorCode::ConnectionLost);
}

void tst_Lifetime::serverVanishesWhileConnecting()
{
    EndpointPair pair;
    QVERIFY(pair.client->open(pair.url));
    QSignalSpy closed(pair.client.get(), &Client::closed);
    pair.server.reset();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(pair.client->state(), Client::State::Idle);
}

void tst_Lifetime::refusedConnection()
{
    EndpointPair pair;
    pair.server.reset();
    QSignalSpy error(pair.client.get(), &Client::errorOccurred);
    QVERIFY(pair.client->open(pair.url));
    QVERIFY(error.wait());
    QCOMPARE(error.first().first().value<Error>().code(), ErrorCode::ConnectionRefused);
}

void tst_Lifetime::wrongUse_data()
{
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("no transport") << QUrl("ftp://localhost") << ErrorCode::InvalidUrl;
    QTest::newRow("no host") << QUrl("tcp://") << ErrorCode::InvalidUrl;
    QTest::newRow("no protocol") << QUrl("nothing+tcp://localhost") << ErrorCode::UnknownProtocol;
    QTest::newRow("no option") << QUrl("tcp://localhost?colour=red") << ErrorCode::InvalidUrl;
    QTest::newRow("no such peer") << QUrl("tcp://localhost?peer=strange") << ErrorCode::InvalidArgument;
}

void tst_Lifetime::wrongUse()
{
    QFETCH(QUrl, url);
    QFETCH(ErrorCode, code);
    Client client;
    QSignalSpy error(&client, &Client::errorOccurred);
    const auto opened = client.open(url);
    QVERIFY(!opened);
    QCOMPARE(opened.error().code(), code);
    QVERIFY(error.isEmpty());
    QCOMPARE(client.state(), Client::State::Idle);
}

void tst_Lifetime::openTwice()
{
    EndpointPair pair = EndpointPair::inMemory();
    QVERIFY(pair.open());
    QCOMPARE(pair.client->open(pair.url).error().code(), ErrorCode::AlreadyOpen);
}

void tst_Lifetime::reconnects()
{
    EndpointPair pair;
    ClientOptions options = pair.client->options();
    options.reconnect.enabled = true;
    options.reconnect.first = std::chrono::milliseconds(1);
    options.reconnect.longest = std::chrono::milliseconds(5);
    pair.client->setOptions(options);
    QVERIFY(pair.open());
    QSignalSpy opened(pair.client.get(), &Client::opened);
    QSignalSpy scheduled(pair.client.get(), &Client::reconnectScheduled);
    pair.atServer->abort();
    QVERIFY(opened.wait());
    QVERIFY(!scheduled.isEmpty());
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    QVERIFY(resultOf(pair.client->request("echo", "x")));
}

void tst_Lifetime::noReconnectAfterClose()
{
    EndpointPair pair;
    ClientOptions options = pair.client->options();
    options.reconnect.enabled = true;
    options.reconnect.first = std::chrono::hours(1);
    options.reconnect.longest = std::chrono::hours(1);
    pair.client->setOptions(options);
    QVERIFY(pair.open());
    pair.atServer->abort();
    QTRY_COMPARE(pair.client->state(), Client::State::Waiting);
    QSignalSpy closed(pair.client.get(), &Client::closed);
    pair.client->close();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(pair.client->state(), Client::State::Idle);
}

void tst_Lifetime::deleteWithQueuedMessages()
{
    EndpointPair pair;
    QVERIFY(pair.open());
    int received = 0;
    connect(pair.server.get(), &Server::messageReceived, this, [&] { ++received; });
    for (int i = 0; i < 500; ++i)
        QVERIFY(pair.client->send("x", QByteArray(1000, 'x')));
    pair.client.reset(); // only detaches: what was taken still leaves
    QTRY_COMPARE(received, 500);
}

void tst_Lifetime::idleTimeout()
{
    ServerOptions options;
    options.connection.idleTimeout = std::chrono::milliseconds(30);
    EndpointPair pair(options);
    QSignalSpy error(pair.client.get(), &Client::errorOccurred);
    QVERIFY(pair.open());
    QSignalSpy serverError(pair.atServer, &Connection::errorOccurred);
    QTRY_COMPARE(serverError.size(), 1);
    QCOMPARE(serverError.first().first().value<Error>().code(), ErrorCode::IdleTimedOut);
}

void tst_Lifetime::signalOrder()
{
    EndpointPair pair;
    QStringList seen;
    connect(pair.client.get(), &Client::opened, this, [&] { seen += "opened"; });
    connect(pair.client.get(), &Client::messageReceived, this, [&] { seen += "message"; });
    connect(pair.client.get(), &Client::errorOccurred, this, [&] { seen += "error"; });
    connect(pair.client.get(), &Client::closed, this, [&] { seen += "closed"; });
    connect(pair.server.get(), &Server::connectionOpened, this, [](Connection *connection) {
        connection->send("a", "b");
        connection->send("a", "b");
        connection->close();
    });
    QVERIFY(pair.client->open(pair.url));
    QTRY_VERIFY(seen.contains("closed"));
    QCOMPARE(seen, (QStringList {"opened", "message", "message", "closed"}));
}

void tst_Lifetime::logsNothingUnlessAsked()
{
    static QStringList logged;
    const auto before = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &text) { logged += text; });
    EndpointPair pair;
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    const bool opened = pair.open();
    const bool answered = opened && resultOf(pair.client->request("echo", "x"));
    pair.client->close();
    const bool closed = QTest::qWaitFor([&] { return pair.client->state() == Client::State::Idle; });
    qInstallMessageHandler(before);
    QVERIFY(opened && answered && closed);
    QVERIFY2(logged.isEmpty(), qPrintable(logged.join(u'\n')));
}

QTEST_GUILESS_MAIN(tst_Lifetime)
#include "tst_lifetime.moc"
