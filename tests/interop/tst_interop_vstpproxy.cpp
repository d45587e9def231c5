// SPDX-License-Identifier: MIT
#include <QJsonArray>
#include <QTest>

#include "rustpair.h"
#include "transport/tlscredentials.h"
#include "watchedproxy.h"

using namespace Halyard;
using Wire::Direction;
using Wire::Vstp::FrameType;

namespace {

/// The value of a field of the tree, by its name at the first level.
std::string valueOf(const Wire::Dissection &frame, std::string_view name)
{
    for (const Wire::Field &field : frame.root.fields) {
        if (field.name == name)
            return field.value;
    }
    return {};
}

QByteArray toByteArray(const Wire::Bytes &bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())};
}

} // namespace

/// Our proxy between a client and a server of the crate: what it passes on, and what it makes of it.
class tst_InteropVstpProxy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFrameIsPassedOnAndDecoded_data();
    void everyFrameIsPassedOnAndDecoded();
    void tlsBetween();
    void easyPeers();
    void aBrokenFrameIsPassedOnAndMarked();
    void serverThatIsKilled();

private:
    /// That a proxy has seen exactly what the pair has said, and could explain all of it.
    static void compare(const WatchedProxy &proxy, const RustPair &pair, const char *where);
};

void tst_InteropVstpProxy::compare(const WatchedProxy &proxy, const RustPair &pair, const char *where)
{
    QCOMPARE(proxy.missed(), 0U);
    QCOMPARE(proxy.conversations().size(), 1U);
    const auto &conversation = proxy.conversations().begin()->second;
    QVERIFY2(!conversation.error, qPrintable(conversation.error.toString()));
    for (const auto direction : {Direction::ClientToServer, Direction::ServerToClient}) {
        const auto &stream = conversation.stream(direction);
        const auto &said = pair.frames(direction);
        QVERIFY2(stream.bytes == pair.bytes(direction), where); // sparing us 8 MiB of message
        QVERIFY2(stream.ended, where);
        QCOMPARE(stream.frames.size(), said.size());
        for (qsizetype i = 0; i < said.size(); ++i) {
            const Wire::Dissection &frame = stream.frames[i];
            // It may tell of what is unusual; nothing of it is broken.
            QVERIFY2(frame.severity() < Wire::Severity::Error, frame.summary.c_str());
            QVERIFY(frame.complete);
            QVERIFY(toByteArray(frame.bytes) == encoded(said[i]));
            QVERIFY2(valueOf(frame, "type").find(std::to_string(int(said[i].type))) != std::string::npos,
                valueOf(frame, "type").c_str());
        }
    }
}

void tst_InteropVstpProxy::everyFrameIsPassedOnAndDecoded_data()
{
    QTest::addColumn<bool>("raw");
    QTest::newRow("classes of the crate") << false;
    QTest::newRow("one byte at a time") << true;
}

void tst_InteropVstpProxy::everyFrameIsPassedOnAndDecoded()
{
    QFETCH(const bool, raw);
    RustPair pair(raw);
    WatchedProxy proxy;
    const quint16 port = proxy.start("tcp://127.0.0.1:0", "tcp://" + pair.serverAddress());
    QVERIFY(pair.connectTo(port));
    QVERIFY(pair.holdConversation());
    QVERIFY(pair.partOneAfterTheOther());
    QVERIFY(pair.end());
    QVERIFY(proxy.ended());
    compare(proxy, pair, "the only proxy");
}

void tst_InteropVstpProxy::tlsBetween()
{
    ProxyOptions far;
    const auto pin = useDevelopmentCertificate(far.listening.tls);
    QVERIFY(pin);
    RustPair pair(true);
    WatchedProxy atServer(far);
    const quint16 tlsPort = atServer.start("tls://127.0.0.1:0", "tcp://" + pair.serverAddress());
    ProxyOptions near;
    near.halfCloseTimeout = std::chrono::milliseconds(50);
    WatchedProxy atClient(near);
    const quint16 port = atClient.start("tcp://127.0.0.1:0",
        QStringLiteral("tls://127.0.0.1:%1?pin=%2").arg(tlsPort).arg(QLatin1String(*pin)));
    QVERIFY(pair.connectTo(port));
    QVERIFY(pair.holdConversation());
    QVERIFY(
        pair.finish()); // half of a TLS connection cannot be closed: the server hears of it a little later
    QVERIFY(pair.end());
    QVERIFY(atClient.ended());
    QVERIFY(atServer.ended());
    compare(atClient, pair, "the proxy at the client");
    compare(atServer, pair, "the proxy at the server");
}

