// SPDX-License-Identifier: MIT
// Where the crate's peers can be stalled or filled up (network-protocol specification, section 10.2), and
// what ours do there.
#include <memory>
#include <stdexcept>
#include <vector>

#include <QDateTime>
#include <QTcpSocket>

#include "endpointpair.h"
#include "wire/npro/codec.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QUrl ListenAt(u"network-protocol+tcp://127.0.0.1:0"_s);

QByteArray packet(const Wire::Bytes &payload)
{
    QByteArray bytes("NPRO\x01", 5);
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += char(payload.size() >> shift);
    return bytes.append(Wire::asText(payload).data(), qsizetype(payload.size()));
}

struct Peer {
    explicit Peer(const ServerOptions &options = {})
        : server(options)
    {
        QObject::connect(&server, &Server::connectionRefused, &server,
            [this](const QString &, const Error &why) { refused.append(why); });
        server.handle(u"throws"_s,
            [](const Request &) -> Reply { throw std::runtime_error("what nobody should know"); });
        server.handle(u"slow"_s, [this](const Request &request) { kept.append(request); });
        if (const auto address = server.listen(ListenAt))
            port = address->port();
    }
    [[nodiscard]] QUrl url(const QString &options = {}) const
    {
        return QUrl(u"network-protocol+tcp://127.0.0.1:%1%2"_s.arg(port).arg(options));
    }

    Server server;
    QList<Error> refused;
    QList<Request> kept;
    quint16 port = 0;
};

struct Caller {
    explicit Caller(const QUrl &url)
    {
        auto options = client.options();
        options.reconnect.enabled = false;
        client.setOptions(options);
        opened = client.open(url).has_value();
    }
    [[nodiscard]] bool isOpen()
    {
        return opened && QTest::qWaitFor([this] { return client.state() == Client::State::Open; }, 30'000);
    }
    [[nodiscard]] QByteArray echo(const QByteArray &text)
    {
        const auto reply = resultOf(client.request(u"echo"_s, text));
        return reply ? reply->payload() : '!' + reply.error().toString().toUtf8();
    }

    Client client;
    bool opened = false;
};

} // namespace

class tst_NproWeaknesses : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void handshakesAreSmall();
    static void clientsThatFallSilentDelayNobody();
    static void whatAServerHasNoUseForLeavesTheSession_data();
    static void whatAServerHasNoUseForLeavesTheSession();
    static void aHandlerThatThrowsLeavesTheSession();
    static void stoppedInTheMiddleOfHandshakes();
};

// Up to 4 GiB wait there for the bytes of a packet that nobody could want.
void tst_NproWeaknesses::handshakesAreSmall()
{
    Peer peer;
    QTcpSocket within;
    within.connectToHost(QHostAddress::LocalHost, peer.port);
    within.write(QByteArray::fromHex("4e50524f0100000080"));
    QTRY_COMPARE(peer.server.connectionCount(), 1);
    for (const char *length : {"00000081", "01000000", "ffffffff"}) {
        QTcpSocket beyond;
        beyond.connectToHost(QHostAddress::LocalHost, peer.port);
        const auto before = peer.refused.size();
        beyond.write("NPRO\x01" + QByteArray::fromHex(length));
        QTRY_COMPARE(peer.refused.size(), before + 1);
        QCOMPARE(peer.refused.last().code(), ErrorCode::PayloadTooLarge);
        QTRY_COMPARE(beyond.state(), QAbstractSocket::UnconnectedState);
    }
    // Of the largest length that is let in, garbage is judged once it is there, and not before.
    QCOMPARE(within.state(), QAbstractSocket::ConnectedState);
    within.write(QByteArray(128, '\xff'));
    QTRY_COMPARE(peer.refused.size(), 4);
    QCOMPARE(peer.refused.last().code(), ErrorCode::SecurityHandshakeFailed);
}

void tst_NproWeaknesses::clientsThatFallSilentDelayNobody()
{
    const Peer peer;
    std::vector<std::unique_ptr<QTcpSocket>> silent;
    Wire::Npro::HandshakeInit init;
    init.timestamp = quint64(QDateTime::currentMSecsSinceEpoch());
    for (int i = 0; i < 40; ++i) {
        silent.push_back(std::make_unique<QTcpSocket>());
        silent.back()->connectToHost(QHostAddress::LocalHost, peer.port);
        init.publicKey.fill(std::byte(9 + i));
        init.nonce.fill(std::byte(i));
        if (i % 2 == 0)
            silent.back()->write(packet(Wire::Npro::writeMessage(init)));
    }
    for (int i = 0; i < 40; i += 2)
        QTRY_COMPARE(silent[std::size_t(i)]->bytesAvailable(), 93); // a Response each
    for (const QString &family : {u"?family=A"_s, u"?family=B"_s}) {
        Caller caller(peer.url(family));
        QVERIFY(caller.isOpen());
        QCOMPARE(caller.echo("served"), QByteArray("served"));
    }
}

void tst_NproWeaknesses::whatAServerHasNoUseForLeavesTheSession_data()
{
    QTest::addColumn<QString>("route");
    QTest::addColumn<QString>("variant");
    QTest::newRow("a command without handler") << u"no.such.command"_s << u"Custom"_s;
    QTest::newRow("Unknown") << u"unknown"_s << u"Unknown"_s;
    QTest::newRow("Pong") << u"ping"_s << u"Pong"_s;
}

void tst_NproWeaknesses::whatAServerHasNoUseForLeavesTheSession()
{
    QFETCH(QString, route);
    QFETCH(QString, variant);
    const Peer peer;
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    QSignalSpy received(&caller.client, &Client::messageReceived);
    QVERIFY(caller.client.send(route, {}, Headers {{"variant", variant.toUtf8()}}));
    QCOMPARE(caller.echo("alive"), QByteArray("alive"));
    QCOMPARE(received.count(), 0);
}

void tst_NproWeaknesses::aHandlerThatThrowsLeavesTheSession()
{
    const Peer peer;
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    const auto failed = caller.client.request(u"throws"_s, {}, CallOptions {{}, 50ms});
    QCOMPARE(caller.echo("alive"), QByteArray("alive"));
    QCOMPARE(resultOf(failed).error().code(), ErrorCode::CallTimedOut);
}

// The crate keeps its listening socket open for as long as it takes to go, and tells nobody.
void tst_NproWeaknesses::stoppedInTheMiddleOfHandshakes()
{
    Peer peer;
    QTcpSocket silent;
    silent.connectToHost(QHostAddress::LocalHost, peer.port);
    QTRY_COMPARE(silent.state(), QAbstractSocket::ConnectedState);
    Caller caller(peer.url());
    QVERIFY(caller.isOpen());
    const auto owed = caller.client.request(u"slow"_s, "owed");
    QTRY_COMPARE(peer.kept.size(), 1);
    QSignalSpy closed(&peer.server, &Server::closed);
    peer.server.close();
    QTcpSocket late;
    late.connectToHost(QHostAddress::LocalHost, peer.port);
    QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
    QTRY_COMPARE(silent.state(), QAbstractSocket::UnconnectedState);
    peer.kept.first().respond(Reply("paid"));
    QCOMPARE(resultOf(owed).value().payload(), QByteArray("paid"));
    QTRY_COMPARE(closed.count(), 1);
    QTRY_VERIFY(caller.client.state() == Client::State::Idle);
}

QTEST_GUILESS_MAIN(tst_NproWeaknesses)
#include "tst_nproweaknesses.moc"
