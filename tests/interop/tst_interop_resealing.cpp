// SPDX-License-Identifier: MIT
#include "certificatefiles.h"
#include "npropeer.h"
#include "tfserverpeer.h"
#include "watchedproxy.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

/// A client and a server of the published crates that could not talk to each other, or not in clear, with our
/// proxy between them that seals anew; in TLS where the crates speak it, or where there are two of ours.
class tst_InteropResealing : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tfserver_data();
    void tfserver();
    void tfserverTlsBetween();
    void wrongPassword_data();
    void wrongPassword();
    void npro_data();
    void npro();
    void nproTlsBetween();

private:
    /// What each side's conversation should look like: frames without a fault, so many at least in each
    /// direction, and this end.
    static QString flawIn(WatchedProxy &proxy, ErrorCode end = ErrorCode::None, qsizetype frames = 5);
    /// Waits for a side in TLS no longer than it needs to, once the other has ended.
    static ProxyOptions hastily();
    static void converse(RustPeer &asking, quint16 port, const QString &pin = {});
};

QString tst_InteropResealing::flawIn(WatchedProxy &proxy, ErrorCode end, qsizetype frames)
{
    if (!proxy.ended() || proxy.conversations().size() != 2)
        return u"%1 conversations"_s.arg(proxy.conversations().size());
    for (const auto &[number, conversation] : proxy.conversations()) {
        if (conversation.error.code() != end)
            return conversation.error.toString();
        for (const auto &stream : conversation.streams) {
            if (stream.frames.size() < frames)
                return u"%1 frames only"_s.arg(stream.frames.size());
            for (const auto &frame : stream.frames) {
                if (!frame.complete || frame.severity() >= Wire::Severity::Warning)
                    return QString::fromStdString(frame.summary);
            }
        }
    }
    return {};
}

ProxyOptions tst_InteropResealing::hastily()
{
    ProxyOptions options;
    options.halfCloseTimeout = std::chrono::milliseconds(50);
    return options;
}

