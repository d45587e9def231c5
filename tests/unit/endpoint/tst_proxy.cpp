// SPDX-License-Identifier: MIT
#include <QTest>

#include "endpoint/proxy.h"
#include "endpoint/tap.h"
#include "endpointpair.h"

using namespace Halyard;

/// A proxy between client and server, and taps at all three.
class tst_Proxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void passesEverything();
    void tapSeesBothDirections();
    void targetRefuses();
    void clientDisappears();
    void backpressure();
    void closeCuts();
    void deletedInItsSlot_data();
    void deletedInItsSlot();
    void tapCountsWhatItMisses();
    void tapGoesFirst();
};

void tst_Proxy::passesEverything()
{
    EndpointPair pair;
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    Proxy proxy;
    const auto at = proxy.start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY2(at, at ? "" : qPrintable(at.error().toString()));
    QVERIFY(at->port() != 0);
    QSignalSpy closed(&proxy, &Proxy::connectionClosed);
    pair.url = QUrl(at->toString());
    QVERIFY(pair.open());
    QCOMPARE(proxy.connectionCount(), 1);
    QVERIFY(resultOf(pair.client->request("echo", "through")));
    const QByteArray large(5'000'000, 'y');
    QCOMPARE(resultOf(pair.client->request("echo", large))->payload(), large);
    QSignalSpy clientClosed(pair.client.get(), &Client::closed);
    QSignalSpy clientError(pair.client.get(), &Client::errorOccurred);
    pair.client->close();
    QTRY_COMPARE(clientClosed.size(), 1);
    QTRY_COMPARE(closed.size(), 1);
    QVERIFY(!closed.first().at(1).value<Error>());
    QVERIFY(clientError.isEmpty());
    QCOMPARE(proxy.connectionCount(), 0);
}

void tst_Proxy::tapSeesBothDirections()
{
    EndpointPair pair;
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    Tap tap;
    QList<TapRecord> records;
    connect(&tap, &Tap::recorded, this, [&](const QList<TapRecord> &batch) { records += batch; });
    ProxyOptions options;
    options.tap = &tap;
    Proxy proxy(options);
    const auto serverPort = quint16(pair.url.port());
    const auto at = proxy.start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY(at);
    pair.url = QUrl(at->toString());
    QVERIFY(pair.open());
    QVERIFY(resultOf(pair.client->request("echo", "through")));
    pair.client->close();
    QTRY_VERIFY(!records.isEmpty() && records.last().kind == TapRecord::Kind::Closed);
    QCOMPARE(records.first().kind, TapRecord::Kind::Opened);
    QCOMPARE(records.first().transport.name, QStringLiteral("tcp"));
    QCOMPARE(records.first().onward.peerPort, serverPort);

    const auto factory = Wire::ProtocolRegistry::standard().make("vstp", {});
    QVERIFY(factory);
    const auto dissector = (*factory)->makeDissector();
    QStringList summaries;
    for (const TapRecord &record : std::as_const(records)) {
        QCOMPARE(record.conversation, 1U);
        if (record.kind != TapRecord::Kind::Bytes)
            continue;
        dissector->feed(record.direction,
            Wire::asBytes({record.bytes.data(), std::size_t(record.bytes.size())}), record.time);
        while (const auto dissection = dissector->next()) {
            QCOMPARE(dissection->severity(), std::max(dissection->severity(), Wire::Severity::None));
            summaries += QString::fromStdString(dissection->summary);
        }
    }
    QVERIFY2(summaries.size() >= 5, qPrintable(summaries.join('|')));
    QVERIFY(summaries.first().startsWith("HELLO"));
    QVERIFY(summaries.at(1).startsWith("WELCOME"));
    QVERIFY2(summaries.at(2).contains("echo"), qPrintable(summaries.at(2)));
    QVERIFY(!summaries.filter("BYE").isEmpty());
}

void tst_Proxy::targetRefuses()
{
    EndpointPair pair;
    Proxy proxy;
    const auto at = proxy.start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY(at);
    pair.server.reset();
    QSignalSpy closed(&proxy, &Proxy::connectionClosed);
    QSignalSpy error(pair.client.get(), &Client::errorOccurred);
    QVERIFY(pair.client->open(QUrl(at->toString())));
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(closed.first().at(1).value<Error>().code(), ErrorCode::ConnectionRefused);
    QTRY_COMPARE(error.size(), 1);
}

