// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <QTest>

#include "besiegedserver.h"
#include "endpoint/client.h"
#include "transport/tlscredentials.h"

using namespace Halyard;
using Wire::Vstp::FrameType;

namespace {

constexpr int Count = 20;

/// How many of this process's TCP connections have Nagle's algorithm on, and how many there are.
struct Sockets {
    int connected = 0;
    int withNagle = 0;
};

Sockets ownSockets()
{
    Sockets found;
    for (int descriptor = 0; descriptor < 1'024; ++descriptor) {
        sockaddr_storage peer {};
        socklen_t size = sizeof peer;
        if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&peer), &size) != 0
            || (peer.ss_family != AF_INET && peer.ss_family != AF_INET6))
            continue;
        int noDelay = 0;
        size = sizeof noDelay;
        if (::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &noDelay, &size) != 0)
            continue;
        ++found.connected;
        found.withNagle += noDelay == 0 ? 1 : 0;
    }
    return found;
}

ClientOptions once()
{
    ClientOptions options;
    options.reconnect.enabled = false;
    return options;
}

} // namespace

/// What reaches the network, and when: the stall of peers that leave Nagle's algorithm on and write frame by
/// frame (vstp specification, section 2.4) is not ours.
class tst_Segments : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nagleIsOffEverywhere_data();
    void nagleIsOffEverywhere();
    void aTurnOfAClientIsOneSegment();
    void aTurnOfAServerIsOneSegment();
};

void tst_Segments::nagleIsOffEverywhere_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::newRow("tcp") << "tcp";
    QTest::newRow("tls") << "tls";
}

void tst_Segments::nagleIsOffEverywhere()
{
    QFETCH(const QString, scheme);
    ServerOptions serverOptions;
    ClientOptions clientOptions = once();
    const auto pin = useDevelopmentCertificate(serverOptions.transport.tls);
    QVERIFY(pin);
    clientOptions.transport.tls.pin = *pin;
    Server server(serverOptions);
    QVERIFY(server.listen(QUrl(scheme + "://127.0.0.1:0")));
    Client client(clientOptions);
    QVERIFY(client.open(QUrl(QStringLiteral("%1://127.0.0.1:%2").arg(scheme).arg(server.serverPort()))));
    QTRY_COMPARE(client.state(), Client::State::Open);
    QTRY_COMPARE(server.connectionCount(), 1);
    const Sockets found = ownSockets();
    QCOMPARE(found.connected, 2);
    QCOMPARE(found.withNagle, 0);
}

void tst_Segments::aTurnOfAClientIsOneSegment()
{
    HostileListener listener;
    Client client(once());
    connect(&client, &Client::opened, &client, [&client] {
        for (int i = 0; i < Count; ++i)
            QVERIFY(client.send({}, "a small message"));
    });
    // A raw peer is greeted with nothing, so that these are all there is.
    QVERIFY(client.open(QUrl(QStringLiteral("tcp://127.0.0.1:%1?peer=raw").arg(listener.port()))));
    std::optional<HostilePeer> peer;
    const auto accepted = [&] {
        if (!peer)
            peer = listener.accept();
        return peer.has_value();
    };
    QTRY_VERIFY(accepted());
    QTRY_COMPARE(frameCount(peer->received(), FrameType::Data), Count);
    QCOMPARE(peer->dataSegmentsReceived(), 1);
}

void tst_Segments::aTurnOfAServerIsOneSegment()
{
    BesiegedServer besieged({});
    HostilePeer peer = besieged.attack();
    QByteArray requests;
    for (int i = 1; i <= Count; ++i)
        requests += requestBytes("echo", quint64(i), "a small request");
    peer.write(helloBytes());
    QTRY_COMPARE(frameCount(peer.received(), FrameType::Welcome), 1);
    const int before = peer.dataSegmentsReceived();
    peer.write(requests); // read in one turn, answered in the next
    QTRY_COMPARE(frameCount(peer.received(), FrameType::Data), Count);
    QCOMPARE(peer.dataSegmentsReceived(), before + 1);
}

QTEST_GUILESS_MAIN(tst_Segments)
#include "tst_segments.moc"
