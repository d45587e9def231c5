// SPDX-License-Identifier: MIT
#include <QTest>

#include "endpointpair.h"

using namespace Halyard;

/// Streams, events and pushes, in both directions.
class tst_Streams : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanup();

    void itemsAndEnd();
    void emptyStream();
    void failedStream();
    void forgottenStream();
    void cancelledByCaller();
    void callerDisappears();
    void slotsMayHoldTheStream();
    void unaryReplyToCall();
    void streamToRequest();
    void eventsBothWays();
    void eventHandlers();
    void broadcastReachesAll();
    void echoKeepsHeaders();
    void writableChangesForStreams();

private:
    std::unique_ptr<EndpointPair> m_pair;
};

void tst_Streams::initTestCase_data()
{
    QTest::addColumn<bool>("memory");
    QTest::newRow("memory") << true;
    QTest::newRow("tcp") << false;
}

void tst_Streams::init()
{
    QFETCH_GLOBAL(bool, memory);
    m_pair = memory ? std::make_unique<EndpointPair>(EndpointPair::inMemory())
                    : std::make_unique<EndpointPair>();
    QVERIFY(m_pair->open());
}

void tst_Streams::cleanup() { m_pair.reset(); }

void tst_Streams::itemsAndEnd()
{
    m_pair->server->handleStream("ticks", [](const Request &request, const ReplyStream &stream) {
        for (int i = 0; i < request.payload().toInt(); ++i)
            stream.write(QByteArray::number(i));
        stream.end("over");
        QVERIFY(!stream.write("after the end"));
    });
    Call *call = m_pair->client->call("ticks", "100");
    QByteArrayList items;
    connect(call, &Call::itemReceived, this, [&](const Message &item) { items += item.payload(); });
    QSignalSpy finished(call, &Call::finished);
    QVERIFY(finished.wait());
    QCOMPARE(items.size(), 100);
    QCOMPARE(items.first(), QByteArray("0"));
    QCOMPARE(items.last(), QByteArray("99"));
    QCOMPARE(finished.first().first().value<Reply>().payload(), QByteArray("over"));
}

void tst_Streams::emptyStream()
{
    m_pair->server->handleStream("none", [](const Request &, const ReplyStream &stream) { stream.end(); });
    Call *call = m_pair->client->call("none");
    QSignalSpy items(call, &Call::itemReceived);
    QSignalSpy finished(call, &Call::finished);
    QVERIFY(finished.wait());
    QVERIFY(items.isEmpty());
}

void tst_Streams::failedStream()
{
    m_pair->server->handleStream("bad", [](const Request &, const ReplyStream &stream) {
        stream.write("one");
        stream.fail(Error::application(2000, QStringLiteral("broken")));
    });
    Call *call = m_pair->client->call("bad");
    QSignalSpy items(call, &Call::itemReceived);
    QSignalSpy failed(call, &Call::failed);
    QVERIFY(failed.wait());
    QCOMPARE(items.size(), 1);
    QCOMPARE(failed.first().first().value<Error>().number(), quint16(2000));
}

void tst_Streams::forgottenStream()
{
    m_pair->server->handleStream(
        "forget", [](const Request &, const ReplyStream &stream) { stream.write("one"); });
    Call *call = m_pair->client->call("forget");
    QSignalSpy failed(call, &Call::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed.first().first().value<Error>().code(), ErrorCode::HandlerFailed);
}

void tst_Streams::cancelledByCaller()
{
    std::optional<ReplyStream> kept;
    bool told = false;
    m_pair->server->handleStream("ticks", [&](const Request &, const ReplyStream &stream) {
        kept = stream;
        connect(stream.notifier(), &ReplyStreamNotifier::cancelled, this, [&told, &kept] {
            told = true;
            kept.reset(); // the notifier is the sender
        });
        stream.write("one");
    });
    Call *call = m_pair->client->call("ticks");
    connect(call, &Call::itemReceived, call, &Call::cancel);
    QSignalSpy failed(call, &Call::failed);
    QVERIFY(failed.wait());
    QTRY_VERIFY(told);
    QVERIFY(!kept);
}

void tst_Streams::callerDisappears()
{
    std::optional<ReplyStream> kept;
    m_pair->server->handleStream("ticks", [&](const Request &, const ReplyStream &stream) { kept = stream; });
    m_pair->client->call("ticks");
    QTRY_VERIFY(kept);
    m_pair->client->connection()->abort();
    QTRY_VERIFY(kept->isCancelled());
    QCOMPARE(kept->write("x").error().code(), ErrorCode::CallCancelled);
}

void tst_Streams::slotsMayHoldTheStream()
{
    const auto alive = std::make_shared<int>();
    QList<QPointer<ReplyStreamNotifier>> notifiers;
    m_pair->server->handleStream("held", [&](const Request &request, const ReplyStream &stream) {
        notifiers += stream.notifier();
        connect(stream.notifier(), &ReplyStreamNotifier::writableChanged, stream.notifier(),
            [stream, alive] { stream.write("more"); });
        if (request.payload() == "end")
            stream.end();
    });
    Call *ended = m_pair->client->call("held", "end");
    QSignalSpy finished(ended, &Call::finished);
    m_pair->client->call("held", "lost");
    QVERIFY(finished.wait());
    QTRY_COMPARE(notifiers.size(), 2);
    QTRY_VERIFY(!notifiers.first());
    QVERIFY(notifiers.last());
    m_pair->atServer->abort();
    QTRY_VERIFY(!notifiers.last());
    QTRY_COMPARE(alive.use_count(), 1);
}