void tst_Proxy::clientDisappears()
{
    EndpointPair pair;
    Proxy proxy;
    const auto at = proxy.start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY(at);
    pair.url = QUrl(at->toString());
    QVERIFY(pair.open());
    QSignalSpy closed(&proxy, &Proxy::connectionClosed);
    QSignalSpy serverClosed(pair.server.get(), &Server::connectionClosed);
    pair.client->connection()->abort();
    QTRY_COMPARE(closed.size(), 1);
    QTRY_COMPARE(serverClosed.size(), 1);
}

void tst_Proxy::backpressure()
{
    EndpointPair pair;
    qsizetype received = 0;
    connect(pair.server.get(), &Server::messageReceived, this,
        [&](Connection *, const Message &message) { received += message.payload().size(); });
    ProxyOptions options;
    options.maxPendingBytes = 10'000;
    Proxy proxy(options);
    const auto at = proxy.start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY(at);
    pair.url = QUrl(at->toString());
    QVERIFY(pair.open());
    const QByteArray piece(1'000'000, 'z');
    int sent = 0;
    const auto fill = [&] {
        while (sent < 40 && pair.client->connection()->isWritable()) {
            pair.client->send("x", piece);
            ++sent;
        }
    };
    connect(pair.client.get(), &Client::writableChanged, this, fill);
    fill();
    qint64 most = 0;
    QTRY_VERIFY_WITH_TIMEOUT((most = std::max(most, proxy.connections().value(0).bytesToServer)) > 0, 30'000);
    QVERIFY2(most < 10'000 + 65'536, qPrintable(QString::number(most))); // one more piece is read at most
    QVERIFY(!proxy.connections().value(0).peer.isEmpty());
    QTRY_COMPARE_WITH_TIMEOUT(received, 40'000'000, 30'000);
    QCOMPARE(proxy.connections().value(0).bytesToServer, 0);
    QCOMPARE(proxy.connections().value(0).bytesToClient, 0);
}

void tst_Proxy::closeCuts()
{
    EndpointPair pair;
    Proxy proxy;
    const auto at = proxy.start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY(at);
    pair.url = QUrl(at->toString());
    QVERIFY(pair.open());
    QSignalSpy closed(&proxy, &Proxy::closed);
    QSignalSpy clientClosed(pair.client.get(), &Client::closed);
    proxy.close();
    QVERIFY(!proxy.isListening());
    QTRY_COMPARE(closed.size(), 1);
    QTRY_COMPARE(clientClosed.size(), 1);
}

void tst_Proxy::deletedInItsSlot_data()
{
    QTest::addColumn<bool>("whenOpened");
    QTest::newRow("opened") << true;
    QTest::newRow("closed") << false;
}

void tst_Proxy::deletedInItsSlot()
{
    QFETCH(const bool, whenOpened);
    EndpointPair pair;
    auto proxy = std::make_unique<Proxy>();
    const auto at = proxy->start(QUrl("tcp://127.0.0.1:0"), pair.url);
    QVERIFY(at);
    const auto remove = [&proxy] { proxy.reset(); };
    if (whenOpened) {
        connect(proxy.get(), &Proxy::connectionOpened, this, remove);
    } else {
        connect(proxy.get(), &Proxy::connectionClosed, this, remove);
        connect(pair.client.get(), &Client::opened, pair.client.get(), &Client::close);
    }
    QVERIFY(pair.client->open(QUrl(at->toString())));
    QTRY_VERIFY(!proxy);
    QTRY_COMPARE(pair.client->state(), Client::State::Idle);
    QTRY_COMPARE(pair.server->connectionCount(), 0);
}

void tst_Proxy::tapCountsWhatItMisses()
{
    Tap tap({.maxPendingBytes = 2'000});
    ClientOptions options;
    options.tap = &tap;
    EndpointPair pair = EndpointPair::inMemory({}, options);
    QVERIFY(pair.open());
    QVERIFY(tap.missedRecords() == 0);
    int received = 0;
    connect(pair.server.get(), &Server::messageReceived, this, [&] { ++received; });
    pair.client->send("x", QByteArray(10'000, 'x'));
    QTRY_COMPARE(received, 1);
    QVERIFY(tap.missedRecords() >= 1);
    QVERIFY(tap.missedBytes() >= 10'000);
}

void tst_Proxy::tapGoesFirst()
{
    auto tap = std::make_unique<Tap>();
    ServerOptions options;
    options.tap = tap.get();
    EndpointPair pair = EndpointPair::inMemory(options);
    QVERIFY(pair.open());
    tap.reset();
    pair.server->handle("echo", [](const Request &request) { return request.payload(); });
    QVERIFY(resultOf(pair.client->request("echo", "on")));
}

QTEST_GUILESS_MAIN(tst_Proxy)
#include "tst_proxy.moc"
