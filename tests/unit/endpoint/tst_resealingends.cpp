// SPDX-License-Identifier: MIT
// A proxy that seals anew: ends, sizes and backpressure, nothing lost that was promised.
#include <netinet/in.h>
#include <sys/socket.h>

#include <QElapsedTimer>
#include <QPointer>
#include <QTcpSocket>
#include <QtEndian>

#include "resealingline.h"
#include "wire/tfserver/codec.h"

using namespace Halyard;

namespace {

/// A raw connection to the proxy, on which frames of tfserver are written by hand.
struct RawClient {
    explicit RawClient(quint16 port) { socket.connectToHost(QHostAddress::LocalHost, port); }
    static QByteArray frame(const QByteArray &body)
    {
        QByteArray header(4, Qt::Uninitialized);
        qToBigEndian(quint32(body.size()), header.data());
        return header + body;
    }
    /// A call of handler 0, generation 4, in clear.
    static QByteArray call(const QByteArray &payload)
    {
        const auto meta = Wire::TfServer::write(
            Wire::TfServer::Generation::G4, Wire::TfServer::PacketMeta {0, 0, !payload.isEmpty()});
        const QByteArray body(Wire::asText(meta).data(), qsizetype(meta.size()));
        return frame(body) + frame(payload);
    }

    QTcpSocket socket;
};

} // namespace

class tst_ResealingEnds : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aClientThatGoesAtOnceIsStillHeard();
    void theServersLastAnswerArrives();
    void framesThatDoNotFit_data();
    void framesThatDoNotFit();
    void whoDoesNotReadStopsTheOther();
    void whoHoardsMostGoes();
    void handshakesAreCounted();
    void deletedAtAnyMoment_data();
    void deletedAtAnyMoment();
};