void tst_Streams::unaryReplyToCall()
{
    m_pair->server->handle("one", [](const Request &) { return QByteArray("reply"); });
    Call *call = m_pair->client->call("one");
    QSignalSpy finished(call, &Call::finished);
    QVERIFY(finished.wait());
    QCOMPARE(finished.first().first().value<Reply>().payload(), QByteArray("reply"));
}

void tst_Streams::streamToRequest()
{
    bool cancelled = false;
    std::optional<ReplyStream> kept;
    m_pair->server->handleStream("many", [&](const Request &, const ReplyStream &stream) {
        kept = stream;
        connect(stream.notifier(), &ReplyStreamNotifier::cancelled, this, [&] { cancelled = true; });
        stream.write("one");
    });
    QCOMPARE(resultOf(m_pair->client->request("many")).error().code(), ErrorCode::UnexpectedFrame);
    QTRY_VERIFY(cancelled);
}

void tst_Streams::eventsBothWays()
{
    QSignalSpy atServer(m_pair->server.get(), &Server::messageReceived);
    QSignalSpy atClient(m_pair->client.get(), &Client::messageReceived);
    QVERIFY(m_pair->client->send("log", "up") == SendResult::Queued);
    QVERIFY(m_pair->atServer->send("news", "down") == SendResult::Queued);
    QTRY_COMPARE(atServer.size(), 1);
    QTRY_COMPARE(atClient.size(), 1);
    const auto up = atServer.first().at(1).value<Message>();
    QCOMPARE(up.kind(), MessageKind::Event);
    QCOMPARE(up.route(), QStringLiteral("log"));
    QCOMPARE(up.payload(), QByteArray("up"));
    QCOMPARE(atClient.first().first().value<Message>().route(), QStringLiteral("news"));
}

void tst_Streams::eventHandlers()
{
    QByteArray seen;
    Connection *from = nullptr;
    m_pair->server->handleEvent("log", [&](const Message &message, Connection *connection) {
        seen = message.payload();
        from = connection;
    });
    QSignalSpy others(m_pair->server.get(), &Server::messageReceived);
    m_pair->client->send("log", "hello");
    QTRY_COMPARE(seen, QByteArray("hello"));
    QCOMPARE(from, m_pair->atServer);
    QVERIFY(others.isEmpty());
    m_pair->server->removeHandlers("log");
    m_pair->client->send("log", "again");
    QTRY_COMPARE(others.size(), 1);
}

void tst_Streams::broadcastReachesAll()
{
    ClientOptions options = m_pair->client->options();
    Client second(options);
    QSignalSpy opened(m_pair->server.get(), &Server::connectionOpened);
    QVERIFY(second.open(m_pair->url));
    QTRY_VERIFY(second.state() == Client::State::Open && !opened.isEmpty());
    QCOMPARE(m_pair->server->connectionCount(), 2);
    QSignalSpy first(m_pair->client.get(), &Client::messageReceived);
    QSignalSpy other(&second, &Client::messageReceived);
    QCOMPARE(m_pair->server->broadcast("news", "all"), 2);
    QTRY_VERIFY(first.size() == 1 && other.size() == 1);
}

void tst_Streams::echoKeepsHeaders()
{
    connect(m_pair->server.get(), &Server::messageReceived, this,
        [](Connection *connection, const Message &message) { connection->send(message); });
    Message message = Message::event({}, "body", Headers {{"x", "1"}, {"x", "2"}});
    QSignalSpy back(m_pair->client.get(), &Client::messageReceived);
    m_pair->client->send(message);
    QTRY_COMPARE(back.size(), 1);
    QCOMPARE(back.first().first().value<Message>(), message);
}

void tst_Streams::writableChangesForStreams()
{
    std::optional<ReplyStream> kept;
    int written = 0;
    const QByteArray item(65'536, 'x');
    constexpr int Items = 300; // about 20 MB through queues of one
    const auto fill = [&] {
        while (written < Items && kept->isWritable()) {
            QVERIFY(kept->write(item));
            ++written;
        }
        if (written == Items)
            kept->end();
    };
    m_pair->server->handleStream("blob", [&](const Request &, const ReplyStream &stream) {
        kept = stream;
        connect(stream.notifier(), &ReplyStreamNotifier::writableChanged, this, [&](bool writable) {
            if (writable && !kept->isFinished())
                fill();
        });
        fill();
        QVERIFY(written < Items); // backpressure was felt
    });
    Call *call = m_pair->client->call("blob");
    int received = 0;
    connect(call, &Call::itemReceived, this,
        [&](const Message &message) { received += message.payload().size() == item.size(); });
    QSignalSpy finished(call, &Call::finished);
    QVERIFY(finished.wait(30'000));
    QCOMPARE(received, Items);
}

QTEST_GUILESS_MAIN(tst_Streams)
#include "tst_streams.moc"
