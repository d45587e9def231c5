// SPDX-License-Identifier: MIT
#include "certificatefiles.h"
#include "tfserverpeer.h"
#include "watchedproxy.h"

using namespace Halyard;
using namespace Qt::StringLiterals;
using Wire::Direction;

/// Our proxy between a client and a server of the published crate, each version, in clear and sealed: what it
/// passes on, and what it makes of it.
class tst_InteropTfServerProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFrameIsPassedOnAndDecoded_data() { addTfServerRows(); }
    void everyFrameIsPassedOnAndDecoded();
    void tlsBetween_data() { addTfServerRows(); }
    void tlsBetween();
    void tlsOfTheCrate_data() { addTfServerRows(); }
    void tlsOfTheCrate();

private:
    /// The two peers, of the version that the row names.
    struct Pair {
        explicit Pair(const CertificateFiles *tls = nullptr)
        {
            QFETCH(int, version);
            QFETCH(bool, sealed);
            crate = TfServerVersions.at(std::size_t(version));
            isSealed = sealed;
            QStringList arguments {u"serve"_s};
            if (tls)
                arguments << u"--tls"_s << tls->certificate() << tls->key();
            if (sealed)
                arguments << u"alice"_s << u"s3cr3t"_s << u"room"_s;
            server = std::make_unique<RustPeer>(crate.program(), arguments);
            client = std::make_unique<RustPeer>(crate.program(), QStringList {u"client"_s});
        }
        /// Through whatever listens there.
        void converse(quint16 port, const QString &trusted = {}) const;
        /// How the summaries of a direction's frames begin.
        [[nodiscard]] QStringList said(Direction direction) const;
        [[nodiscard]] QString flawIn(WatchedProxy &proxy, ErrorCode end = ErrorCode::None) const
        {
            return proxy.flaw(said(Direction::ClientToServer), said(Direction::ServerToClient), end);
        }

        TfServerVersion crate {};
        bool isSealed = false;
        std::unique_ptr<RustPeer> server;
        std::unique_ptr<RustPeer> client;
    };
};

void tst_InteropTfServerProxy::Pair::converse(quint16 port, const QString &trusted) const
{
    connectTo(*client, 1, port, isSealed ? u"alice"_s : QString(), u"s3cr3t"_s, trusted);
    QCOMPARE(client->next()["event"].toString(), u"connected"_s);
    sayEverything(*client, crate);
    QCOMPARE(client->finish(), 0);
    QCOMPARE(server->finish(), 0);
}

QStringList tst_InteropTfServerProxy::Pair::said(Direction direction) const
{
    const bool isClient = direction == Direction::ClientToServer;
    const QStringList clear = isClient
        ? QStringList {u"HandlerMetaReq name=echo"_s, u"PacketMeta handler=0 type=0"_s, u"payload, 5 bytes"_s,
            u"PacketMeta handler=0 type=0"_s, u"payload, 9 bytes"_s, u"HandlerMetaReq name=typed"_s,
            u"PacketMeta handler=2 type=7"_s, u"payload, 5 bytes"_s, u"HandlerMetaReq name=fail"_s,
            u"PacketMeta handler=1 type=0"_s, u"payload, 2 bytes"_s, u"HandlerMetaReq name=nobody"_s,
            u"PacketMeta handler=0 type=0"_s, u"payload, 1000000 bytes"_s}
        : QStringList {u"HandlerMetaAns handler=0"_s, u"answer, 5 bytes"_s, u"answer, 9 bytes"_s,
            u"HandlerMetaAns handler=2"_s, u"answer, 5 bytes"_s, u"HandlerMetaAns handler=1"_s,
            u"ServerError InternalError"_s, u"ServerError NoSuchHandler"_s, u"answer, 1000000 bytes"_s};
    if (!isSealed)
        return clear;
    const QString side = isClient ? u"client"_s : u"server"_s;
    QStringList sealed;
    if (isClient)
        sealed += u"user alice"_s;
    sealed += u"point of the "_s + side;
    if (crate.encryption == QByteArray("E2"))
        sealed += u"confirmation of the "_s + side;
    return sealed + QStringList(clear.size(), u"sealed record, "_s);
}

void tst_InteropTfServerProxy::everyFrameIsPassedOnAndDecoded()
{
    const Pair pair;
    WatchedProxy proxy({}, "tfserver");
    pair.converse(proxy.start(u"tcp://127.0.0.1:0"_s, u"tcp://"_s + pair.server->address()));
    QCOMPARE(pair.flawIn(proxy), QString());
}

void tst_InteropTfServerProxy::tlsBetween()
{
    const CertificateFiles certificate;
    ProxyOptions far;
    QVERIFY(certificate.isGood() && certificate.use(far.listening.tls));
    const Pair pair;
    WatchedProxy atServer(far, "tfserver");
    const quint16 tlsPort = atServer.start(u"tls://127.0.0.1:0"_s, u"tcp://"_s + pair.server->address());
    ProxyOptions near;
    near.halfCloseTimeout = std::chrono::milliseconds(50);
    WatchedProxy atClient(near, "tfserver");
    pair.converse(atClient.start(
        u"tcp://127.0.0.1:0"_s, u"tls://127.0.0.1:%1?%2"_s.arg(tlsPort).arg(certificate.pin())));
    QCOMPARE(pair.flawIn(atClient), QString());
    QCOMPARE(pair.flawIn(atServer), QString());
}

// TLS on both sides of the proxy is the crate's own.
void tst_InteropTfServerProxy::tlsOfTheCrate()
{
    const CertificateFiles certificate;
    ProxyOptions options;
    options.halfCloseTimeout = std::chrono::milliseconds(50);
    QVERIFY(certificate.isGood() && certificate.use(options.listening.tls));
    const Pair pair(&certificate);
    WatchedProxy proxy(options, "tfserver");
    const quint16 port = proxy.start(
        u"tls://127.0.0.1:0"_s, u"tls://%1?%2"_s.arg(pair.server->address(), certificate.pin()));
    pair.converse(port, certificate.certificate());
    // The crate drops its socket without TLS's closing message.
    QCOMPARE(pair.flawIn(proxy, ErrorCode::ConnectionLost), QString());
}

QTEST_GUILESS_MAIN(tst_InteropTfServerProxy)
#include "tst_interop_tfserverproxy.moc"