void tst_ResealingEnds::aClientThatGoesAtOnceIsStillHeard()
{
    Line line(u"tfserver"_s, true);
    QByteArray heard;
    line.server.handle(u"note"_s, [&heard](const Request &request) {
        heard += request.payload();
        return Reply();
    });
    line.listen();
    QVERIFY(line.start({}, {}, Bob, {}));
    RawClient client(line.proxyPort);
    const QByteArray large(500'000, 'n');
    QVERIFY(client.socket.waitForConnected());
    // Handler 1 is the second in the order of their registration.
    const auto meta
        = Wire::TfServer::write(Wire::TfServer::Generation::G4, Wire::TfServer::PacketMeta {0, 1, true});
    client.socket.write(RawClient::frame({Wire::asText(meta).data(), qsizetype(meta.size())}));
    client.socket.write(RawClient::frame(large));
    client.socket.disconnectFromHost(); // behind all of it, and before the server was even asked for
    QTRY_VERIFY(heard == large);
    (void)line.end();
}

void tst_ResealingEnds::theServersLastAnswerArrives()
{
    Line line(u"tfserver"_s, true);
    const QByteArray large(500'000, 'l');
    line.server.handle(u"large"_s, [&large](const Request &) { return Reply(large); });
    line.listen();
    QVERIFY(line.start({}, {}, Bob, u"?encryption=E1"_s));
    // Half-closes behind its question, and so does the way to the server.
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to {};
    to.sin_family = AF_INET;
    to.sin_port = htons(line.proxyPort);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::connect(descriptor, reinterpret_cast<const sockaddr *>(&to), sizeof(to)), 0);
    const auto meta
        = Wire::TfServer::write(Wire::TfServer::Generation::G4, Wire::TfServer::PacketMeta {0, 1, true});
    const QByteArray question
        = RawClient::frame({Wire::asText(meta).data(), qsizetype(meta.size())}) + RawClient::frame("?");
    QCOMPARE(::send(descriptor, question.data(), std::size_t(question.size()), 0), question.size());
    ::shutdown(descriptor, SHUT_WR);
    QTcpSocket socket;
    QVERIFY(socket.setSocketDescriptor(descriptor, QAbstractSocket::ConnectedState, QIODevice::ReadOnly));
    QByteArray answer;
    QTRY_VERIFY_WITH_TIMEOUT((answer += socket.readAll()).size() >= large.size() + 4
            || socket.state() == QAbstractSocket::UnconnectedState,
        20'000);
    QVERIFY(answer == RawClient::frame(large));
    QCOMPARE(line.end(), Error());
}

void tst_ResealingEnds::framesThatDoNotFit_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<bool>("fits");
    // A record of E2 has 16 bytes more than what is in it, and the frame four.
    for (const qsizetype difference : {-1, 0, 1})
        QTest::addRow("%+d", int(difference)) << 10'000 - 4 - 16 + difference << (difference <= 0);
}

void tst_ResealingEnds::framesThatDoNotFit()
{
    QFETCH(qsizetype, size);
    QFETCH(bool, fits);
    Line line(u"tfserver"_s, true);
    line.listen();
    ProxyOptions options;
    options.engine.maxFrameBytesIn = options.engine.maxFrameBytesOut = 10'000;
    QVERIFY(line.start(options, {}, Bob, u"?encryption=E2"_s));
    line.open();
    QCOMPARE(line.echoed("small"), "small");
    const QByteArray payload(size, 'x');
    QCOMPARE(line.echoed(payload) == payload, fits);
    if (!fits) {
        QCOMPARE(line.end().code(), ErrorCode::PayloadTooLarge);
        QVERIFY2(line.end().detail().startsWith(u"server: "_s), qPrintable(line.end().detail()));
    }
}

void tst_ResealingEnds::whoDoesNotReadStopsTheOther()
{
    Line line(u"tfserver"_s, true);
    line.listen();
    ProxyOptions options;
    options.maxPendingBytes = 10'000;
    QVERIFY(line.start(options, {}, Bob, u"?encryption=E2"_s));
    RawClient client(line.proxyPort);
    client.socket.setReadBufferSize(1'000);
    QVERIFY(client.socket.waitForConnected());
    // It asks for 100 MB in all and reads none of it.
    const QByteArray call = RawClient::call(QByteArray(1'000'000, 'x'));
    int asked = 0;
    qint64 most = 0;
    const auto ask = [&] {
        for (const ProxyConnection &pair : line.proxy->connections())
            most = std::max({most, pair.bytesToClient, pair.bytesToServer});
        while (asked < 100 && client.socket.bytesToWrite() == 0) {
            client.socket.write(call);
            ++asked;
        }
    };
    QElapsedTimer since;
    int before = -1;
    // Until nothing moves any more.
    QTRY_VERIFY_WITH_TIMEOUT(
        (ask(), asked == before ? since.elapsed() > 500 : (before = asked, since.start(), false)), 60'000);
    QVERIFY2(asked < 100, qPrintable(QString::number(asked)));
    QVERIFY2(most < 10'000 + 2 * 1'000'100, qPrintable(QString::number(most)));
    client.socket.abort();
    (void)line.end();
}

void tst_ResealingEnds::whoHoardsMostGoes()
{
    Line line(u"tfserver"_s, true);
    line.listen();
    ProxyOptions options;
    options.maxUnfinishedInputBytes = 1'000'000;
    QVERIFY(line.start(options, {}, Bob, {}));
    line.open();
    QCOMPARE(line.echoed("before"), "before");
    // Most of a frame, and never the rest of it.
    RawClient hoarder(line.proxyPort);
    QVERIFY(hoarder.socket.waitForConnected());
    hoarder.socket.write(RawClient::frame(QByteArray(3'000'000, 'x')).chopped(1));
    QCOMPARE(line.end().code(), ErrorCode::InputBudgetExceeded);
    QCOMPARE(line.echoed("behind"), "behind");
}

void tst_ResealingEnds::handshakesAreCounted()
{
    Line line(u"tfserver"_s);
    line.listen();
    ProxyOptions options;
    options.maxHandshakes = 2;
    options.users = only(u"alice"_s, "s3cr3t");
    options.engine.handshakeTimeout = std::chrono::minutes(1);
    QVERIFY(line.start(options, {}, {}, {}));
    RawClient silent(line.proxyPort);
    RawClient alsoSilent(line.proxyPort);
    QTRY_COMPARE(line.proxy->connectionCount(), 2);
    line.open(Alice);
    // However long it takes others to be served, the third stays outside.
    EndpointPair others;
    others.server->handle(u"echo"_s, [](const Request &request) { return request.payload(); });
    QVERIFY(others.open());
    QVERIFY(resultOf(others.client->request(u"echo"_s, "x")));
    QCOMPARE(line.proxy->connectionCount(), 2);
    QCOMPARE(line.client.state(), Client::State::Connecting);
    silent.socket.abort();
    QCOMPARE(line.echoed("let in"), "let in");
    QCOMPARE(line.proxy->connectionCount(), 2);
}

void tst_ResealingEnds::deletedAtAnyMoment_data()
{
    QTest::addColumn<bool>("whenOpened");
    QTest::newRow("opened") << true;
    QTest::newRow("closed") << false;
}

void tst_ResealingEnds::deletedAtAnyMoment()
{
    QFETCH(bool, whenOpened);
    Line line(u"tfserver"_s, true);
    line.listen();
    QVERIFY(line.start({}, {}, whenOpened ? Bob : u"bob:guess@"_s, {}));
    const QPointer<Proxy> alive(line.proxy.get());
    if (whenOpened)
        connect(line.proxy.get(), &Proxy::connectionOpened, this, [&line] { line.proxy.reset(); });
    else
        connect(line.proxy.get(), &Proxy::connectionClosed, this, [&line] { line.proxy.reset(); });
    line.open();
    QTRY_VERIFY(!alive);
    QTRY_VERIFY(line.client.state() == Client::State::Idle);
}

QTEST_GUILESS_MAIN(tst_ResealingEnds)
#include "tst_resealingends.moc"
