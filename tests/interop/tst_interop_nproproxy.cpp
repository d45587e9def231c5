// SPDX-License-Identifier: MIT
#include "certificatefiles.h"
#include "npropeer.h"
#include "watchedproxy.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using Wire::Direction;

/// Our proxy between a client and a server of the published crate, both families, in the crate's own sessions
/// and over its TLS: what it passes on, and what it makes of it.
class tst_InteropNproProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFrameIsPassedOnAndDecoded_data() { addNproFamilies(); }
    void everyFrameIsPassedOnAndDecoded();
    void tlsBetween_data() { addNproFamilies(); }
    void tlsBetween();
    void tlsOfTheCrate_data() { addNproFamilies(); }
    void tlsOfTheCrate();

private:
    struct Pair {
        explicit Pair(const QStringList &serving)
        {
            QFETCH(QString, family);
            server = std::make_unique<RustPeer>(nproProgram(family), serving);
            client = std::make_unique<RustPeer>(nproProgram(family), QStringList {u"client"_s});
        }
        void converse(quint16 port, const QString &pin = {}) const;

        std::unique_ptr<RustPeer> server;
        std::unique_ptr<RustPeer> client;
    };

    /// How the summaries of a direction's packets begin.
    static QStringList said(Direction direction, bool isSealed);
    static QString flawIn(WatchedProxy &proxy, bool isSealed, ErrorCode end = ErrorCode::None)
    {
        return proxy.flaw(
            said(Direction::ClientToServer, isSealed), said(Direction::ServerToClient, isSealed), end);
    }
};

void tst_InteropNproProxy::Pair::converse(quint16 port, const QString &pin) const
{
    QJsonObject command {{"connect", u"127.0.0.1:%1"_s.arg(port)}, {"connection", 1}};
    if (!pin.isEmpty())
        command["pin"] = pin;
    client->tell(command);
    QCOMPARE(client->next()["event"].toString(), u"connected"_s);
    for (const QString &text : {u"hé"_s, QString(), QString(100'000, u'x')}) {
        client->act(1, u"ask"_s, {{"message", nproEcho(text)}});
        QCOMPARE(client->next()["message"].toObject(), nproEcho(text).toObject());
    }
    client->act(1, u"send"_s, {{"message", u"Ping"_s}});
    QCOMPARE(client->next()["event"].toString(), u"sent"_s);
    client->act(1, u"recv"_s);
    QCOMPARE(client->next()["message"].toString(), u"Pong"_s);
    client->act(1, u"drop"_s);
    QCOMPARE(client->next()["event"].toString(), u"dropped"_s);
    QCOMPARE(client->finish(), 0);
}

QStringList tst_InteropNproProxy::said(Direction direction, bool isSealed)
{
    const bool isClient = direction == Direction::ClientToServer;
    if (!isSealed)
        return {u"Echo"_s, u"Echo"_s, u"Echo"_s, isClient ? u"Ping"_s : u"Pong"_s};
    const QStringList handshake = isClient
        ? QStringList {u"SecureHandshakeInit"_s, u"SecureHandshakeConfirm"_s}
        : QStringList {u"SecureHandshakeResponse"_s};
    return handshake + QStringList(4, u"sealed record, "_s);
}

void tst_InteropNproProxy::everyFrameIsPassedOnAndDecoded()
{
    const Pair pair({u"serve"_s});
    WatchedProxy proxy({}, "network-protocol");
    pair.converse(proxy.start(u"tcp://127.0.0.1:0"_s, u"tcp://"_s + pair.server->address()));
    QCOMPARE(flawIn(proxy, true), QString());
}

void tst_InteropNproProxy::tlsBetween()
{
    const CertificateFiles certificate;
    ProxyOptions far;
    QVERIFY(certificate.isGood() && certificate.use(far.listening.tls));
    const Pair pair({u"serve"_s});
    WatchedProxy atServer(far, "network-protocol");
    const quint16 tlsPort = atServer.start(u"tls://127.0.0.1:0"_s, u"tcp://"_s + pair.server->address());
    ProxyOptions near;
    near.halfCloseTimeout = std::chrono::milliseconds(50);
    WatchedProxy atClient(near, "network-protocol");
    pair.converse(atClient.start(
        u"tcp://127.0.0.1:0"_s, u"tls://127.0.0.1:%1?%2"_s.arg(tlsPort).arg(certificate.pin())));
    QCOMPARE(flawIn(atClient, true), QString());
    QCOMPARE(flawIn(atServer, true), QString());
}

// Its TLS has no sessions of its own inside: every message is decoded.
void tst_InteropNproProxy::tlsOfTheCrate()
{
    const CertificateFiles certificate;
    ProxyOptions options;
    options.halfCloseTimeout = std::chrono::milliseconds(50);
    QVERIFY(certificate.isGood() && certificate.use(options.listening.tls));
    const Pair pair({u"serve-tls"_s, certificate.certificate(), certificate.key()});
    WatchedProxy proxy(options, "network-protocol");
    const quint16 port = proxy.start(
        u"tls://127.0.0.1:0"_s, u"tls://%1?%2"_s.arg(pair.server->address(), certificate.pin()));
    pair.converse(port, certificate.fingerprint());
    // The crate drops its socket without TLS's closing message.
    QCOMPARE(flawIn(proxy, false, ErrorCode::ConnectionLost), QString());
}

QTEST_GUILESS_MAIN(tst_InteropNproProxy)
#include "tst_interop_nproproxy.moc"
