// SPDX-License-Identifier: MIT
// What a proxy that passes bytes on holds, how many it takes and how long it waits. Over the memory
// transport, whose pipes take a known number of bytes.
#include "endpoint/proxy.h"
#include "endpointpair.h"
#include "settled.h"

using namespace Halyard;
using namespace std::chrono_literals;

namespace {

const QUrl ProxyUrl(QStringLiteral("memory://proxy"));

/// A proxy in front of a server, all in one memory network.
struct Line : EndpointPair {
    explicit Line(ProxyOptions options)
        : EndpointPair(EndpointPair::inMemory())
    {
        TransportOptions shared;
        shared.memoryNetwork = client->options().transport.memoryNetwork;
        options.listening = options.connecting = shared;
        proxy = std::make_unique<Proxy>(options);
        started = proxy->start(ProxyUrl, url).has_value();
        url = ProxyUrl;
    }

    std::unique_ptr<Proxy> proxy;
    bool started = false;
};

/// The ends of a way through a proxy, without a protocol: a client, and the target that has accepted it.
struct BareLine {
    explicit BareLine(ProxyOptions options)
    {
        TransportOptions shared;
        shared.memoryNetwork = std::make_shared<MemoryNetwork>();
        const QUrl target(QStringLiteral("memory://target"));
        listener = std::move(*TransportFactory::listener(target, shared));
        options.listening.memoryNetwork = options.connecting.memoryNetwork = shared.memoryNetwork;
        proxy = std::make_unique<Proxy>(options);
        if (!listener->listen() || !proxy->start(ProxyUrl, target))
            return;
        client = std::move(*TransportFactory::connector(ProxyUrl, shared));
        client->open();
        settle();
        server = listener->takePending();
        if (server)
            server->open();
        settle();
    }
    [[nodiscard]] bool isOpen() const { return server && server->isOpen() && client->isOpen(); }

    std::unique_ptr<Listener> listener;
    std::unique_ptr<Proxy> proxy;
    std::unique_ptr<Transport> client;
    std::unique_ptr<Transport> server;
};

} // namespace

class tst_ProxyLimits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void pendingBytes();
    static void connections();
    static void timeToClose();
};

void tst_ProxyLimits::pendingBytes()
{
    constexpr qint64 Limit = 10'000;
    constexpr qint64 Piece = 65'536; // is read at once
    ProxyOptions options;
    options.maxPendingBytes = Limit;
    BareLine line(options);
    QVERIFY(line.isOpen());
    // Far more than all pipes hold; the target reads nothing.
    const std::vector<std::byte> bytes(4'000'000, std::byte('x'));
    line.client->write(bytes);
    settle();
    const qint64 pending = line.proxy->connections().value(0).bytesToServer;
    QVERIFY2(pending >= Limit && pending < Limit + Piece, qPrintable(QString::number(pending)));
    // The pipes on both sides are full, the rest is where it came from.
    QCOMPARE(
        line.client->bytesToWrite(), qint64(bytes.size()) - 2 * MemoryNetwork::PipeCapacityBytes - pending);

    std::vector<std::byte> space(Piece);
    qint64 received = 0;
    for (qsizetype count = 1; count > 0; received += count) {
        settle();
        count = line.server->read(space);
    }
    QCOMPARE(received, qint64(bytes.size()));
    QCOMPARE(line.proxy->connections().value(0).bytesToServer, 0);
}

void tst_ProxyLimits::connections()
{
    ProxyOptions options;
    options.maxConnections = 2;
    Line line(options);
    QVERIFY(line.started);
    ClientOptions patient = line.client->options();
    patient.connection.engine.handshakeTimeout = 1h;
    Client first(patient);
    Client second(patient);
    Client third(patient);
    for (Client *client : {&first, &second}) {
        QVERIFY(client->open(line.url));
        QTRY_COMPARE(client->state(), Client::State::Open);
    }
    QVERIFY(third.open(line.url));
    settle();
    QCOMPARE(third.state(), Client::State::Connecting);
    QCOMPARE(line.proxy->connectionCount(), 2);
    QCOMPARE(line.server->connectionCount(), 2);
    first.close();
    QTRY_COMPARE(third.state(), Client::State::Open);
    QCOMPARE(line.proxy->connectionCount(), 2);
}

void tst_ProxyLimits::timeToClose()
{
    ProxyOptions options;
    options.closeTimeout = 50ms;
    options.connecting.flushTimeout = options.connecting.lingerTimeout = 1h; // nothing else ends it
    BareLine line(options);
    QVERIFY(line.isOpen());
    QSignalSpy closed(line.proxy.get(), &Proxy::connectionClosed);
    QSignalSpy lost(line.server.get(), &Transport::failed);
    // Both have said all they had to say, but the server never reads what it was sent.
    line.client->write(std::vector<std::byte>(300'000, std::byte('x')));
    line.client->finishOutput();
    line.server->finishOutput();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(line.proxy->connectionCount(), 0);
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(lost[0][0].value<Wire::Error>().code, Wire::ErrorCode::ConnectionLost);
}

QTEST_GUILESS_MAIN(tst_ProxyLimits)
#include "tst_proxylimits.moc"