void tst_InteropResealing::converse(RustPeer &asking, quint16 port, const QString &pin)
{
    QJsonObject command {{"connect", u"127.0.0.1:%1"_s.arg(port)}, {"connection", 1}};
    if (!pin.isEmpty())
        command["pin"] = pin;
    asking.tell(command);
    QCOMPARE(asking.next()["event"].toString(), u"connected"_s);
    for (const QString &text : {u"hé"_s, QString(), QString(100'000, u'x')}) {
        asking.act(1, u"ask"_s, {{"message", nproEcho(text)}});
        QCOMPARE(asking.next()["message"].toObject(), nproEcho(text).toObject());
    }
    asking.act(1, u"send"_s, {{"message", u"Ping"_s}});
    QCOMPARE(asking.next()["event"].toString(), u"sent"_s);
    asking.act(1, u"recv"_s);
    QCOMPARE(asking.next()["message"].toString(), u"Pong"_s);
    asking.act(1, u"drop"_s);
    QCOMPARE(asking.next()["event"].toString(), u"dropped"_s);
    QCOMPARE(asking.finish(), 0);
}

void tst_InteropResealing::tfserver_data()
{
    QTest::addColumn<int>("clientVersion");
    QTest::addColumn<bool>("clientSeals");
    QTest::addColumn<bool>("clientTls");
    QTest::addColumn<int>("serverVersion");
    QTest::addColumn<bool>("serverSeals");
    QTest::addColumn<bool>("serverTls");
    // Generations cannot be translated: 0.3.4 talks to its like.
    QTest::newRow("clear to E1, 0.3.4") << 0 << false << false << 0 << true << false;
    QTest::newRow("E1 to clear, 0.3.4") << 0 << true << false << 0 << false << false;
    QTest::newRow("clear to E2") << 1 << false << false << 2 << true << false;
    QTest::newRow("clear to E1") << 2 << false << false << 1 << true << false;
    QTest::newRow("E1 to E2") << 1 << true << false << 2 << true << false;
    QTest::newRow("E2 to E1") << 2 << true << false << 1 << true << false;
    QTest::newRow("E1 to clear") << 1 << true << false << 2 << false << false;
    QTest::newRow("E2 to clear") << 2 << true << false << 1 << false << false;
    // What seals knows nothing of what is below: each of them once, in TLS on either side or both.
    QTest::newRow("clear to E1, 0.3.4, both in TLS") << 0 << false << true << 0 << true << true;
    QTest::newRow("E1 to clear, 0.3.4, server in TLS") << 0 << true << false << 0 << false << true;
    QTest::newRow("clear to E2, client in TLS") << 1 << false << true << 2 << true << false;
    QTest::newRow("clear to E1, server in TLS") << 2 << false << false << 1 << true << true;
    QTest::newRow("E1 to E2, both in TLS") << 1 << true << true << 2 << true << true;
    QTest::newRow("E2 to E1, both in TLS") << 2 << true << true << 1 << true << true;
    QTest::newRow("E1 to clear, client in TLS") << 1 << true << true << 2 << false << false;
    QTest::newRow("E2 to clear, server in TLS") << 2 << true << false << 1 << false << true;
}

void tst_InteropResealing::tfserver()
{
    QFETCH(int, clientVersion);
    QFETCH(bool, clientSeals);
    QFETCH(bool, clientTls);
    QFETCH(int, serverVersion);
    QFETCH(bool, serverSeals);
    QFETCH(bool, serverTls);
    const TfServerVersion &clientCrate = TfServerVersions.at(std::size_t(clientVersion));
    const TfServerVersion &serverCrate = TfServerVersions.at(std::size_t(serverVersion));
    const CertificateFiles certificate;
    QStringList serving {u"serve"_s};
    if (serverTls)
        serving << u"--tls"_s << certificate.certificate() << certificate.key();
    if (serverSeals)
        serving << u"bob"_s << u"hunter2"_s << u"room"_s;
    RustPeer server(serverCrate.program(), serving);
    RustPeer client(clientCrate.program(), {u"client"_s});
    ProxyOptions options = hastily();
    QVERIFY(certificate.isGood() && certificate.use(options.listening.tls));
    if (clientSeals)
        options.users = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    WatchedProxy proxy(options, "tfserver");
    QUrl listenAt(clientTls ? u"tfserver+tls://127.0.0.1:0"_s : u"tfserver+tcp://127.0.0.1:0"_s);
    if (clientSeals)
        listenAt.setQuery(u"server-id=room"_s);
    QUrl target(u"tfserver+%1://%2"_s.arg(serverTls ? u"tls"_s : u"tcp"_s, server.address()));
    QStringList query;
    if (serverTls)
        query << certificate.pin();
    if (serverSeals) {
        target.setUserInfo(u"bob:hunter2"_s);
        query << serverCrate.options().mid(1) << u"server-id=room"_s;
    }
    target.setQuery(query.join(u'&'));
    const quint16 port = proxy.start(listenAt.toString(), target.toString(QUrl::FullyEncoded));
    QVERIFY(port != 0);
    connectTo(client, 1, port, clientSeals ? u"alice"_s : QString(), u"s3cr3t"_s,
        clientTls ? certificate.certificate() : QString());
    QCOMPARE(client.next()["event"].toString(), u"connected"_s);
    sayEverything(client, clientCrate);
    QCOMPARE(client.finish(), 0);
    // The crate drops its socket without TLS's closing message.
    QCOMPARE(flawIn(proxy, clientTls ? ErrorCode::ConnectionLost : ErrorCode::None), QString());
    QCOMPARE(server.finish(), 0);
}

// No TLS of the crates: ours is between two proxies, which seal once more for each other.
void tst_InteropResealing::tfserverTlsBetween()
{
    const CertificateFiles certificate;
    RustPeer server(TfServerVersions[2].program(), {u"serve"_s});
    RustPeer client(TfServerVersions[1].program(), {u"client"_s});
    ProxyOptions far;
    QVERIFY(certificate.isGood() && certificate.use(far.listening.tls));
    far.users = CredentialSource::list({{u"bob"_s, Password("hunter2")}});
    WatchedProxy atServer(far, "tfserver");
    const quint16 tlsPort = atServer.start(
        u"tfserver+tls://127.0.0.1:0?server-id=hall"_s, u"tfserver+tcp://"_s + server.address());
    QVERIFY(tlsPort != 0);
    ProxyOptions near = hastily();
    near.users = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
    WatchedProxy atClient(near, "tfserver");
    const quint16 port = atClient.start(u"tfserver+tcp://127.0.0.1:0?server-id=room"_s,
        u"tfserver+tls://bob:hunter2@127.0.0.1:%1?encryption=E2&server-id=hall&%2"_s.arg(tlsPort).arg(
            certificate.pin()));
    QVERIFY(port != 0);
    connectTo(client, 1, port, u"alice"_s, u"s3cr3t"_s);
    QCOMPARE(client.next()["event"].toString(), u"connected"_s);
    sayEverything(client, TfServerVersions[1]);
    QCOMPARE(client.finish(), 0);
    QCOMPARE(flawIn(atClient), QString());
    QCOMPARE(flawIn(atServer), QString());
    QCOMPARE(server.finish(), 0);
}

void tst_InteropResealing::wrongPassword_data() { addTfServerRows(false); }

// The client is in clear and learns it by losing its connection; the proxy knows why.
void tst_InteropResealing::wrongPassword()
{
    QFETCH(int, version);
    const TfServerVersion &crate = TfServerVersions.at(std::size_t(version));
    RustPeer server(crate.program(), {u"serve"_s, u"bob"_s, u"hunter2"_s, u"room"_s});
    RustPeer client(crate.program(), {u"client"_s});
    WatchedProxy proxy({}, "tfserver");
    const quint16 port = proxy.start(u"tcp://127.0.0.1:0"_s,
        u"tfserver+tcp://bob:guess@%1%2&server-id=room"_s.arg(server.address(), crate.options()));
    connectTo(client, 1, port);
    QCOMPARE(client.next()["event"].toString(), u"connected"_s);
    call(client, 1, u"echo"_s, "hello");
    QCOMPARE(answer(client), "LOST");
    QCOMPARE(client.finish(), 0);
    QCOMPARE(server.finish(), 0);
    const auto *conversation = proxy.ended();
    QVERIFY(conversation);
    // In E1 the server only goes away.
    const bool isTold = crate.encryption == QByteArray("E2");
    QCOMPARE(conversation->error.code(), isTold ? ErrorCode::AuthenticationFailed : ErrorCode::None);
}

void tst_InteropResealing::npro_data()
{
    QTest::addColumn<QString>("client");
    QTest::addColumn<bool>("clientTls");
    QTest::addColumn<QString>("server");
    QTest::addColumn<bool>("serverTls");
    // In its own TLS the crate seals nothing, and elsewhere always: plain packets are those in TLS.
    QTest::newRow("A to B") << u"A"_s << false << u"B"_s << false;
    QTest::newRow("B to A") << u"B"_s << false << u"A"_s << false;
    QTest::newRow("plain in TLS, 1.0.0, to A") << u"A"_s << true << u"A"_s << false;
    QTest::newRow("plain in TLS, 1.0.0, to B") << u"A"_s << true << u"B"_s << false;
    QTest::newRow("plain in TLS, 1.3.0, to A") << u"B"_s << true << u"A"_s << false;
    QTest::newRow("plain in TLS, 1.3.0, to B") << u"B"_s << true << u"B"_s << false;
    QTest::newRow("A to plain in TLS, 1.0.0") << u"A"_s << false << u"A"_s << true;
    QTest::newRow("A to plain in TLS, 1.3.0") << u"A"_s << false << u"B"_s << true;
    QTest::newRow("B to plain in TLS, 1.0.0") << u"B"_s << false << u"A"_s << true;
    QTest::newRow("B to plain in TLS, 1.3.0") << u"B"_s << false << u"B"_s << true;
}

void tst_InteropResealing::npro()
{
    QFETCH(QString, client);
    QFETCH(bool, clientTls);
    QFETCH(QString, server);
    QFETCH(bool, serverTls);
    const CertificateFiles certificate;
    RustPeer serving(nproProgram(server),
        serverTls ? QStringList {u"serve-tls"_s, certificate.certificate(), certificate.key()}
                  : QStringList {u"serve"_s});
    RustPeer asking(nproProgram(client), {u"client"_s});
    ProxyOptions options = hastily();
    QVERIFY(certificate.isGood() && certificate.use(options.listening.tls));
    WatchedProxy proxy(options, "network-protocol");
    const quint16 port = proxy.start(clientTls ? u"network-protocol+tls://127.0.0.1:0?packets=plain"_s
                                               : u"network-protocol+tcp://127.0.0.1:0"_s,
        serverTls ? u"network-protocol+tls://%1?packets=plain&%2"_s.arg(serving.address(), certificate.pin())
                  : u"network-protocol+tcp://%1?family=%2"_s.arg(serving.address(), server));
    QVERIFY(port != 0);
    converse(asking, port, clientTls ? certificate.fingerprint() : QString());
    QCOMPARE(flawIn(proxy, clientTls ? ErrorCode::ConnectionLost : ErrorCode::None, 4), QString());
}

// Sealed by both crates, plain in our TLS between the two proxies.
void tst_InteropResealing::nproTlsBetween()
{
    const CertificateFiles certificate;
    RustPeer serving(nproProgram(u"A"_s), {u"serve"_s});
    RustPeer asking(nproProgram(u"B"_s), {u"client"_s});
    ProxyOptions far;
    QVERIFY(certificate.isGood() && certificate.use(far.listening.tls));
    WatchedProxy atServer(far, "network-protocol");
    const quint16 tlsPort = atServer.start(u"network-protocol+tls://127.0.0.1:0?packets=plain"_s,
        u"network-protocol+tcp://%1?family=A"_s.arg(serving.address()));
    QVERIFY(tlsPort != 0);
    WatchedProxy atClient(hastily(), "network-protocol");
    const quint16 port = atClient.start(u"network-protocol+tcp://127.0.0.1:0"_s,
        u"network-protocol+tls://127.0.0.1:%1?packets=plain&%2"_s.arg(tlsPort).arg(certificate.pin()));
    QVERIFY(port != 0);
    converse(asking, port);
    QCOMPARE(flawIn(atClient, ErrorCode::None, 4), QString());
    QCOMPARE(flawIn(atServer, ErrorCode::None, 4), QString());
}

QTEST_GUILESS_MAIN(tst_InteropResealing)
#include "tst_interop_resealing.moc"
