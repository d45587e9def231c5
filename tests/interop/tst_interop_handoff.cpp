// SPDX-License-Identifier: MIT
// A stream that is handed off between the published crate and us, in both roles, in clear and sealed.
#include <QSignalSpy>

#include "endpoint/client.h"
#include "endpoint/framestream.h"
#include "endpoint/server.h"
#include "tfserverpeer.h"

using namespace Halyard;
using namespace Qt::StringLiterals;

namespace {

const QList<QByteArray> Frames {"one", "", QByteArray(17, '\0'), QByteArray(100'000, 'x')};

} // namespace

class tst_InteropHandoff : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    static void fromTheCratesServer_data() { addTfServerRows(); }
    static void fromTheCratesServer();
    static void toTheCratesCodec_data() { addTfServerRows(); }
    static void toTheCratesCodec();
    static void toTheCratesClient_data() { addTfServerRows(); }
    static void toTheCratesClient();
};

void tst_InteropHandoff::fromTheCratesServer()
{
    QFETCH(int, version);
    QFETCH(bool, sealed);
    const TfServerVersion crate = TfServerVersions.at(std::size_t(version));
    QStringList arguments {u"serve"_s};
    if (sealed)
        arguments += {u"alice"_s, u"s3cr3t"_s, u"room"_s};
    RustPeer peer(crate.program(), arguments);
    ClientOptions options;
    options.reconnect.enabled = false;
    Client client(options);
    QVERIFY(client.open(QUrl(u"tfserver+tcp://"_s + (sealed ? u"alice:s3cr3t@"_s : QString()) + peer.address()
        + crate.options() + (sealed ? u"&server-id=room"_s : QString()))));
    QTRY_COMPARE(client.state(), Client::State::Open);
    const auto echoed = client.request(u"echo"_s, "before");
    FrameStream *stream = client.connection()->takeConnection(u"handoff"_s, "please");
    QList<QByteArray> heard;
    connect(stream, &FrameStream::frameReceived, &client, [&](const QByteArray &frame) { heard += frame; });
    QTRY_COMPARE(stream->state(), FrameStream::State::Open);
    QCOMPARE(echoed.result()->payload(), "before");
    QCOMPARE(stream->reply().payload(), "switched");
    for (const QByteArray &frame : Frames)
        QVERIFY(stream->send(frame));
    QTRY_COMPARE(heard, Frames);
    QSignalSpy closed(stream, &FrameStream::closed);
    QVERIFY(stream->send("quit"));
    QVERIFY(closed.wait());
    QVERIFY(!closed.first().first().value<Error>());
    QCOMPARE(peer.finish(), 0);
}

namespace {

/// Our server, whose route 0, `handoff`, gives the connection to an echo that ends at `quit`.
struct Granting {
    explicit Granting(bool sealed)
    {
        ServerOptions options;
        options.protocolOptions[u"tfserver"_s] = {{"server-id", "room"}};
        if (sealed)
            options.credentials = CredentialSource::list({{u"alice"_s, Password("s3cr3t")}});
        server.setOptions(options);
        server.setMayHandOff(u"handoff"_s);
        server.handle(u"handoff"_s, [this](const Request &request) {
            const auto taken = request.takeConnection(Reply("switched"));
            if (!taken)
                return;
            QObject::connect(*taken, &FrameStream::frameReceived, *taken,
                [this, stream = *taken](const QByteArray &frame) {
                    heard += frame;
                    if (frame == "quit")
                        stream->close();
                    else
                        stream->send(frame);
                });
        });
        isListening = server.listen(QUrl(u"tfserver+tcp://127.0.0.1:0"_s)).has_value();
    }

    Server server;
    bool isListening = false;
    QList<QByteArray> heard;
};

} // namespace

void tst_InteropHandoff::toTheCratesCodec()
{
    QFETCH(int, version);
    QFETCH(bool, sealed);
    const TfServerVersion crate = TfServerVersions.at(std::size_t(version));
    const Granting granting(sealed);
    QVERIFY(granting.isListening);
    RustPeer peer(crate.program(), {u"client"_s});
    QJsonObject command {{"stream", u"127.0.0.1:%1"_s.arg(granting.server.serverPort())}, {"connection", 1},
        {"server", "room"}};
    if (sealed) {
        command["user"] = u"alice"_s;
        command["password"] = u"s3cr3t"_s;
    }
    peer.tell(command);
    QVERIFY(!peer.next(u"connected"_s, 1).isEmpty());
    const auto say = [&](const QByteArray &body) {
        peer.tell({{"connection", 1}, {"frame", QString::fromLatin1(body.toHex())}});
    };
    const auto hear
        = [&] { return QByteArray::fromHex(peer.next(u"frame"_s, 1)["data"].toString().toLatin1()); };
    // All in one go: what follows the request is not read as one.
    const auto meta = Wire::TfServer::write(crate.generation, Wire::TfServer::PacketMeta {0, 0, true});
    const QByteArray opening(Wire::asText(meta).data(), qsizetype(meta.size()));
    say(opening);
    say("please");
    say(opening);
    for (const QByteArray &frame : Frames)
        say(frame);
    QCOMPARE(hear(), "switched");
    QCOMPARE(hear(), opening);
    for (const QByteArray &frame : Frames)
        QCOMPARE(hear(), frame);
    say("quit");
    QVERIFY(!peer.next(u"ended"_s, 1).isEmpty());
    QCOMPARE(peer.finish(), 0);
}

// The crate's own client has nothing for it: it goes on with requests, which are two frames each, and takes
// one frame for the answer.
void tst_InteropHandoff::toTheCratesClient()
{
    QFETCH(int, version);
    QFETCH(bool, sealed);
    const TfServerVersion crate = TfServerVersions.at(std::size_t(version));
    Granting granting(sealed);
    QVERIFY(granting.isListening);
    RustPeer peer(crate.program(), {u"client"_s});
    connectTo(peer, 1, granting.server.serverPort(), sealed ? u"alice"_s : QString(), u"s3cr3t"_s);
    QVERIFY(!peer.next(u"connected"_s, 1).isEmpty());
    call(peer, 1, u"handoff"_s, "please");
    QCOMPARE(answer(peer), "switched");
    call(peer, 1, 77, "a frame");
    const auto meta = Wire::TfServer::write(crate.generation, Wire::TfServer::PacketMeta {0, 77, true});
    const QByteArray opening(Wire::asText(meta).data(), qsizetype(meta.size()));
    QCOMPARE(answer(peer), opening);
    QTRY_COMPARE(granting.heard, (QList<QByteArray> {opening, "a frame"}));
    QCOMPARE(peer.finish(), 0);
}

QTEST_GUILESS_MAIN(tst_InteropHandoff)
#include "tst_interop_handoff.moc"