void tst_InteropVstpProxy::easyPeers()
{
    RustPeer server({"serve-easy"});
    RustPeer client({"client-easy"});
    WatchedProxy proxy;
    const quint16 port = proxy.start("tcp://127.0.0.1:0", "tcp://" + server.address());
    client.tell({{"do", "connect"}, {"to", QStringLiteral("127.0.0.1:%1").arg(port)}});
    QVERIFY(!client.next("connected").isEmpty());
    constexpr int Count = 20;
    for (int i = 0; i < Count; ++i) {
        const QJsonObject value {{"number", i}, {"text", QString(i * 1'000, u'ž')}};
        client.tell({{"do", "send"}, {"value", value}});
        client.tell({{"do", "receive"}});
        QCOMPARE(server.next("json")["value"].toObject(), value);
        QCOMPARE(client.next("json")["value"].toObject(), value);
    }
    QCOMPARE(client.finish(), 0);
    const auto *conversation = proxy.ended();
    QVERIFY(conversation);
    QCOMPARE(server.finish(), 0);
    for (const auto &stream : conversation->streams) {
        QCOMPARE(stream.frames.size(), Count);
        for (const Wire::Dissection &frame : stream.frames) {
            QCOMPARE(frame.severity(), Wire::Severity::None);
            QVERIFY2(frame.summary.starts_with("DATA"), frame.summary.c_str());
        }
    }
}

void tst_InteropVstpProxy::aBrokenFrameIsPassedOnAndMarked()
{
    RustPeer server({"serve"});
    RustPeer client({"client"});
    WatchedProxy proxy;
    const quint16 port = proxy.start("tcp://127.0.0.1:0", "tcp://" + server.address());
    client.connectTo(1, port, true);
    QVERIFY(!server.next("accepted").isEmpty());
    const PeerFrame good {FrameType::Data, 0, {}, "good"};
    QByteArray broken = encoded({FrameType::Data, 0, {}, "broken"});
    broken.back() = char(broken.back() ^ 1);
    client.act(1, "write", {{"hex", QString::fromLatin1((encoded(good) + broken + encoded(good)).toHex())}});
    QVERIFY(isPrinted(server.next("frame", 1)["frame"].toObject(), good));
    QVERIFY(server.next("broken", 1)["error"].toString().contains("CRC", Qt::CaseInsensitive));
    client.act(1, "drop");
    QVERIFY(!client.next("dropped", 1).isEmpty());
    server.act(1, "drop");
    const auto *conversation = proxy.ended();
    QVERIFY(conversation);
    // The proxy judges nothing: the server does. Who watches sees what was wrong, and goes on behind it.
    const auto &frames = conversation->stream(Direction::ClientToServer).frames;
    QCOMPARE(frames.size(), 3);
    QCOMPARE(frames[0].severity(), Wire::Severity::None);
    QCOMPARE(frames[1].severity(), Wire::Severity::Error);
    QCOMPARE(frames[2].severity(), Wire::Severity::None);
}

void tst_InteropVstpProxy::serverThatIsKilled()
{
    RustPair pair;
    WatchedProxy proxy;
    const quint16 port = proxy.start("tcp://127.0.0.1:0", "tcp://" + pair.serverAddress());
    QVERIFY(pair.connectTo(port));
    QVERIFY(pair.say(Direction::ServerToClient, {{FrameType::Data, 0, {}, "last words"}}));
    QVERIFY(pair.killServer());
    pair.speakToNobody(); // whoever still speaks learns it
    const auto *conversation = proxy.ended();
    QVERIFY(conversation);
    QCOMPARE(conversation->stream(Direction::ServerToClient).frames.size(), 1);
}

QTEST_GUILESS_MAIN(tst_InteropVstpProxy)
#include "tst_interop_vstpproxy.moc"
